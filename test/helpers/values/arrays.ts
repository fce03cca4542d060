/** Random arrays. */
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
