/**
 * What a sweep over sizes found: the file `sweep.json` in its out-dir. Losses are in nats per token.
 * Explained in docs/experiments.md.
 */
import type { ComparedData, ComparedRun, Machine, Recipe } from '../runs/run.js';
import type { Edge } from '../runs/sweep-over.js';
import type { Axis } from './line.js';

export const SWEEP_FORMAT = 'spheregrad-sweep';
export const SWEEP_VERSION = 1;

export interface SizeSweep {
  readonly format: typeof SWEEP_FORMAT;
  readonly version: typeof SWEEP_VERSION;
  /** When it was last written, ISO 8601. */
  readonly time: string;
  /** Where it was made: that of the last call, if there were several. */
  readonly machine: Machine;
  readonly data: ComparedData;
  /** What all runs have in common, but for what the sweep is over; nEmbd and nHead say how large a head is. */
  readonly recipe: Recipe;
  readonly plan: SweepPlan;
  /** Finished runs, in the order of the plan. */
  readonly runs: readonly SweptRun[];
  /** Runs of the plan that are not finished. */
  readonly missing: number;
  /** Of the plan, each size without the rules and with them; of the size that they carry over from, once. */
  readonly lines: readonly LineResult[];
}

/** Which runs there are to make. */
export interface SweepPlan {
  /** Widths are swept with learning rates, depths with first values of α. */
  readonly axis: Axis;
  /** n-embd or n-layer, ascending. */
  readonly sizes: readonly number[];
  /** The size that the rules carry over from. */
  readonly base: number;
  /** Of the learning rate, or of the first α, ascending. */
  readonly values: readonly number[];
  /** Steps of every run. */
  readonly budget: number;
  /** Of every run. */
  readonly seed: number;
  /** Of all runs where α is swept; null where it is swept itself. */
  readonly learningRate: number | null;
  /** Goes on with values twice as high or half as high while the best is at the edge. */
  readonly extend: boolean;
}

/** A run, and where it stands in the sweep. */
export interface SweptRun extends ComparedRun {
  readonly size: number;
  readonly rules: Rules;
  /** Of the learning rate, or of the first α. */
  readonly value: number;
}

/** At the size that they carry over from, runs are the same without the rules and with them. */
export type Rules = 'without' | 'with' | 'both';

export interface LineResult {
  readonly size: number;
  readonly rules: Rules;
  /** The value of the lowest loss; null while a run is missing, or where all diverged. */
  readonly best: number | null;
  readonly edge: Edge;
  /** At the best value. */
  readonly loss: number | null;
  /** At the value that is best for the size that the rules carry over from; null where it diverged or is not known. */
  readonly lossAtBase: number | null;
}
