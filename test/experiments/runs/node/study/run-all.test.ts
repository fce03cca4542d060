import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../../../../src/experiments/compare/comparison.js';
import { checkComparison } from '../../../../../src/experiments/compare/node/check-comparison.js';
import { comparisonStudy } from '../../../../../src/experiments/compare/node/comparison-study.js';
import type { StudyEvent } from '../../../../../src/experiments/runs/events.js';
import { RESULT_FILE, writeResult } from '../../../../../src/experiments/runs/node/run-result.js';
import { runAll, type StartRun } from '../../../../../src/experiments/runs/node/study/run-all.js';
import { StudyFolder } from '../../../../../src/experiments/runs/node/study/study-folder.js';
import { isDecided } from '../../../../../src/experiments/runs/run.js';
import { testFolder } from '../../../../helpers/cli.js';
import { madeUpLoss, madeUpRun } from '../../../../helpers/models/comparisons.js';
import { asyncProperty, Draw } from '../../../../helpers/values/draw.js';

const folder = testFolder();

const RATES = { ngpt: [0.01, 0.02], gpt: [0.001, 0.002] };

/** A comparison whose runs end with losses that are made up, in an order that is drawn. */
async function open(
  outDir: string,
  jobs: number,
  learningRates = RATES,
  batchSize = 2,
): Promise<StudyFolder<Comparison>> {
  const small = { nLayer: 1, nHead: 1, nEmbd: 2, blockSize: 8, batchSize };
  const checked = await checkComparison({
    settings: { both: small, own: { ngpt: {}, gpt: { warmupIters: 1 } } },
    plan: () => ({
      budgets: { ngpt: [5, 10], gpt: [5, 10, 20] },
      learningRates,
      ...{
        seeds: [1, 2],
        ablations: ['no-qk-norm'],
        ablationLearningRates: null,
        extend: true,
        scaleWarmup: false,
      },
    }),
    ...{ outDir, backend: 'wasm', mode: null, jobs, keepCheckpoints: false },
  });
  return StudyFolder.open(comparisonStudy(checked), () => {}, false);
}

/** Ends runs after a while, with a result on the disk; `isFailing` may have them fail. */
function starting(draw: Draw, isFailing: (name: string) => boolean, going: Set<string>): StartRun {
  return ({ spec, name, key, outDir }) => {
    going.add(name);
    const wait = draw.integer(0, 3);
    const outcome = new Promise<void>((resolve) => setTimeout(resolve, wait)).then(async () => {
      going.delete(name);
      if (isFailing(name)) return { kind: 'failed', message: 'it fell over' } as const;
      const { outDir: _, hasCheckpoint: __, ...result } = madeUpRun(spec, madeUpLoss(spec));
      await mkdir(outDir, { recursive: true });
      await writeResult(outDir, key, result);
      return { kind: 'done', result } as const;
    });
    return { pid: 1, outcome, stop: () => {} };
  };
}

