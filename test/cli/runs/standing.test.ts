import { describe, expect, it } from 'vitest';
import { Standing } from '../../../src/cli/runs/standing.js';
import { BY_ARCHITECTURE } from '../../../src/experiments/compare/node/comparison-study.js';
import type { RunStart, StudyEvent } from '../../../src/experiments/runs/events.js';
import { runName } from '../../../src/experiments/runs/run.js';
import type { Architecture } from '../../../src/ngpt/index.js';
import { madeUpRun } from '../../helpers/models/comparisons.js';
import { expectClose } from '../../helpers/values/close.js';
import { type Draw, property } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

const MS = { ngpt: 15, gpt: 10 };

/** The events of runs that go on two at a time and always take as long; the time that is left after each. */
function* story(draw: Draw): Generator<[StudyEvent, number]> {
  const runs = Array.from({ length: draw.integer(1, 5) }, (_, seed) => ({
    ...{
      arch: draw.pick<Architecture>('ngpt', 'gpt'),
      variant: null,
      budget: draw.integer(1, 9),
      learningRate: 0.01,
      seed,
    },
  }));
  const left = { ngpt: 0, gpt: 0 };
  for (const { arch, budget } of runs) left[arch] += budget;
  const made = { ngpt: 0, gpt: 0 };
  const time = () => ((left.ngpt - made.ngpt) * MS.ngpt + (left.gpt - made.gpt) * MS.gpt) / 2000;
  const standing = (finished: number) => ({ runs: runs.length, finished, stepsLeft: { ...left } });
  yield [{ event: 'start', jobs: 2, ...standing(0) }, Number.NaN];
  for (const [i, run] of runs.entries()) {
    const name = runName(run);
    const resumedFrom = draw.integer(0, run.budget - 1);
    const start: RunStart = {
      event: 'run-start',
      name,
      ...run,
      resumedFrom,
      pid: 1,
      parameters: 1,
      mode: '',
    };
    made[run.arch] += resumedFrom;
    yield [start, Number.NaN];
    for (let step = resumedFrom + 1; step <= run.budget; step++) {
      made[run.arch]++;
      yield [{ event: 'run-step', name, step, msPerStep: MS[run.arch] }, time()];
    }
    const { evaluations: _, ...result } = madeUpRun(run);
    left[run.arch] -= run.budget;
    made[run.arch] -= run.budget;
    yield [{ event: 'run-done', ...result, ...standing(i + 1) }, time()];
  }
}

describe('Standing', () => {
  it('knows the time that is left, once it has seen steps of both', () => {
    property((draw) => {
      const standing = new Standing(BY_ARCHITECTURE);
      const seen = new Set<string>();
      for (const [event, seconds] of story(draw)) {
        standing.add(event);
        if (event.event === 'run-step') seen.add(event.name.split('-')[0]);
        if (seen.size === 0) expect(standing.secondsLeft).toBe(null);
        if (seen.size === 2 && !Number.isNaN(seconds))
          expectClose(standing.secondsLeft!, seconds, absolute(5e-10));
      }
      expect([standing.stepsToMake, standing.going.size]).toEqual([0, 0]);
      expect(standing.finished).toBe(standing.runs);
    });
  });

  it('takes the steps of a run that failed for steps to make', () => {
    const standing = new Standing(BY_ARCHITECTURE);
    const run = { arch: 'ngpt', variant: null, budget: 9, learningRate: 1, seed: 1 } as const;
    const name = runName(run);
    standing.add({ event: 'start', jobs: 1, runs: 1, finished: 0, stepsLeft: { ngpt: 9, gpt: 0 } });
    standing.add({ event: 'run-start', name, ...run, resumedFrom: 0, pid: 1, parameters: 1, mode: '' });
    standing.add({ event: 'run-step', name, step: 4, msPerStep: 100 });
    expect([standing.stepsToMake, standing.stepsPerSecond]).toEqual([5, 10]);
    standing.add({ event: 'run-failed', name, message: 'it fell over' });
    expect([standing.stepsToMake, standing.stepsPerSecond, standing.finished]).toEqual([9, 0, 0]);
  });
});
