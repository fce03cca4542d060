/** Chapter 7, exercise 1: two Jacobians, applied without being made. */
import type { Tensor } from '../../src/index.js';
import { yoursToWrite } from '../exercises/check.js';

/**
 * The gradient by x of y = softmax(x) along the last axis, from `g`, the gradient by y, and from `y` itself. In ops of
 * tensors of the shape [..., n] or [..., 1], so that it can be differentiated in turn.
 */
export function softmaxBackward(g: Tensor, y: Tensor): Tensor {
  return yoursToWrite('softmaxBackward', g, y);
}

/** The same for y = x / ‖x‖, from `g` and the input `x`, which is nowhere 0. */
export function unitBackward(g: Tensor, x: Tensor): Tensor {
  return yoursToWrite('unitBackward', g, x);
}
