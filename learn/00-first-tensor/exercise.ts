/** Chapter 0: a function made of ops, and its gradient. */
import type { Tensor } from '../../src/index.js';
import { yoursToWrite } from '../exercises/check.js';

/**
 * How far two vectors of the same length are apart: √Σ(aᵢ − bᵢ)², a tensor with one element. What it makes on the way is
 * freed; what it is given is not.
 */
export function distance(a: Tensor, b: Tensor): Tensor {
  return yoursToWrite('distance', a, b);
}

/** The gradient of f, which returns a tensor with one element, at the vector `point`. Leaves no buffer behind. */
export function gradientAt(f: (x: Tensor) => Tensor, point: readonly number[]): number[] {
  return yoursToWrite('gradientAt', f, point);
}
