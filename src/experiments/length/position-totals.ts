import type { BlockSizeLoss, PositionBucket } from './length-report.js';

/** Positions in the first bucket; each of the others ends at twice as many. */
const FIRST_BUCKET = 16;

/** Adds up losses by their position in a block. */
export class PositionTotals {
  private readonly sums: Float64Array;
  private readonly counts: Float64Array;

  constructor(private readonly blockSize: number) {
    this.sums = new Float64Array(blockSize);
    this.counts = new Float64Array(blockSize);
  }

  /** Losses [rows, length], given flat, of positions `first` … `first`+length−1. */
  add(losses: ArrayLike<number>, first: number, length: number): void {
    for (let i = 0; i < losses.length; i++) {
      this.sums[first + (i % length)] += losses[i];
      this.counts[first + (i % length)]++;
    }
  }

  /** After at least one whole block. */
  result(): BlockSizeLoss {
    const { blockSize, sums, counts } = this;
    return {
      blockSize,
      tokens: total(counts, 0, blockSize),
      loss: this.mean(0, blockSize),
      buckets: bucketsOf(blockSize).map(([from, to]) => ({ from, to, loss: this.mean(from, to) })),
      lossByPosition: Array.from(sums, (sum, i) => sum / counts[i]),
    };
  }

  private mean(from: number, to: number): PositionBucket['loss'] {
    return total(this.sums, from, to) / total(this.counts, from, to);
  }
}

/** 0–15, 16–31, 32–63 and so on; the last ends with the block. */
function bucketsOf(blockSize: number): [from: number, to: number][] {
  const buckets: [number, number][] = [];
  for (let from = 0, end = FIRST_BUCKET; from < blockSize; from = end, end *= 2) {
    buckets.push([from, Math.min(end, blockSize)]);
  }
  return buckets;
}

function total(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i];
  return sum;
}
