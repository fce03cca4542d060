import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunLog } from '../../../../src/training/log/node/run-log.js';
import type { TrainEvent } from '../../../../src/training/loop/events.js';

let base = '';
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'spheregrad-log-'));
});
afterAll(() => rm(base, { recursive: true }));

const newFolder = () => mkdtemp(join(base, 'run-'));

interface Plan {
  readonly steps: number;
  readonly interval: number;
}

const valLoss = (step: number) => 3 + Math.sin(step);

/** The lowest validation loss of all evaluations up to a step. */
function bestUpTo(step: number, { interval, steps }: Plan): number {
  const evaluated = Array.from({ length: step + 1 }, (_, i) => i).filter(
    (i) => i % interval === 0 || i === steps,
  );
  return Math.min(...evaluated.map(valLoss));
}

/** What `train` tells from step `from` on; `save` is called where it saves. */
async function* story(
  plan: Plan,
  from: number,
  save: (step: number, best: boolean) => Promise<unknown>,
): AsyncGenerator<TrainEvent> {
  yield { event: 'start', resumedFrom: from } as TrainEvent;
  for (let step = from; ; step++) {
    if (step % plan.interval === 0 || step === plan.steps) {
      yield { event: 'eval', step, trainLoss: 3, valLoss: valLoss(step), maxNormError: 1e-7 };
      if (step > 0 && from < plan.steps) await save(step, valLoss(step) <= bestUpTo(step, plan));
    }
    if (step === plan.steps) break;
    const pace = { lr: 1, tokensPerSecond: Math.random(), msPerStep: Math.random() };
    const memory = [
      { usedBytes: 1, reservedBytes: 2 },
      { usedBytes: 10, reservedBytes: 20 },
    ];
    yield { event: 'step', step: step + 1, loss: step, ...pace, memory };
  }
  yield { event: 'done', reason: 'max-iters', steps: plan.steps } as TrainEvent;
}

interface Played {
  /** Steps of the last checkpoint; 0 for none. */
  saved: number;
}

