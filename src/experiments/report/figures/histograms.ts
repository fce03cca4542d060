/** Histograms of several, brought to common bins so that they can lie over each other. */
import type { Distribution, Histogram } from '../../inspect/model-report.js';
import type { Point } from '../chart.js';

const BINS = 40;

/** Bounds of equal bins over everything that `distributions` hold. */
export function commonEdges(distributions: readonly Distribution[], bins = BINS): number[] {
  let [low, high] = [Infinity, -Infinity];
  for (const edge of distributions.flatMap(({ histogram }) => finite(histogram.edges))) {
    low = Math.min(low, edge);
    high = Math.max(high, edge);
  }
  if (low > high) return [];
  const size = Math.max(Math.abs(low), Math.abs(high));
  // What is all the same gets a bin in the middle of an axis.
  const room = high - low > 1e-4 * size ? 0 : size === 0 ? 1 : 0.05 * size;
  [low, high] = [low - room, high + room];
  return Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins);
}

function finite(values: readonly number[]): number[] {
  return values.filter((value) => Number.isFinite(value) && Math.abs(value) < 1e100);
}

/** The share of each bin in per cent; a bin of the source that lies over several is split evenly. */
export function shares(histograms: readonly Histogram[], edges: readonly number[]): number[] {
  const bins = new Array<number>(Math.max(0, edges.length - 1)).fill(0);
  if (bins.length === 0) return bins;
  const width = edges[1] - edges[0];
  let total = 0;
  for (const { edges: own, counts } of histograms) {
    counts.forEach((count, i) => {
      const [from, to] = [own[i], own[i + 1]];
      if (!Number.isFinite(from) || !Number.isFinite(to) || !(count > 0)) return;
      total += count;
      spread(bins, (from - edges[0]) / width, (to - edges[0]) / width, count);
    });
  }
  return bins.map((share) => (total === 0 ? 0 : (100 * share) / total));
}

/** Adds `count` to the bins from `from` to `to`, in widths of a bin. */
function spread(bins: number[], from: number, to: number, count: number): void {
  const last = bins.length - 1;
  const bin = (position: number) => Math.min(last, Math.max(0, Math.floor(position)));
  if (to - from < 1e-9) {
    bins[bin(from)] += count;
    return;
  }
  for (let i = bin(from); i <= bin(to); i++) {
    const covered = Math.min(to, i + 1) - Math.max(from, i);
    if (covered > 0) bins[i] += (count * covered) / (to - from);
  }
}

/** Corners of the outline. */
export function outline(histograms: readonly Histogram[], edges: readonly number[]): Point[] {
  if (edges.length === 0) return [];
  const heights = shares(histograms, edges);
  return [...heights.map((y, i) => ({ x: edges[i], y })), { x: edges.at(-1)!, y: heights.at(-1)! }];
}
