import { describe, expect, it } from 'vitest';
import type { ComparePlan } from '../../../src/experiments/compare/comparison.js';
import { findingsOf, plannerOf } from '../../../src/experiments/compare/findings.js';
import { type ComparedRun, type RunSpec, runName } from '../../../src/experiments/runs/run.js';
import { drawPlan, finishAll, madeUpLoss, madeUpRun } from '../../helpers/models/comparisons.js';
import { expectClose } from '../../helpers/values/close.js';
import { property } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

/** What is found when all runs of a plan are finished with these losses. */
function find(plan: ComparePlan, lossOf: (run: RunSpec) => number = madeUpLoss) {
  const finished = new Map<string, ComparedRun>();
  finishAll(
    () => plannerOf(plan, finished),
    (run) => finished.set(runName(run), madeUpRun(run, lossOf(run))),
  );
  return findingsOf(plan, finished);
}

const PLAN: ComparePlan = {
  budgets: { ngpt: [100, 200], gpt: [100, 200, 400] },
  learningRates: { ngpt: [0.01], gpt: [0.001] },
  seeds: [1, 2],
  ablations: [],
  ablationLearningRates: null,
  extend: false,
  scaleWarmup: false,
};

/** Straight in log steps: GPT needs `factor` times as many. */
const lossAt = ({ arch, budget }: RunSpec, factor: number) =>
  5 - Math.log(arch === 'gpt' ? budget / factor : budget) / 3;

describe('findingsOf', () => {
  it('is nothing before a run is finished', () => {
    expect(findingsOf(PLAN, new Map())).toEqual({ best: [], speedUps: [], ablations: [] });
  });

  it('has the speed-up that losses are made with, in steps, tokens and seconds, for every seed', () => {
    property((draw) => {
      const factor = draw.integer(100, 200) / 100;
      const { speedUps } = find(PLAN, (run) => lossAt(run, factor) + 0.01 * run.seed);
      expect(speedUps.map(({ budget }) => budget)).toEqual([100, 200]);
      for (const { inSteps, inTokens, inSeconds, gptSteps, budget, bySeed } of speedUps) {
        expectClose(inSteps.value, factor, absolute(5e-7));
        expectClose(gptSteps.value, factor * budget, absolute(5e-4));
        expectClose(inTokens.value, factor, absolute(5e-7));
        // A step of nGPT takes 15 ms in these runs, one of GPT 10.
        expectClose(inSeconds.value, (factor * 10) / 15, absolute(5e-7));
        expect(bySeed.map(({ seed }) => seed)).toEqual([1, 2]);
        for (const { value } of bySeed) expectClose(value, factor, absolute(5e-7));
        // At the ends of the curve rounding decides.
        if (factor > 1 && factor < 2) expect(inSteps.bound).toBe('exact');
      }
    });
  });

  it('has a bound where GPT was not run for long enough, or ended lower with its first', () => {
    const bounds = (factor: number) =>
      find(PLAN, (run) => lossAt(run, factor)).speedUps.map(({ inSteps }) => inSteps);
    expect(bounds(3)).toMatchObject([{ bound: 'exact' }, { bound: 'more', value: 2 }]);
    expect(bounds(0.4)).toMatchObject([{ bound: 'less', value: 1 }, { bound: 'less' }]);
  });

  it('takes the best rate of the sweep, with the spread over seeds', () => {
    property((draw) => {
      const plan = drawPlan(draw);
      for (const { arch, budget, learningRate, valLoss } of find(plan).best) {
        const runs = plan.seeds.map((seed) =>
          madeUpLoss({ arch, variant: null, budget, learningRate, seed }),
        );
        expect(Number.isFinite(runs[0])).toBe(true);
        if (!runs.every(Number.isFinite)) expect(valLoss).toBe(null);
        else expect(valLoss).toMatchObject({ lowest: Math.min(...runs), highest: Math.max(...runs) });
        const rates = plan.learningRates[arch];
        const others = rates.map((rate) =>
          madeUpLoss({ arch, variant: null, budget, learningRate: rate, seed: plan.seeds[0] }),
        );
        expect(runs[0]).toBeLessThanOrEqual(Math.min(...others));
      }
    });
  });

  it('compares an ablation with the recipe seed by seed', () => {
    const plan = { ...PLAN, ablations: ['no-qk-norm', 'tied-embeddings'] };
    const worse: Record<string, number> = { 'no-qk-norm': 1.02, 'tied-embeddings': 0.99 };
    const lossOf = (run: RunSpec) => (2 + 0.3 * run.seed) * (run.variant === null ? 1 : worse[run.variant]);
    const { ablations } = find(plan, lossOf);
    expect(ablations.map(({ name, paper }) => [name, paper])).toEqual([
      ['no-qk-norm', { percent: 0.12, source: 'table 6' }],
      ['tied-embeddings', null],
    ]);
    for (const [i, percent] of [2, -1].entries()) {
      expect(ablations[i]).toMatchObject({ budget: 200, learningRate: 0.01 });
      expectClose(ablations[i].percent!.mean, percent, absolute(5e-10));
      // The seeds differ by more than the ablations do, and cancel.
      expectClose(ablations[i].percent!.deviation!, 0, absolute(5e-10));
    }
  });

  it('takes the best of the rates that an ablation tries, and says where it stands among them', () => {
    const plan = { ...PLAN, ablations: ['no-qk-norm'] };
    // Ablations learn best at 0.005, the recipe at 0.01.
    const lossOf = ({ variant, learningRate, seed }: RunSpec) =>
      2 + 0.1 * seed + Math.abs(Math.log(learningRate / (variant === null ? 0.01 : 0.005)));
    const found = (ablationLearningRates: number[] | null, extend = false) =>
      find({ ...plan, ablationLearningRates, extend }, lossOf).ablations.map(
        ({ learningRate, edge, valLoss }) => [learningRate, edge, valLoss?.count],
      );
    expect(found(null)).toEqual([[0.01, null, 2]]);
    expect(found([0.0025, 0.005, 0.01])).toEqual([[0.005, 'inside', 2]]);
    expect(found([0.005, 0.01])).toEqual([[0.005, 'low', 2]]);
    expect(found([0.02, 0.04])).toEqual([[0.02, 'low', 2]]);
    expect(found([0.02, 0.04], true)).toEqual([[0.005, 'inside', 2]]);
  });
});
