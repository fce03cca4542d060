/**
 * What `ngpt eval --block-sizes` measures: how well a model predicts beyond the length that it was trained with.
 * Explained in docs/experiments.md.
 */
import type { Architecture } from '../../ngpt/index.js';

export interface LengthReport {
  readonly event: 'block-sizes';
  /** Grows when the shape of a report changes. */
  readonly version: 1;
  /** Path of the checkpoint. */
  readonly checkpoint: string;
  /** Steps it was trained for. */
  readonly step: number;
  readonly arch: Architecture;
  /** The length of the blocks that it was trained with. */
  readonly trainedBlockSize: number;
  /** Name of the data, of whose validation split the blocks are. */
  readonly data: string;
  /** Ascending. */
  readonly sizes: readonly BlockSizeLoss[];
}

/** The loss on blocks of one size, in nats per token. */
export interface BlockSizeLoss {
  readonly blockSize: number;
  /** Tokens that were predicted. */
  readonly tokens: number;
  /** Mean over all of them. */
  readonly loss: number;
  readonly buckets: readonly PositionBucket[];
  /** Mean for each position in a block: `blockSize` numbers. */
  readonly lossByPosition: readonly number[];
}

/** Positions from `from` up to, without, `to`; the first is 0. */
export interface PositionBucket {
  readonly from: number;
  readonly to: number;
  /** Mean over all tokens that were predicted there. */
  readonly loss: number;
}
