/** Chapter 7, exercise 2: an op whose Jacobian is not in the text. */
import type { Tensor } from '../../src/index.js';
import { yoursToWrite } from '../exercises/check.js';

/**
 * The gradient by x of the shares y = x / Σ x along the last axis, from `g`, the gradient by y, and from x, whose
 * numbers are positive.
 */
export function sharesBackward(g: Tensor, x: Tensor): Tensor {
  return yoursToWrite('sharesBackward', g, x);
}

/** Which moves of x leave its shares as they are, to the first order? A tensor of the shape of x, and not 0. */
export function unseen(x: Tensor): Tensor {
  return yoursToWrite('unseen', x);
}
