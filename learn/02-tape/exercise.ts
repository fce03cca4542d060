/** Chapter 2, exercise 1: how many buffers are there? Read `fivePoints` in `learn/02-tape/five-points.ts`. */
import { yoursToWrite } from '../exercises/check.js';

/**
 * How many buffers `fivePoints` counts at each of its five points. Do not call it: say the numbers, as `[…, …, …, …, …]`.
 * Two tensors with the same buffer count once.
 */
export function predict(): number[] {
  return yoursToWrite('predict');
}
