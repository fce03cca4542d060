import { expect } from 'vitest';

/**
 * Expects the same numbers within `tolerance`, relative for numbers above 1 and absolute below. NaN equals NaN, and
 * infinities equal themselves.
 */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i], expected[i]];
    if (Object.is(a, e) || a === e) continue;
    const error = Math.abs(a - e) / Math.max(1, Math.abs(e));
    if (!(error <= tolerance)) expect.fail(`element ${i}: ${a}, wanted ${e}, off by ${error} > ${tolerance}`);
  }
}
