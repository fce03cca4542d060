/** Plans of comparisons, and losses that runs might have, without training anything. */

import type { ComparePlan } from '../../../src/experiments/compare/comparison.js';
import type { Planner } from '../../../src/experiments/compare/plan.js';
import { type ComparedRun, isDecided, type RunSpec, runName } from '../../../src/experiments/runs/run.js';
import type { Draw } from '../values/draw.js';

function ascending(draw: Draw, factor: number): number[] {
  const steps = Array.from({ length: draw.integer(1, 4) }, () => draw.integer(1, 12));
  return [...new Set(steps)].sort((a, b) => a - b).map((value) => value * factor);
}

export function drawPlan(draw: Draw, ablations: readonly string[] = []): ComparePlan {
  return {
    budgets: { ngpt: ascending(draw, 10), gpt: ascending(draw, 10) },
    learningRates: { ngpt: ascending(draw, 0.001), gpt: ascending(draw, 0.001) },
    seeds: Array.from({ length: draw.integer(1, 3) }, (_, i) => 1 + i),
    ablations: ablations.filter(() => draw.integer(0, 1) === 1),
    ablationLearningRates: null,
    extend: draw.integer(0, 1) === 1,
    scaleWarmup: false,
  };
}

/** A loss that follows from the run alone; now and then one diverges. */
export function madeUpLoss(run: RunSpec): number {
  const hash = [...runName(run)].reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) % 100_003, 7);
  return hash % 11 === 0 ? Number.POSITIVE_INFINITY : 2 + hash / 100_003;
}

export function madeUpRun(run: RunSpec, loss = madeUpLoss(run)): ComparedRun {
  const name = runName(run);
  const diverged = Number.isFinite(loss) ? null : 'the loss became NaN';
  return {
    ...{ name, ...run, valLoss: diverged === null ? loss : null, diverged },
    ...{ steps: run.budget, tokens: 64 * run.budget },
    ...{ seconds: run.budget / 100, msPerStep: run.arch === 'gpt' ? 10 : 15 },
    ...{ parameters: 1000, mode: 'simd', evaluations: [], maxNormError: run.arch === 'gpt' ? null : 1e-7 },
    ...{ outDir: `runs/${name}`, hasCheckpoint: false },
  };
}

/** Makes all runs of a plan, as a comparison would; returns them in the order in which they came to be known. */
export function finishAll(planner: () => Planner, finish: (run: RunSpec) => void): RunSpec[] {
  const made: RunSpec[] = [];
  const names = new Set<string>();
  for (;;) {
    const next = planner()
      .runs()
      .find((run): run is RunSpec => isDecided(run) && !names.has(runName(run)));
    if (next === undefined) return made;
    names.add(runName(next));
    made.push(next);
    finish(next);
  }
}
