import { describe, expect, it } from 'vitest';
import type { ComparePlan } from '../../../src/experiments/compare/comparison.js';
import { Planner } from '../../../src/experiments/compare/plan.js';
import { isDecided, type RunSpec, runName } from '../../../src/experiments/runs/run.js';
import { drawPlan, finishAll, madeUpLoss } from '../../helpers/models/comparisons.js';
import { type Draw, property } from '../../helpers/values/draw.js';

const ABLATIONS = ['one', 'own-rates'];
const ratesOf = (name: string) => (name === 'own-rates' ? [0.01, 0.02] : null);

/** All runs of a plan when all are finished. */
function allRuns(plan: ComparePlan): RunSpec[] {
  const losses = new Map<string, number>();
  const planner = () => new Planner(plan, ratesOf, (run) => losses.get(runName(run)) ?? null);
  const made = finishAll(planner, (run) => losses.set(runName(run), madeUpLoss(run)));
  expect(planner().runs().every(isDecided)).toBe(true);
  expect(made.map(runName).sort()).toEqual((planner().runs() as RunSpec[]).map(runName).sort());
  return made;
}

const namesOf = (plan: ComparePlan) => new Set(allRuns(plan).map(runName));

const draw = (from: Draw) => drawPlan(from, ABLATIONS);

describe('Planner', () => {
  it('has no run twice, and tries every rate at every budget with the first seed', () => {
    property((from) => {
      const plan = draw(from);
      const runs = allRuns(plan);
      const names = runs.map(runName);
      expect(new Set(names).size).toBe(names.length);
      for (const arch of ['ngpt', 'gpt'] as const) {
        for (const budget of plan.budgets[arch]) {
          for (const learningRate of plan.learningRates[arch]) {
            const run = { arch, variant: null, budget, learningRate, seed: plan.seeds[0] };
            expect(names).toContain(runName(run));
          }
        }
      }
    });
  });

  it('runs the best rate, and no other, with the other seeds', () => {
    property((from) => {
      const plan = draw(from);
      const runs = allRuns(plan);
      const [first, ...others] = plan.seeds;
      const keyOf = ({ arch, variant, budget }: RunSpec) => `${arch} ${variant} ${budget}`;
      for (const key of new Set(runs.map(keyOf))) {
        const group = runs.filter((run) => keyOf(run) === key);
        const tried = group.filter(({ seed }) => seed === first);
        const lowest = Math.min(...tried.map(madeUpLoss));
        const best = tried.filter((run) => madeUpLoss(run) === lowest).map((run) => run.learningRate);
        const rest = group.filter(({ seed }) => seed !== first);
        expect(rest.map(({ seed }) => seed).sort()).toEqual(lowest === Infinity ? [] : others);
        for (const { learningRate } of rest) expect(best).toContain(learningRate);
      }
    });
  });

  it('finds finished runs again when seeds or budgets are added', () => {
    property((from) => {
      const plan = { ...draw(from), ablations: [] };
      const { budgets, seeds } = plan;
      const larger = {
        ...plan,
        seeds: [...seeds, seeds.length + 1],
        budgets: { ngpt: [...budgets.ngpt, 500], gpt: [5, ...budgets.gpt] },
      };
      const names = namesOf(larger);
      for (const name of namesOf(plan)) expect(names).toContain(name);
    });
  });

  it('knows from the start how many runs there are, where nothing is extended and nothing diverges', () => {
    property((from) => {
      const plan = { ...draw(from), extend: false };
      const start = new Planner(plan, ratesOf, () => null).runs();
      const end = new Planner(plan, ratesOf, () => 2).runs();
      expect(start.length).toBe(end.length);
      expect(start.map(({ budget }) => budget)).toEqual(end.map(({ budget }) => budget));
    });
  });

  it('goes on with the rates of an ablation, too, while the best of them is at the edge', () => {
    property((from) => {
      const plan = { ...draw(from), ablations: ['own-rates'], extend: true };
      const tried = allRuns(plan)
        .filter(({ variant, seed }) => variant === 'own-rates' && seed === plan.seeds[0])
        .sort((one, other) => one.learningRate - other.learningRate);
      const losses = tried.map(madeUpLoss);
      const at = losses.indexOf(Math.min(...losses));
      // At most so many times in one direction, and where all diverged only lower ones.
      if (tried.length < 8) expect([0, tried.length - 1]).not.toContain(at);
      expect(tried.length).toBeGreaterThan(2);
    });
  });

  it('runs an ablation at the largest budget of ngpt, with the best rate of the recipe or rates of its own', () => {
    property((from) => {
      const plan = { ...draw(from), ablations: ABLATIONS };
      const runs = allRuns(plan);
      const largest = plan.budgets.ngpt.at(-1);
      const bestRates = runs
        .filter((run) => run.variant === null && run.arch === 'ngpt' && run.budget === largest)
        .filter(({ seed }) => seed === plan.seeds[0])
        .sort((one, other) => madeUpLoss(one) - madeUpLoss(other));
      for (const run of runs) {
        if (run.variant === null) continue;
        expect([run.arch, run.budget]).toEqual(['ngpt', largest]);
        if (run.variant !== 'own-rates') expect(run.learningRate).toBe(bestRates[0].learningRate);
        else if (!plan.extend) expect([0.01, 0.02]).toContain(run.learningRate);
      }
    });
  });
});
