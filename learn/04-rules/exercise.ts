/** Chapter 4, exercise 1: the rule of a product whose factors broadcast. */
import type { Shape, Tensor } from '../../src/index.js';
import { yoursToWrite } from '../exercises/check.js';

/**
 * Undoes a broadcast: g, summed over the axes along which a tensor of `shape` was repeated to become one of the shape of g.
 * `g.sum(axes)` sums over a list of axes and drops them, `g.sum(axes, true)` leaves them as 1; `reshape` may help.
 */
export function sumTo(g: Tensor, shape: Shape): Tensor {
  return yoursToWrite('sumTo', g, shape);
}

/** ∂L/∂a and ∂L/∂b of y = a b, of the shapes of a and b, which broadcast; g = ∂L/∂y has the shape of y. */
export function mulRule(g: Tensor, a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  return yoursToWrite('mulRule', g, a, b);
}
