import { beforeEach, describe, expect, it } from 'vitest';
import { beginsOf, Shelf } from '../../../web/keeping/shelf.js';
import { DEFAULT_SETUP } from '../../../web/setup/options.js';
import { ownTextOf } from '../../../web/setup/own-text.js';
import type { Setup } from '../../../web/setup/setup.js';
import { History } from '../../../web/training/history.js';
import type { Run } from '../../../web/training/run.js';
import { FakePlace } from './place.js';

/** As much of a run as is kept: models at `step`, with a state of `kept`. */
function runAt(step: number, kept: number | null = step, setup: Setup = DEFAULT_SETUP): Run {
  const model = () => {
    const history = new History();
    for (let i = 1; i <= step; i++) history.addStep({ step: i, loss: 4 - i / 10, seconds: i });
    history.addEvaluation({ step: 0, trainLoss: 4, valLoss: 4, seconds: 0 });
    history.addEvaluation({ step, trainLoss: 2, valLoss: 3, seconds: step });
    return { step, history, kept: kept === null ? null : { step: kept, checkpoint: Uint8Array.of(kept) } };
  };
  return {
    setup,
    options: { ownText: 'mine' },
    models: { ngpt: model(), gpt: model() },
  } as unknown as Run;
}

let place: FakePlace;
let shelf: Shelf;

beforeEach(() => {
  place = new FakePlace();
  shelf = new Shelf(place);
});

const ids = async () => (await shelf.records()).map(({ id }) => id);

/** Those that the table says can be gone on with, each of which really can. */
async function withState(): Promise<string[]> {
  const records = await shelf.records();
  for (const { id, states } of records) expect((await shelf.open(id)) === null).toBe(states === null);
  return records.filter(({ states }) => states !== null).map(({ id }) => id);
}

