/** Chapter 8, exercise 2: along the great circle. */
import { yoursToWrite } from '../exercises/check.js';

/**
 * The point that divides the shortest way along the sphere from unit vector `a` to unit vector `b`: at `t` = 0 it is a,
 * at 1 it is b, and its angle to a is t times that between a and b. They are not opposite to each other, but may be equal.
 */
export function slerp(a: readonly number[], b: readonly number[], t: number): readonly number[] {
  return yoursToWrite('slerp', a, b, t);
}
