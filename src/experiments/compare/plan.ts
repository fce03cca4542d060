/** Which runs a comparison needs. What is known of some decides others, so it is asked again after each. */
import type { LossOf, PlannedRun, RunSpec } from '../runs/run.js';
import { type Sweep, sweepOver } from '../runs/sweep-over.js';
import type { ComparePlan } from './comparison.js';

/** Runs that differ in learning rate and seed only. */
export type Group = Pick<RunSpec, 'arch' | 'variant' | 'budget'>;

/** Learning rates that an ablation tries of its own; null for the best of the recipe. */
export type RatesOf = (ablation: string) => readonly number[] | null;

export class Planner {
  constructor(
    private readonly plan: ComparePlan,
    private readonly ratesOf: RatesOf,
    private readonly lossOf: LossOf,
  ) {}

  /** Every run, each once: first what the recipes need, by architecture and budget, then the ablations. */
  runs(): PlannedRun[] {
    const { budgets, ablations } = this.plan;
    const recipes = (['gpt', 'ngpt'] as const).flatMap((arch) =>
      budgets[arch].flatMap((budget) => this.runsOf({ arch, variant: null, budget })),
    );
    return [...recipes, ...ablations.flatMap((name) => this.runsOf(this.ablation(name)))];
  }

  /** Ablations are of nGPT at its largest budget. */
  ablation(variant: string): Group {
    return { arch: 'ngpt', variant, budget: this.plan.budgets.ngpt[this.plan.budgets.ngpt.length - 1] };
  }

  /** Null while the rates of an ablation follow from a sweep that is not complete. */
  sweep(group: Group): Sweep | null {
    const { learningRates, seeds, extend } = this.plan;
    const own = group.variant === null ? learningRates[group.arch] : this.ratesOf(group.variant);
    const best = own === null ? (this.sweep({ ...group, variant: null })?.best ?? null) : null;
    if (own === null && best === null) return null;
    const lossAt = (learningRate: number) => this.lossOf({ ...group, learningRate, seed: seeds[0] });
    return sweepOver(own ?? [best as number], lossAt, extend && own !== null);
  }

  private runsOf(group: Group): PlannedRun[] {
    const { seeds } = this.plan;
    const [first, ...others] = seeds;
    const sweep = this.sweep(group);
    if (sweep === null) return this.isHopeless(group) ? [] : seeds.map((seed) => waiting(group, seed));
    const tried = sweep.rates.map((learningRate) => ({ ...group, learningRate, seed: first }));
    if (sweep.isComplete && sweep.best === null) return tried;
    return [...tried, ...others.map((seed) => ({ ...waiting(group, seed), learningRate: sweep.best }))];
  }

  /** Whether an ablation has no rate to run at, since every run of the recipe diverged. */
  private isHopeless(group: Group): boolean {
    const recipe = this.sweep({ ...group, variant: null });
    return recipe?.isComplete === true && recipe.best === null;
  }
}

function waiting(group: Group, seed: number): PlannedRun {
  return { ...group, seed, learningRate: null };
}
