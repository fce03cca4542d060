/**
 * How many steps a loss takes, read off the final losses of runs of different lengths.
 * Explained in docs/experiments.md.
 */
import type { BoundedNumber } from './comparison.js';

/** A run of so many steps, its whole schedule included, ends with this loss. */
export interface CurvePoint {
  readonly steps: number;
  readonly loss: number;
}

/**
 * Steps after which `loss` is reached. Between two points it lies on the straight line over log steps; beyond them
 * nothing is known but a bound. Where a longer run ended higher than a shorter one, the shorter one counts: it was there
 * first.
 * @param curve - with steps ascending; null is returned for one without points.
 */
export function stepsToReach(curve: readonly CurvePoint[], loss: number): BoundedNumber | null {
  if (curve.length === 0) return null;
  const reached = curve.findIndex((point) => point.loss <= loss);
  if (reached < 0) return { bound: 'more', value: curve[curve.length - 1].steps };
  const right = curve[reached];
  if (right.loss === loss) return { bound: 'exact', value: right.steps };
  if (reached === 0) return { bound: 'less', value: right.steps };
  // The lowest so far, which is above `loss`.
  const leftLoss = Math.min(...curve.slice(0, reached).map((point) => point.loss));
  const share = (leftLoss - loss) / (leftLoss - right.loss);
  const [from, to] = [Math.log(curve[reached - 1].steps), Math.log(right.steps)];
  return { bound: 'exact', value: Math.exp(from + share * (to - from)) };
}

/** The same bound for a multiple. */
export function times({ bound, value }: BoundedNumber, factor: number): BoundedNumber {
  return { bound, value: value * factor };
}
