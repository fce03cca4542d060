/** Random arrays and the comparison that float32 results deserve. */
import fc from 'fast-check';

/** Repeatable values in [−1, 1), from an LCG: property tests shrink the seed, not a thousand numbers. */
export function randomArray(length: number, seed: number): Float32Array {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 2 - 1;
  });
}

export const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

/** The largest |actual − expected|; NaN where one is NaN and the other is not, or the lengths differ. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.NaN;
  let largest = 0;
  for (let i = 0; i < actual.length; i++) {
    if (Object.is(actual[i], expected[i]) || actual[i] === expected[i]) continue;
    const difference = Math.abs(actual[i] - expected[i]);
    if (Number.isNaN(difference)) return Number.NaN;
    largest = Math.max(largest, difference);
  }
  return largest;
}
