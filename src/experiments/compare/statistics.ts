/** Mean, deviation and extremes of what seeds gave. */
import type { Spread } from './comparison.js';

/** Null for no value, and where one is infinite: a run that diverged has no mean. */
export function spreadOf(values: readonly number[]): Spread | null {
  const count = values.length;
  if (count === 0 || !values.every(Number.isFinite)) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    deviation: count === 1 ? null : Math.sqrt(squares / (count - 1)),
    lowest: Math.min(...values),
    highest: Math.max(...values),
    count,
  };
}