describe('Shelf', () => {
  it('is empty at first', async () => {
    expect(await shelf.records()).toEqual([]);
    expect(await shelf.open('a')).toBeNull();
  });

  it('gives back what it takes to go on, and a line of the table', async () => {
    await shelf.keep('a', runAt(5, 4), 17);
    expect(await shelf.records()).toEqual([
      {
        ...{ id: 'a', at: 17, setup: DEFAULT_SETUP, stepsAhead: 0 },
        ...{ steps: { ngpt: 5, gpt: 5 }, losses: { ngpt: 3, gpt: 3 }, states: { ngpt: 4, gpt: 4 } },
      },
    ]);
    const kept = (await shelf.open('a'))!;
    expect(kept.ownText).toBe('mine');
    const { ngpt, gpt } = beginsOf(kept);
    expect(ngpt).toMatchObject({ step: 4, checkpoint: Uint8Array.of(4) });
    expect(ngpt?.history).toBeInstanceOf(History);
    expect(gpt?.history?.lastStep).toBe(5);
  });

  it('keeps the run as it was when it was asked to', async () => {
    const run = runAt(2);
    const keeping = shelf.keep('a', run, 1);
    run.models.gpt.history.addStep({ step: 3, loss: 1, seconds: 3 });
    await keeping;
    expect((await shelf.open('a'))?.models.gpt?.steps.step).toEqual([1, 2]);
  });

  it('has the latest first, and each once', async () => {
    for (const id of ['a', 'b', 'a', 'c']) await shelf.keep(id, runAt(1), 1);
    expect(await ids()).toEqual(['c', 'a', 'b']);
  });

  it('loses none of two that are kept at once', async () => {
    await Promise.all([shelf.keep('a', runAt(1), 1), shelf.keep('b', runAt(2), 2), shelf.remove('none')]);
    expect(await ids()).toEqual(['b', 'a']);
  });

  it('loses none of two tabs either, that take their turns', async () => {
    // As the browser's locks do.
    let last = Promise.resolve();
    const alone = (task: () => Promise<void>) => {
      last = last.then(task);
      return last;
    };
    const [one, other] = [new Shelf(place, alone), new Shelf(place, alone)];
    await Promise.all([one.keep('a', runAt(1), 1), other.keep('b', runAt(2), 2)]);
    expect(await ids()).toEqual(['b', 'a']);
  });

  it('has states of five, of equals the latest, and lines of the latest fifty', async () => {
    for (let i = 0; i < 52; i++) await shelf.keep(`${i}`, runAt(1), i);
    const all = await ids();
    expect(all).toHaveLength(50);
    expect(all[0]).toBe('51');
    expect(await withState()).toEqual(all.slice(0, 5));
    expect(place.values.size).toBe(1 + 5);
  });

  it('gives up the shortest of those before the latest two, and says of each whether it has a state', async () => {
    for (const [i, step] of [30, 9, 20, 8, 1, 2].entries()) await shelf.keep(`${i}`, runAt(step), i);
    expect(await withState()).toEqual(['5', '4', '2', '1', '0']);
    for (const id of ['a', 'b', 'c', 'd', 'e']) await shelf.keep(id, runAt(1), 9);
    expect(await withState()).toEqual(['e', 'd', '2', '1', '0']);
    expect(place.values.size).toBe(1 + 5);
    // One that is gone on with has its state again.
    await shelf.keep('3', runAt(10), 10);
    expect(await withState()).toEqual(['3', 'e', '2', '1', '0']);
  });

  it('counts the steps of both models, of which one may have stopped', async () => {
    const stopped = runAt(50);
    Object.assign(stopped.models.gpt, { kept: null });
    await shelf.keep('stopped', stopped, 1);
    for (const [i, step] of [20, 20, 20, 1, 1].entries()) await shelf.keep(`${i}`, runAt(step), i);
    expect(await withState()).toContain('stopped');
  });

  it('never loses the line of a state among fifty later ones', async () => {
    await shelf.keep('long', runAt(30), 0);
    for (let i = 0; i < 60; i++) await shelf.keep(`${i}`, runAt(1), i);
    const all = await ids();
    expect(all).toHaveLength(50);
    expect(all.at(-1)).toBe('long');
  });

  it('never takes fewer steps in place of more, unless the run is of this page alone', async () => {
    expect(await shelf.keep('a', runAt(12), 1)).toBe('kept');
    expect(await shelf.keep('a', runAt(4), 2)).toBe('behind');
    const [record] = await shelf.records();
    expect(record).toMatchObject({ at: 1, steps: { ngpt: 12 }, states: { ngpt: 12 } });
    expect((await shelf.open('a'))?.models.ngpt?.step).toBe(12);
    expect(await shelf.keep('a', runAt(12), 3)).toBe('kept');
    expect(await shelf.keep('a', runAt(4), 4, true)).toBe('kept');
    expect((await shelf.records())[0].states).toEqual({ ngpt: 4, gpt: 4 });
  });

  it('finds the latest run of a setup that can be gone on with, wherever it ends', async () => {
    const other = { ...DEFAULT_SETUP, seed: 7 };
    await shelf.keep('other', runAt(3, 3, other), 1);
    await shelf.keep('a', runAt(3, 3, { ...DEFAULT_SETUP, steps: 5 }), 2);
    await shelf.keep('b', runAt(2), 3);
    for (const [i, step] of [9, 9, 9, 9, 9].entries()) await shelf.keep(`${i}`, runAt(step, step, other), i);
    expect(await withState()).not.toContain('b');
    expect(await shelf.latestOf(DEFAULT_SETUP)).toBeNull();
    await shelf.keep('a', runAt(4, 4, { ...DEFAULT_SETUP, steps: 5 }), 4);
    expect((await shelf.latestOf(DEFAULT_SETUP))?.id).toBe('a');
    expect((await shelf.latestOf(other))?.id).toBe('4');
    expect(await shelf.latestOf({ ...other, seed: 8 })).toBeNull();
  });

  it('finds the text of a run by its length and checksum', async () => {
    const own = (text: string): Setup => ({ ...DEFAULT_SETUP, data: 'own', ownText: ownTextOf(text) });
    await shelf.keep('other', runAt(3, 3, own('nine')), 1);
    expect(await shelf.textOf(ownTextOf('mine'))).toBeNull();
    await shelf.keep('a', runAt(3, 3, own('mine')), 2);
    expect(await shelf.textOf(ownTextOf('mine'))).toBe('mine');
    expect(await shelf.textOf({ ...ownTextOf('mine'), crc: 1 })).toBeNull();
    await shelf.remove('a');
    expect(await shelf.textOf(ownTextOf('mine'))).toBeNull();
  });

  it('keeps nothing of a run without a state', async () => {
    await shelf.keep('a', runAt(3, null), 1);
    await shelf.keep('b', runAt(0), 1);
    expect(place.values.size).toBe(0);
  });

  it('forgets a run, its line and its state', async () => {
    await shelf.keep('a', runAt(1), 1);
    await shelf.keep('b', runAt(1), 1);
    await shelf.remove('a');
    expect(await ids()).toEqual(['b']);
    expect(await shelf.open('a')).toBeNull();
  });

  it('promises nothing in the table that it could not keep', async () => {
    await shelf.keep('a', runAt(1), 1);
    place.isFull = true;
    await shelf.keep('b', runAt(1), 2);
    expect(await ids()).toEqual(['a']);
    expect((await shelf.open('a'))?.models.ngpt?.step).toBe(1);
  });

  it('goes on after an error of the place', async () => {
    place.error = new Error('gone');
    await expect(shelf.keep('a', runAt(1), 1)).rejects.toThrow('gone');
    place.error = null;
    await shelf.keep('b', runAt(1), 1);
    expect(await ids()).toEqual(['b']);
  });
});
