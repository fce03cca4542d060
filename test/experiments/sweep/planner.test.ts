import { describe, expect, it } from 'vitest';
import { type ComparedRun, type RunSpec, runName } from '../../../src/experiments/runs/run.js';
import { AXES, placeOf } from '../../../src/experiments/sweep/line.js';
import { SweepPlanner } from '../../../src/experiments/sweep/planner.js';
import type { SweepPlan } from '../../../src/experiments/sweep/sweep.js';
import { bySize } from '../../../src/experiments/sweep/words.js';
import { madeUpLoss, madeUpRun } from '../../helpers/models/comparisons.js';
import { expectClose } from '../../helpers/values/close.js';
import { type Draw, property } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

function drawPlan(draw: Draw): SweepPlan {
  const axis = draw.pick(...AXES);
  const sizes = [2, 4, 8, 16].slice(0, draw.integer(1, 4));
  return {
    ...{ axis, sizes, base: draw.pick(...sizes), values: [0.01, 0.02, 0.04].slice(0, draw.integer(1, 3)) },
    ...{ budget: 10, seed: 1, learningRate: axis === 'width' ? null : 0.5, extend: draw.pick(true, false) },
  };
}

/** Finishes all runs in an order that is drawn. */
function finishAll(plan: SweepPlan, draw: Draw, lossOf: (run: RunSpec) => number = madeUpLoss) {
  const finished = new Map<string, ComparedRun>();
  for (;;) {
    const runs = new SweepPlanner(plan, finished).runs();
    // Nothing that was trained falls out again.
    expect(runs.map(runName)).toEqual(expect.arrayContaining([...finished.keys()]));
    const left = runs.filter((run) => !finished.has(runName(run)));
    if (left.length === 0) return new SweepPlanner(plan, finished);
    const next = draw.pick(...left);
    finished.set(runName(next), madeUpRun(next, lossOf(next)));
  }
}

describe('SweepPlanner', () => {
  it('tries every value at every size, once without the rules and once with them, at the base once in all', () => {
    property((draw) => {
      const plan = drawPlan(draw);
      const runs = finishAll(plan, draw).runs();
      const names = runs.map(runName);
      expect(new Set(names).size).toBe(names.length);
      const places = runs.map((run) => ({ ...placeOf(run)!, rate: run.learningRate }));
      for (const size of plan.sizes) {
        for (const value of plan.values) {
          const tunedAt = places
            .filter((place) => place.size === size && (place.alpha ?? place.rate) === value)
            .map((place) => place.tunedAt);
          expect(tunedAt).toEqual(size === plan.base ? [null] : [null, plan.base]);
        }
      }
      for (const { rate } of places) if (plan.axis === 'depth') expect(rate).toBe(0.5);
    });
  });

  it('finds the lowest of each line, and what the best value of the base gives there', () => {
    property((draw) => {
      const plan = drawPlan(draw);
      const planner = finishAll(plan, draw);
      const [runs, lines] = [planner.finishedRuns(), planner.results()];
      const base = lines.find(({ rules }) => rules === 'both')!;
      for (const { size, rules, best, loss, lossAtBase } of lines) {
        const own = runs.filter((run) => run.size === size && run.rules === rules);
        const losses = own.flatMap(({ valLoss }) => valLoss ?? []);
        expect(loss).toBe(losses.length === 0 ? null : Math.min(...losses));
        expect(own.find(({ value }) => value === best)?.valLoss ?? null).toBe(loss);
        const carried = own.find(({ value }) => value === base.best);
        if (base.best !== null) expect(carried).toBeDefined();
        expect(lossAtBase).toBe(carried?.valLoss ?? null);
      }
      expect(bySize({ plan, lines }).map(({ size }) => size)).toEqual(plan.sizes);
    });
  });

  it('goes on while the best is at the edge, as far as the best of the base at every size', () => {
    property((draw) => {
      const plan = { ...drawPlan(draw), extend: true };
      // Lowest at 0.32 for the base and at 0.005 for all others.
      const lossOf = (run: RunSpec) => {
        const { size, alpha } = placeOf(run)!;
        return 2 + Math.abs(Math.log((alpha ?? run.learningRate) / (size === plan.base ? 0.32 : 0.005)));
      };
      const planner = finishAll(plan, draw, lossOf);
      for (const { size, rules, best, edge, lossAtBase } of planner.results()) {
        expect([best, edge]).toEqual([size === plan.base ? 0.32 : 0.005, 'inside']);
        expectClose(lossAtBase!, size === plan.base ? 2 : 2 + Math.log(64), absolute(5e-10));
        const values = planner
          .finishedRuns()
          .filter((run) => run.size === size && run.rules === rules)
          .map(({ value }) => value);
        for (let i = 1; i < values.length; i++) expectClose(values[i] / values[i - 1], 2, absolute(5e-10));
      }
    }, 8);
  });
});
