/** Chapter 6, exercise 2: a step of Newton's method in several dimensions, by products H v alone. */
import type { Tensor } from '../../src/index.js';
import { yoursToWrite } from '../exercises/check.js';

/**
 * The x with A x = b by conjugate gradients, of the shape of b; `times(v)` is A v, symmetric and positive definite. It calls
 * `times` as often as b has elements, at most, and ends as soon as the residual is 0, or nothing beside that of the start.
 */
export function conjugateGradients(times: (v: Tensor) => Tensor, b: Tensor): Tensor {
  return yoursToWrite('conjugateGradients', times, b);
}

/** The point that Newton's method goes to from x: x + p with H p = −g. */
export function newtonStep(f: (x: Tensor) => Tensor, x: Tensor): Tensor {
  return yoursToWrite('newtonStep', f, x);
}
