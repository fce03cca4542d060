import { beforeEach, describe, expect, it } from 'vitest';
import { beginsOf, type Place, Shelf } from '../../../web/keeping/shelf.js';
import { DEFAULT_SETUP } from '../../../web/setup/options.js';
import { History } from '../../../web/training/history.js';
import type { Run } from '../../../web/training/run.js';

/** Storage that takes its time, and fails when told to. */
class FakePlace implements Place {
  readonly values = new Map<string, unknown>();
  isFull = false;
  error: Error | null = null;

  async read<T>(name: string): Promise<T | undefined> {
    await this.turn();
    return structuredClone(this.values.get(name)) as T | undefined;
  }

  async write(name: string, value: unknown): Promise<boolean> {
    const copy = structuredClone(value);
    await this.turn();
    if (this.isFull) return false;
    this.values.set(name, copy);
    return true;
  }

  async remove(name: string): Promise<void> {
    await this.turn();
    this.values.delete(name);
  }

  private async turn(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    if (this.error !== null) throw this.error;
  }
}

/** As much of a run as is kept: models at `step`, with a state of `kept`. */
function runAt(step: number, kept: number | null = step): Run {
  const model = () => {
    const history = new History();
    for (let i = 1; i <= step; i++) history.addStep({ step: i, loss: 4 - i / 10, seconds: i });
    history.addEvaluation({ step: 0, trainLoss: 4, valLoss: 4, seconds: 0 });
    history.addEvaluation({ step, trainLoss: 2, valLoss: 3, seconds: step });
    return { step, history, kept: kept === null ? null : { step: kept, checkpoint: Uint8Array.of(kept) } };
  };
  return {
    setup: DEFAULT_SETUP,
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
        ...{ steps: { ngpt: 5, gpt: 5 }, losses: { ngpt: 3, gpt: 3 } },
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

  it('has states of the latest five, and lines of the latest fifty', async () => {
    for (let i = 0; i < 52; i++) await shelf.keep(`${i}`, runAt(1), i);
    const all = await ids();
    expect(all).toHaveLength(50);
    expect(all[0]).toBe('51');
    const open = await Promise.all(all.map((id) => shelf.open(id)));
    expect(open.map((kept) => kept !== null)).toEqual(all.map((_, i) => i < 5));
    expect(place.values.size).toBe(1 + 5);
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
