/**
 * What a comparison of GPT and nGPT found: the file `comparison.json` in its out-dir. Losses are in nats per token.
 * Explained in docs/experiments.md.
 */
import type { Architecture } from '../../ngpt/index.js';
import type { ByArchitecture, ComparedData, ComparedRun, Machine, Recipe } from '../runs/run.js';
import type { Edge } from '../runs/sweep-over.js';

export const COMPARISON_FORMAT = 'spheregrad-comparison';
export const COMPARISON_VERSION = 1;

export interface Comparison {
  readonly format: typeof COMPARISON_FORMAT;
  readonly version: typeof COMPARISON_VERSION;
  /** When it was last written, ISO 8601. */
  readonly time: string;
  /** Where it was made: that of the last call, if there were several. */
  readonly machine: Machine;
  readonly data: ComparedData;
  /** What the runs of each architecture have in common. */
  readonly recipes: ByArchitecture<Recipe>;
  readonly plan: ComparePlan;
  /** Finished runs, in the order of the plan. */
  readonly runs: readonly ComparedRun[];
  /** Runs of the plan that are not finished. */
  readonly missing: number;
  /** For each architecture and budget, the learning rate that was best with the first seed. */
  readonly best: readonly BestResult[];
  /** For each budget of nGPT. */
  readonly speedUps: readonly SpeedUp[];
  readonly ablations: readonly AblationResult[];
}

/** Which runs there are to make. */
export interface ComparePlan {
  /** Steps, ascending. */
  readonly budgets: ByArchitecture<readonly number[]>;
  /** Ascending. */
  readonly learningRates: ByArchitecture<readonly number[]>;
  /** The first sweeps the learning rates. */
  readonly seeds: readonly number[];
  /** Names in the table of ablations. */
  readonly ablations: readonly string[];
  /** That each ablation tries, ascending; null for the best of the recipe, or what the table of ablations says. */
  readonly ablationLearningRates: readonly number[] | null;
  /** Goes on with rates twice as high or half as high while the best is at the edge of a sweep. */
  readonly extend: boolean;
  /** Shortens the warm-up of shorter budgets in proportion. */
  readonly scaleWarmup: boolean;
}

/** Mean and sample standard deviation over seeds. */
export interface Spread {
  readonly mean: number;
  /** Null for one value. */
  readonly deviation: number | null;
  readonly lowest: number;
  readonly highest: number;
  readonly count: number;
}

export interface BestResult {
  readonly arch: Architecture;
  readonly budget: number;
  readonly learningRate: number;
  /** At the `low` or `high` end of the sweep the best rate may lie outside; `inside`, it was found. */
  readonly edge: Edge;
  /** Over the seeds that are finished; null where one of them diverged. */
  readonly valLoss: Spread | null;
  /** Median over these runs. */
  readonly msPerStep: number;
}

/** `more` and `less`: it is beyond what was measured, and the number is the bound. */
export type Bound = 'exact' | 'more' | 'less';

export interface BoundedNumber {
  readonly bound: Bound;
  readonly value: number;
}

/** How many times as many steps GPT needs for the loss that nGPT reached. */
export interface SpeedUp {
  /** Of nGPT. */
  readonly budget: number;
  /** What nGPT reached, the mean over seeds. */
  readonly loss: number;
  /** Steps of GPT for that loss, interpolated in log steps on its curve of final losses. */
  readonly gptSteps: BoundedNumber;
  readonly inSteps: BoundedNumber;
  readonly inTokens: BoundedNumber;
  /** An nGPT step costs more. */
  readonly inSeconds: BoundedNumber;
  /** `inSteps` of every seed alone: its nGPT runs against its GPT runs. */
  readonly bySeed: readonly (BoundedNumber & { readonly seed: number })[];
}

export interface AblationResult {
  readonly name: string;
  /** What is other than in the recipe, in a sentence. */
  readonly sentence: string;
  readonly budget: number;
  readonly learningRate: number;
  /** Where it stands among rates of its own; null where it runs at the best of the recipe. */
  readonly edge: Edge | null;
  /** Null where a seed diverged, or none is finished. */
  readonly valLoss: Spread | null;
  /** 100 · (loss / loss of the recipe − 1), seed by seed; null without. */
  readonly percent: Spread | null;
  /** What the paper gives for the same change, in per cent; null where it gives nothing. */
  readonly paper: PaperFigure | null;
}

export interface PaperFigure {
  readonly percent: number;
  /** Such as `table 5`. */
  readonly source: string;
}
