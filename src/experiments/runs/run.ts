/** A run of many that answer one question, and what came of it. Losses are in nats per token. */
import type { Architecture } from '../../ngpt/index.js';
import type { TrainSettings } from '../../training/settings/train-settings.js';

/** What makes a run. */
export interface RunSpec {
  readonly arch: Architecture;
  /** Name of the ablation; null for the recipe itself. */
  readonly variant: string | null;
  readonly budget: number;
  readonly learningRate: number;
  readonly seed: number;
}

/** A run whose learning rate is null waits for a sweep. */
export type PlannedRun = Omit<RunSpec, 'learningRate'> & { readonly learningRate: number | null };

/** Its folder, and how people and programs call it. The same run has the same name in any plan. */
export function runName({ arch, variant, budget, learningRate, seed }: RunSpec): string {
  const what = variant === null ? arch : `${arch}-${variant}`;
  return `${what}-${budget}-lr${learningRate}-seed${seed}`;
}

export function isDecided(run: PlannedRun): run is RunSpec {
  return run.learningRate !== null;
}

export type ByArchitecture<T> = Readonly<Record<Architecture, T>>;

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly backend: string;
  /** How many runs went on at once, on one thread each. */
  readonly jobs: number;
}

export interface ComparedData {
  /** As given. */
  readonly name: string;
  readonly trainTokens: number;
  readonly valTokens: number;
  readonly vocabSize: number;
  /** Of all tokens: other data of the same name are other data. */
  readonly crc32: string;
}

/** Settings without those that differ from run to run. */
export type Recipe = Omit<TrainSettings, 'arch' | 'maxIters' | 'learningRate' | 'seed' | 'batchSeed'>;

/** One run and what came of it. */
export interface ComparedRun {
  /** Of its folder too. */
  readonly name: string;
  readonly arch: Architecture;
  /** Name of the ablation; null for the recipe itself. */
  readonly variant: string | null;
  /** Steps that its schedule is made for. */
  readonly budget: number;
  readonly learningRate: number;
  readonly seed: number;
  /** Over the whole validation split; null if the loss became NaN or infinite. */
  readonly valLoss: number | null;
  /** What went wrong then; null for all others. */
  readonly diverged: string | null;
  /** Steps made: the budget, unless it diverged. */
  readonly steps: number;
  readonly tokens: number;
  /** Sum of the times of all steps. */
  readonly seconds: number;
  /** The median. */
  readonly msPerStep: number;
  readonly parameters: number;
  /** Which build or device ran. */
  readonly mode: string;
  readonly evaluations: readonly RunEvaluation[];
  /** Largest distance from unit length at the end; null for GPT. */
  readonly maxNormError: number | null;
  /** Of its out-dir, relative to the comparison's, with `/`. */
  readonly outDir: string;
  /** Whether its checkpoint is kept there. */
  readonly hasCheckpoint: boolean;
}

export interface RunEvaluation {
  readonly step: number;
  readonly trainLoss: number;
  readonly valLoss: number;
  /** Sum of the times of the steps so far. */
  readonly seconds: number;
  /** Largest distance from unit length; null where it was not measured. */
  readonly maxNormError: number | null;
}

/** By name. */
export type FinishedRuns = ReadonlyMap<string, ComparedRun>;

/** The final loss of a run: null if it is not finished, infinite if it diverged. */
export type LossOf = (run: RunSpec) => number | null;

/** Infinite where it diverged. */
export function lossOf({ valLoss }: ComparedRun): number {
  return valLoss ?? Number.POSITIVE_INFINITY;
}

export function lossIn(finished: FinishedRuns): LossOf {
  return (spec) => {
    const run = finished.get(runName(spec));
    return run === undefined ? null : lossOf(run);
  };
}