/** Plays a run into the log; at the line `killedAt` it stands still for ever, as a killed one does. */
async function play(
  log: RunLog,
  plan: Plan,
  from: number,
  killedAt = Number.POSITIVE_INFINITY,
): Promise<Played> {
  const played = { saved: from };
  let lines = 0;
  const save = (step: number, best: boolean) =>
    log.saving(step, best, async () => {
      played.saved = step;
      if (++lines >= killedAt) throw new Killed();
      return 'checkpoint';
    });
  try {
    for await (const _ of log.follow(story(plan, from, save))) if (++lines >= killedAt) break;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  return played;
}

class Killed extends Error {}

const options = (outDir: string, format: 'jsonl' | 'csv' = 'csv') => ({
  ...{ outDir, format },
  notice: (message: string) => expect.unreachable(message),
});

const read = (folder: string, name = 'log.jsonl') => readFileSync(join(folder, name), 'utf8');

/** Without starts, errors and times. */
function lines(folder: string): unknown[] {
  return read(folder)
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
    .filter(({ event }) => !['start', 'error'].includes(event))
    .map(({ time, tokensPerSecond, msPerStep, ...rest }) => rest);
}

/** Rows without times. */
const rows = (folder: string) =>
  read(folder, 'log.csv')
    .split('\n')
    .map((row) => row.split(',').filter((_, i) => ![1, 5, 6].includes(i)));

/** All that the checkpoint of a step says to its log. */
const checkpointOf = (step: number, plan: Plan) => ({
  ...{ step, valLoss: valLoss(step), bestValLoss: bestUpTo(step, plan) },
});

describe('RunLog', () => {
  const plans = fc.record({
    steps: fc.integer({ min: 1, max: 12 }),
    interval: fc.integer({ min: 1, max: 5 }),
  });

  it('of a run that was killed and went on is that of an undisturbed one', async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.nat(40), fc.nat(1000), async (plan, killedAt, cut) => {
        const [straight, broken] = [await newFolder(), await newFolder()];
        await play(RunLog.start(options(straight), false), plan, 0);
        const { saved } = await play(RunLog.start(options(broken), false), plan, 0, killedAt + 1);
        fc.pre(saved > 0 && !read(broken).includes('"done"'));
        // The system may keep any part of what was written since the checkpoint.
        const text = read(broken);
        const safe = text.lastIndexOf('\n', text.indexOf(`"step":${saved + 1},`)) + 1;
        const least = Buffer.byteLength(safe > 0 ? text.slice(0, safe) : text);
        await truncate(join(broken, 'log.jsonl'), Math.max(least, Buffer.byteLength(text) - cut));
        await play(RunLog.resume(options(broken), checkpointOf(saved, plan)), plan, saved);
        expect(lines(broken)).toEqual(lines(straight));
        expect(rows(broken)).toEqual(rows(straight));
      }),
    );
  });

  it('cuts off a last line that is no line, and keeps what else is in the file', async () => {
    const folder = await newFolder();
    const plan = { steps: 4, interval: 2 };
    await play(RunLog.start(options(folder, 'jsonl'), false), plan, 0);
    const whole = read(folder);
    for (const torn of ['{"event":"st', '\0\0\0\0', '{"event":"step","step":5', 'null\n', '{}\n']) {
      await writeFile(join(folder, 'log.jsonl'), `a remark\n${whole}${torn}`);
      await play(RunLog.resume(options(folder, 'jsonl'), checkpointOf(4, plan)), plan, 4);
      const text = read(folder);
      expect(text.startsWith(`a remark\n${whole}{"event":"start",`)).toBe(true);
      // What the checkpoint's step repeats is there once.
      expect(text.match(/"event":"(eval|save)","time":"[^"]*","step":4/g)).toHaveLength(2);
    }
  });

  it('repeats nothing in a log from before evaluations had norms', async () => {
    const folder = await newFolder();
    const plan = { steps: 4, interval: 2 };
    await play(RunLog.start(options(folder, 'jsonl'), false), plan, 0);
    const older = read(folder).replaceAll(',"maxNormError":1e-7', '');
    await writeFile(join(folder, 'log.jsonl'), older);
    await play(RunLog.resume(options(folder, 'jsonl'), checkpointOf(4, plan)), plan, 4);
    expect(read(folder).match(/"event":"eval","time":"[^"]*","step":4/g)).toHaveLength(1);
  });

  it('begins a log where a checkpoint has none', async () => {
    const folder = await newFolder();
    const plan = { steps: 4, interval: 2 };
    await play(RunLog.resume(options(folder), checkpointOf(2, plan)), plan, 2);
    expect(read(folder)).toMatch(/^\{"event":"start","time":"\d{4}-\d\d-\d\dT[\d:.]+Z","resumedFrom":2\}\n/);
    expect(lines(folder)).toHaveLength(7);
  });

  it('takes down an error, which is thrown on', async () => {
    const folder = await newFolder();
    async function* broken(): AsyncGenerator<TrainEvent> {
      yield { event: 'eval', step: 7, trainLoss: 1, valLoss: 1, maxNormError: null };
      throw new Error('no more');
    }
    const log = RunLog.start(options(folder), false);
    const all = async () => {
      for await (const _ of log.follow(broken()));
    };
    await expect(all()).rejects.toThrow('no more');
    expect(JSON.parse(read(folder).split('\n')[1])).toMatchObject({
      event: 'error',
      step: 7,
      message: 'no more',
    });
  });

  it('leaves the log of a run that it replaces until it has saved, and then keeps it', async () => {
    const folder = await newFolder();
    const plan = { steps: 4, interval: 2 };
    await play(RunLog.start(options(folder), false), plan, 0);
    const [old, oldCsv] = [read(folder), read(folder, 'log.csv')];
    await play(RunLog.start(options(folder), true), plan, 0);
    expect([read(folder), read(folder, 'log.csv')]).toEqual([old, oldCsv]);
    expect((await readdir(folder)).sort()).toEqual(['log.csv', 'log.jsonl']);

    const replace = async (keptIn: string | null) => {
      const log = RunLog.start(options(folder, 'jsonl'), true);
      for await (const { event } of log.follow(story(plan, 0, async () => log.replaceOlder(keptIn)))) {
        if (event === 'start') expect(read(folder, 'next-log.jsonl')).toMatch(/^{"event":"start"/);
      }
    };
    await replace(null);
    expect((await readdir(folder)).sort()).toEqual(['log.jsonl', 'previous-log.csv', 'previous-log.jsonl']);
    expect([read(folder, 'previous-log.jsonl'), read(folder, 'previous-log.csv')]).toEqual([old, oldCsv]);
    const second = read(folder);
    await replace(null);
    expect((await readdir(folder)).sort()).toEqual(['log.jsonl', 'previous-log.jsonl']);
    expect(read(folder, 'previous-log.jsonl')).toBe(second);

    // A finished run has a folder of its own.
    await mkdir(join(folder, 'kept'));
    const third = read(folder);
    await replace('kept');
    expect(read(join(folder, 'kept'))).toBe(third);
    // A kill came before the checkpoint had its name: the older run is found again.
    await replace('kept');
    expect(read(join(folder, 'kept'))).toBe(third);
    expect(lines(folder)).toHaveLength(8);
  });

  it.each(['a folder', 'a full disk'])('says once that it is %s, and lets the run go on', async (what) => {
    const folder = await newFolder();
    const path = join(folder, 'log.jsonl');
    if (what === 'a folder') await mkdir(path);
    else await symlink('/dev/full', path);
    const notices: string[] = [];
    const log = RunLog.start({ outDir: folder, format: 'csv', notice: (line) => notices.push(line) }, false);
    const plan = { steps: 3, interval: 1 };
    expect(await play(log, plan, 0)).toEqual({ saved: 3 });
    const reason = what === 'a folder' ? 'it is a folder' : 'no space left on the disk';
    expect(notices).toEqual([`cannot write ${path}: ${reason}; the run goes on without`]);
    expect(rows(folder)).toHaveLength(1 + 7 + 1);
  });

  it('writes what waited when there is room again', async () => {
    const folder = await newFolder();
    await mkdir(join(folder, 'log.jsonl'));
    const log = RunLog.start({ ...options(folder, 'jsonl'), notice: () => {} }, false);
    const plan = { steps: 3, interval: 1 };
    for await (const event of log.follow(story(plan, 0, async () => {}))) {
      if (event.event === 'step' && event.step === 2)
        await rm(join(folder, 'log.jsonl'), { recursive: true });
    }
    expect(lines(folder)).toHaveLength(8);
  });
});
