/** Many numbers in short: mean, extremes and a histogram. */
import type { Distribution, Histogram, Spread } from './model-report.js';

/** Of a histogram, where the numbers are not all the same. */
const BINS = 32;

/** Gathers numbers that are too many to keep. */
export class SpreadOf {
  private sum = 0;
  private count = 0;
  private min = Number.POSITIVE_INFINITY;
  private max = Number.NEGATIVE_INFINITY;

  add(value: number): void {
    this.sum += value;
    this.count++;
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
  }

  /** Of at least one number. */
  result(): Spread {
    const { sum, count, min, max } = this;
    // Rounding must not lift the mean of equal numbers above the greatest.
    return { mean: Math.min(Math.max(sum / count, min), max), min, max };
  }
}

/** Of at least one finite number. */
export function distributionOf(values: ArrayLike<number>): Distribution {
  const spread = new SpreadOf();
  for (let i = 0; i < values.length; i++) spread.add(values[i]);
  const { mean, min, max } = spread.result();
  return { mean, min, max, histogram: histogramOf(values, min, max) };
}

function histogramOf(values: ArrayLike<number>, min: number, max: number): Histogram {
  const bins = min === max ? 1 : BINS;
  const edges = Array.from({ length: bins + 1 }, (_, i) =>
    i === bins ? max : min + ((max - min) * i) / bins,
  );
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i++) counts[binOf(values[i], edges)]++;
  return { edges, counts };
}

/** A division says where about; the edges themselves decide. */
function binOf(value: number, edges: readonly number[]): number {
  const bins = edges.length - 1;
  if (bins === 1) return 0;
  const share = (value - edges[0]) / (edges[bins] - edges[0]);
  let bin = Math.min(bins - 1, Math.floor(share * bins));
  while (bin > 0 && value < edges[bin]) bin--;
  while (bin < bins - 1 && value >= edges[bin + 1]) bin++;
  return bin;
}
