/** Chapter 1, exercise 1: two ops for the engine of `learn/01-scalar-engine/engine.ts`. */

import type { Scalar } from '../01-scalar-engine/engine.js';
import { yoursToWrite } from '../exercises/check.js';

/** The hyperbolic tangent of x: a value, its one parent, and the derivative by it. You will need to import `Scalar` as a value. */
export function tanh(x: Scalar): Scalar {
  return yoursToWrite('tanh', x);
}

/** a / b: of two parents, so with two derivatives. */
export function div(a: Scalar, b: Scalar): Scalar {
  return yoursToWrite('div', a, b);
}