describe('runAll', () => {
  it('makes every run once, no more at a time than asked for, to a result that no order changes', async () => {
    const seen = new Set<string>();
    let count = 0;
    await asyncProperty(async (draw) => {
      const jobs = draw.integer(1, 4);
      const opened = await open(join(folder.path, `any-${count++}`), jobs);
      const going = new Set<string>();
      const started: string[] = [];
      const start = starting(draw, () => false, going);
      const counting: StartRun = (order, tell) => {
        started.push(order.name);
        const child = start(order, tell);
        expect(going.size).toBeLessThanOrEqual(jobs);
        return child;
      };
      const outcome = await runAll(opened, new AbortController().signal, () => {}, counting);
      expect(outcome).toEqual({ failed: [], missing: 0 });
      const { runs, best, speedUps, ablations } = opened.found();
      expect(started.sort()).toEqual(runs.map(({ name }) => name).sort());
      seen.add(JSON.stringify({ runs, best, speedUps, ablations }));
      opened.close();
    }, 8);
    expect(seen.size).toBe(1);
  });

  it('leaves out what depends on a run that failed, and makes all else', async () => {
    let count = 0;
    await asyncProperty(async (draw) => {
      const outDir = join(folder.path, `failing-${count++}`);
      const opened = await open(outDir, draw.integer(1, 3));
      const failing = draw.pick('gpt-10-lr0.002-seed1', 'ngpt-10-lr0.01-seed1', 'gpt-5-lr0.001-seed1');
      const events: StudyEvent[] = [];
      const start = starting(draw, (name) => name === failing, new Set());
      const { failed, missing } = await runAll(
        opened,
        new AbortController().signal,
        (event) => events.push(event),
        start,
      );
      expect(failed).toEqual([failing]);
      expect(missing).toBeGreaterThan(1);
      expect(events.filter(({ event }) => event === 'run-failed')).toEqual([
        { event: 'run-failed', name: failing, message: 'it fell over' },
      ]);
      const [arch, budget] = failing.split('-');
      const made = opened.found().runs.map(({ name }) => name);
      // The rate of the other seeds is not known.
      expect(made.filter((name) => name.startsWith(`${arch}-${budget}-`) && name.endsWith('seed2'))).toEqual(
        [],
      );
      const other = arch === 'gpt' ? 'ngpt-10' : 'gpt-20';
      expect(made.some((name) => name.startsWith(other) && name.endsWith('seed2'))).toBe(true);
      opened.close();
    }, 6);
  });

  it('makes again what lost its result, tries rates that are new, and makes no finished run again', async () => {
    let count = 0;
    await asyncProperty(async (draw) => {
      const outDir = join(folder.path, `again-${count++}`);
      const started: string[] = [];
      const counting: StartRun = (order, tell) => {
        started.push(order.name);
        return starting(draw, () => false, new Set())(order, tell);
      };
      const makeAll = async (rates: typeof RATES) => {
        const opened = await open(outDir, draw.integer(1, 3), rates);
        const waiting = opened.runs().filter((run) => !isDecided(run));
        const isTold = waiting.some((run) => opened.finishedRates(run).length > 0);
        await runAll(opened, new AbortController().signal, () => {}, counting);
        opened.close();
        return { made: opened.found().runs.map(({ name }) => name), isTold };
      };
      const { made } = await makeAll(RATES);
      // Of the first seed, from which the best rates follow; and one that nothing follows from.
      const lost = made.filter((name) => name.endsWith('seed1') && draw.integer(0, 2) === 0);
      lost.push(draw.pick(...made.filter((name) => name.endsWith('seed2'))));
      for (const name of lost) {
        const file = join(outDir, 'runs', name, RESULT_FILE);
        if (draw.integer(0, 1) === 0) await rm(file);
        else await writeFile(file, draw.pick('', '{}', '{"key":', 'null'));
      }
      // Nobody knows the losses of these yet, so the runs of the other seeds wait.
      const isMore = draw.integer(0, 1) === 1;
      const rates = isMore ? { ngpt: [...RATES.ngpt, 0.5], gpt: [0.0001, ...RATES.gpt] } : RATES;
      started.length = 0;
      const again = await makeAll(rates);
      const expected = again.made.filter((name) => lost.includes(name) || !made.includes(name));
      expect(started.sort()).toEqual(expected.sort());
      if (isMore) expect(again.isTold).toBe(true);
    }, 8);
  });

  it('trains over no finished run of other settings where comparison.json is lost', async () => {
    const outDir = join(folder.path, 'lost');
    const first = await open(outDir, 2);
    await runAll(
      first,
      new AbortController().signal,
      () => {},
      starting(new Draw(1), () => false, new Set()),
    );
    first.close();
    await rm(first.path);
    await expect(open(outDir, 2, RATES, 3)).rejects.toThrow(
      /runs\/n?gpt-\d+-lr[\d.]+-seed\d is finished, with other settings or data/,
    );
    // With the same they are found, and the lock is free.
    const again = await open(outDir, 2);
    expect(again.found()).toMatchObject({ missing: 0 });
    again.close();
  });

  it('begins no run after a stop', async () => {
    const opened = await open(join(folder.path, 'stopped'), 1);
    const stop = new AbortController();
    const start = starting(new Draw(1), () => false, new Set());
    let started = 0;
    const outcome = await runAll(
      opened,
      stop.signal,
      () => {},
      (order, tell) => {
        if (++started === 3) stop.abort();
        return start(order, tell);
      },
    );
    expect([started, outcome.failed]).toEqual([3, []]);
    expect(opened.found().runs).toHaveLength(3);
    opened.close();
  });
});
