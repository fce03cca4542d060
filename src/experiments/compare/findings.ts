/**
 * What follows from finished runs: best rates, speed-ups, and what ablations cost.
 * Explained in docs/experiments.md.
 */

import type { Architecture } from '../../ngpt/index.js';
import { medianOf } from '../median.js';
import { type ComparedRun, type FinishedRuns, lossIn, lossOf, runName } from '../runs/run.js';
import { ABLATION_TABLE } from './ablations.js';
import type {
  AblationResult,
  BestResult,
  BoundedNumber,
  ComparePlan,
  Comparison,
  SpeedUp,
} from './comparison.js';
import { type CurvePoint, stepsToReach, times } from './curve.js';
import { type Group, Planner } from './plan.js';
import { spreadOf } from './statistics.js';

export function plannerOf(plan: ComparePlan, finished: FinishedRuns): Planner {
  return new Planner(plan, (name) => ratesOf(plan, name), lossIn(finished));
}

/** The learning rates that an ablation tries of its own; null for the best of the recipe. */
export function ratesOf({ ablationLearningRates }: ComparePlan, ablation: string): readonly number[] | null {
  return ablationLearningRates ?? ABLATION_TABLE.get(ablation)?.learningRates ?? null;
}

/** What there is to say as far as runs are finished. */
export function findingsOf(
  plan: ComparePlan,
  finished: FinishedRuns,
): Pick<Comparison, 'best' | 'speedUps' | 'ablations'> {
  const findings = new Findings(plan, finished);
  return { best: findings.best(), speedUps: findings.speedUps(), ablations: findings.ablations() };
}

class Findings {
  private readonly planner: Planner;

  constructor(
    private readonly plan: ComparePlan,
    private readonly finished: FinishedRuns,
  ) {
    this.planner = plannerOf(plan, finished);
  }

  best(): BestResult[] {
    return (['gpt', 'ngpt'] as const).flatMap((arch) =>
      this.plan.budgets[arch].flatMap((budget) => this.bestAt(arch, budget)),
    );
  }

  speedUps(): SpeedUp[] {
    return this.plan.budgets.ngpt.flatMap((budget) => this.speedUpAt(budget) ?? []);
  }

  ablations(): AblationResult[] {
    return this.plan.ablations.flatMap((name) => this.ablation(name));
  }

  private bestAt(arch: Architecture, budget: number): BestResult[] {
    const group = { arch, variant: null, budget };
    const sweep = this.planner.sweep(group);
    if (sweep === null || sweep.best === null) return [];
    const runs = this.bestRuns(group);
    return [
      {
        ...{ arch, budget, learningRate: sweep.best, edge: sweep.edge },
        valLoss: spreadOf(runs.map(lossOf)),
        msPerStep: medianOf(runs.map(({ msPerStep }) => msPerStep)),
      },
    ];
  }

  /** Of the best rate, all seeds that are finished, in the order of the seeds. */
  private bestRuns(group: Group): ComparedRun[] {
    const learningRate = this.planner.sweep(group)?.best ?? null;
    if (learningRate === null) return [];
    return this.plan.seeds.flatMap(
      (seed) => this.finished.get(runName({ ...group, learningRate, seed })) ?? [],
    );
  }

  /** The runs of an architecture with its best rates, of all budgets or of one. */
  private runsOf(arch: Architecture, budgets = this.plan.budgets[arch]): ComparedRun[] {
    return budgets.flatMap((budget) => this.bestRuns({ arch, variant: null, budget }));
  }

  private speedUpAt(budget: number): SpeedUp | null {
    const own = this.runsOf('ngpt', [budget]);
    const loss = spreadOf(own.map(lossOf))?.mean ?? null;
    const gpt = this.runsOf('gpt');
    const gptSteps = loss === null ? null : stepsToReach(this.curve(gpt), loss);
    if (loss === null || gptSteps === null) return null;
    const inSteps = times(gptSteps, 1 / budget);
    const tokens = tokensPerStep(gpt) / tokensPerStep(own);
    const seconds = medianMs(gpt) / medianMs(this.runsOf('ngpt'));
    return {
      ...{ budget, loss, gptSteps, inSteps },
      inTokens: times(inSteps, tokens),
      inSeconds: times(inSteps, seconds),
      bySeed: this.plan.seeds.flatMap((seed) => this.speedUpOf(seed, budget, own, gpt)),
    };
  }

  private speedUpOf(
    seed: number,
    budget: number,
    ngpt: readonly ComparedRun[],
    gpt: readonly ComparedRun[],
  ): (BoundedNumber & { seed: number })[] {
    const own = ngpt.find((run) => run.seed === seed);
    if (own === undefined) return [];
    const steps = stepsToReach(this.curve(gpt.filter((run) => run.seed === seed)), lossOf(own));
    return steps === null ? [] : [{ seed, ...times(steps, 1 / budget) }];
  }

  /** Mean final losses by budget, without budgets where a run diverged. */
  private curve(runs: readonly ComparedRun[]): CurvePoint[] {
    return this.plan.budgets.gpt.flatMap((steps) => {
      const spread = spreadOf(runs.filter(({ budget }) => budget === steps).map(lossOf));
      return spread === null ? [] : [{ steps, loss: spread.mean }];
    });
  }

  private ablation(name: string): AblationResult[] {
    const group = this.planner.ablation(name);
    const { best: learningRate, edge } = this.planner.sweep(group) ?? { best: null, edge: 'only' };
    const entry = ABLATION_TABLE.get(name);
    if (learningRate === null || entry === undefined) return [];
    const runs = this.bestRuns(group);
    const recipe = this.bestRuns({ ...group, variant: null });
    const pairs = runs.flatMap((run) =>
      recipe.filter(({ seed }) => seed === run.seed).map((own) => [run, own]),
    );
    return [
      {
        ...{ name, sentence: entry.sentence, budget: group.budget, learningRate, paper: entry.paper ?? null },
        edge: ratesOf(this.plan, name) === null ? null : edge,
        valLoss: spreadOf(runs.map(lossOf)),
        percent: spreadOf(pairs.map(([run, own]) => 100 * (lossOf(run) / lossOf(own) - 1))),
      },
    ];
  }
}

function medianMs(runs: readonly ComparedRun[]): number {
  return medianOf(runs.map(({ msPerStep }) => msPerStep));
}

/** The same for all runs of an architecture. */
function tokensPerStep(runs: readonly ComparedRun[]): number {
  const made = runs.find(({ steps }) => steps > 0);
  return made === undefined ? Number.NaN : made.tokens / made.steps;
}
