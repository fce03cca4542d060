/**
 * A figure of a report: what is drawn, what the paper found, and what was found here.
 * Explained in docs/experiments.md.
 */
import type { Architecture } from '../../ngpt/index.js';
import type { Comparison } from '../compare/comparison.js';
import type { ModelReport } from '../inspect/model-report.js';
import type { SizeSweep } from '../sweep/sweep.js';
import type { Chart } from './chart.js';

/** All that figures are drawn from. Every figure takes what it needs, and there is none where that is missing. */
export interface FigureData {
  readonly runs: readonly RunHistory[];
  readonly models: readonly NamedModel[];
  readonly lengths: readonly NamedLengths[];
  readonly comparison: Comparison | null;
  readonly sweep: SizeSweep | null;
}

export interface NamedModel {
  readonly name: string;
  readonly report: ModelReport;
}

/** A run as its log tells it. Losses are in nats per token. */
export interface RunHistory {
  readonly name: string;
  readonly arch: Architecture;
  readonly tokensPerStep: number;
  /** Ascending by step; of long runs, means over as many steps as `stepsPerPoint` says. */
  readonly steps: readonly StepPoint[];
  readonly stepsPerPoint: number;
  readonly evaluations: readonly EvaluationPoint[];
  /** The median over all steps; null where none is known. */
  readonly msPerStep: number | null;
}

export interface StepPoint {
  readonly step: number;
  readonly loss: number;
  readonly learningRate: number;
}

export interface EvaluationPoint {
  readonly step: number;
  readonly trainLoss: number;
  readonly valLoss: number;
  /** The times of all steps so far, together. */
  readonly seconds: number;
  /** The largest distance of anything from unit length; null where it was not measured. */
  readonly maxNormError: number | null;
}

/** The loss of a model on blocks of several lengths. */
export interface NamedLengths {
  readonly name: string;
  readonly arch: Architecture;
  /** The length it was trained with. */
  readonly trainedLength: number;
  readonly sizes: readonly {
    readonly blockSize: number;
    readonly loss: number;
    readonly buckets: readonly PositionBucket[];
  }[];
}

/** Positions from `from` up to, without, `to`. */
export interface PositionBucket {
  readonly from: number;
  readonly to: number;
  readonly loss: number;
}

export interface Figure {
  readonly title: string;
  readonly chart: Chart;
  /** One sentence, with the number of the figure or table in the paper; or that it draws none. */
  readonly paper: string;
  /** One sentence of what was found here, made of the numbers. */
  readonly finding: string;
}

export type FigureMaker = (data: FigureData) => Figure | null;
