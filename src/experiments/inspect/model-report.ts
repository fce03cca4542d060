/**
 * What `ngpt inspect` measures on a checkpoint: plain numbers, so that it goes through JSON unchanged. Lists that are
 * per layer begin with the first layer. Explained in docs/experiments.md.
 */
import type { ModelConfig } from '../../ngpt/index.js';

/** Grows when the shape of a report changes. */
export const MODEL_REPORT_VERSION = 1;

export interface ModelReport {
  readonly event: 'inspect';
  readonly version: typeof MODEL_REPORT_VERSION;
  /** Path of the checkpoint. */
  readonly checkpoint: string;
  /** Steps it was trained for. */
  readonly step: number;
  /** Parameters it has. */
  readonly parameters: number;
  readonly config: ModelConfig;
  readonly scales: ScalesReport | null;
  readonly embeddings: EmbeddingsReport;
  readonly matrices: readonly LayerMatrices[];
  readonly hidden: HiddenReport;
}

/** Many numbers in short. */
export interface Spread {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** Counts of numbers in bins of equal width, from the least to the greatest of them. */
export interface Histogram {
  /** The bounds of the bins, ascending: one more than there are counts. A bin holds its lower bound, the last both. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

export interface Distribution extends Spread {
  readonly histogram: Histogram;
}

/** The learned scales of nGPT, as they act (paper 2.5, figure 6 and 14); null for the baseline, which has none. */
export interface ScalesReport {
  readonly layers: readonly LayerScales[];
  readonly sz: Distribution;
}

export interface LayerScales {
  /** |α_A| over the dimensions; of a model with `signedAlpha` α_A, with its sign. */
  readonly attentionAlpha: Distribution;
  /** The same of α_M. */
  readonly mlpAlpha: Distribution;
  readonly sqk: Distribution;
  /** Without the factor √d that is between u and s_u. */
  readonly su: Distribution;
  readonly sv: Distribution;
}

/** Paper, figure 4. */
export interface EmbeddingsReport {
  readonly input: EmbeddingReport;
  /** Null where the head is the embedding itself (tied weights). */
  readonly output: EmbeddingReport | null;
}

/** The rows of one table [V, d]. */
export interface EmbeddingReport {
  readonly norms: Distribution;
  /** Cosines of all pairs of `sampled` different rows. Null if there are no two rows to compare. */
  readonly cosines: Distribution | null;
  /** How many rows the pairs are of: all, or as many as were drawn at random. */
  readonly sampled: number;
  /** d eigenvalues of the covariance matrix of the rows, descending. */
  readonly eigenvalues: readonly number[];
}

/**
 * The matrices of one layer, in the parts of which paper figure 5 and 12 tell: of query, key, value and attention output
 * the part of each head, of the MLP u, v and the output as wholes.
 */
export interface LayerMatrices {
  readonly query: MatrixReport;
  readonly key: MatrixReport;
  readonly value: MatrixReport;
  readonly attentionOutput: MatrixReport;
  readonly mlpU: MatrixReport;
  readonly mlpV: MatrixReport;
  readonly mlpOutput: MatrixReport;
}

/** What they are called in reports. */
export const MATRIX_NAMES: Readonly<Record<keyof LayerMatrices, string>> = {
  query: 'query',
  key: 'key',
  value: 'value',
  attentionOutput: 'attention output',
  mlpU: 'MLP u',
  mlpV: 'MLP v',
  mlpOutput: 'MLP output',
};

export interface MatrixReport {
  /** The median of `conditionNumbers`; null for infinite. */
  readonly conditionNumber: number | null;
  /** Largest by smallest singular value, of each head or of the one whole; null for infinite: rank-deficient. */
  readonly conditionNumbers: readonly (number | null)[];
  /** Of each head or of the one whole, descending. */
  readonly singularValues: readonly (readonly number[])[];
}

/** Measured on blocks of the validation split. */
export interface HiddenReport {
  /** Name of the data. */
  readonly data: string;
  /** Random blocks, of `blockSize` tokens each, and what drew them. */
  readonly blocks: number;
  readonly blockSize: number;
  readonly seed: number;
  /** ‖h‖ of the embedding, then after each block: nLayer + 1. */
  readonly norms: readonly Spread[];
  readonly layers: readonly LayerHidden[];
  /** What `firstTokenShare` would be if attention went to all tokens alike. */
  readonly evenFirstTokenShare: number;
}

/** What one layer does. Angles are in radians, between the hidden states of a token. */
export interface LayerHidden {
  /** How far attention turns the hidden state. */
  readonly attentionAngle: Spread;
  /** How far the MLP turns it on. */
  readonly mlpAngle: Spread;
  /** From before the block to after it. */
  readonly blockAngle: Spread;
  /**
   * Of each head: the attention that the first token of a block gets from those after it, on average. The first has
   * only itself to look at and does not count. Null for blocks of one token.
   */
  readonly firstTokenShare: readonly number[] | null;
}
