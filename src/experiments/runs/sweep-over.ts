/** Which learning rates are tried, or values of another setting, and which is best. */

/** Where the best stands: at the `low` or `high` end the best of all may lie outside, `inside` it was found. */
export type Edge = 'inside' | 'low' | 'high' | 'only';

export interface Sweep {
  /** Ascending. */
  readonly rates: readonly number[];
  /** Null while losses are missing, or where every run diverged. */
  readonly best: number | null;
  readonly edge: Edge;
  /** Whether all rates have been tried. */
  readonly isComplete: boolean;
}

/** Twice so often in one direction is a factor of 64. */
const MOST_EXTENSIONS = 6;

/**
 * Where a sweep stands. @param lossOf - the loss at a rate: null if it is not known yet, infinite if it diverged.
 * @param extend - tries rates twice as high, or half as high, while the best one is at the edge.
 */
export function sweepOver(
  asked: readonly number[],
  lossOf: (rate: number) => number | null,
  extend: boolean,
): Sweep {
  let rates = [...asked];
  for (let extensions = 0; ; extensions++) {
    const losses = rates.map(lossOf);
    if (losses.includes(null)) return { rates, best: null, edge: 'inside', isComplete: false };
    const lowest = losses.reduce<number>((least, loss) => Math.min(least, loss as number), Infinity);
    // Where all diverged, a lower rate may not.
    const at = lowest === Infinity ? 0 : losses.indexOf(lowest);
    const edge = edgeOf(at, rates.length);
    if (!extend || edge === 'inside' || extensions === MOST_EXTENSIONS) {
      return { rates, best: lowest === Infinity ? null : rates[at], edge, isComplete: true };
    }
    if (edge !== 'high') rates = [rates[0] / 2, ...rates];
    if (edge !== 'low') rates = [...rates, 2 * rates[rates.length - 1]];
  }
}

function edgeOf(at: number, count: number): Edge {
  if (count === 1) return 'only';
  if (at === 0) return 'low';
  return at === count - 1 ? 'high' : 'inside';
}
