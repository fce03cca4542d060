/** Chapter 7, exercise 1, solved. */
import type { Tensor } from '../../src/index.js';

/** (diag(y) − y yᵀ) g = y ⊙ g − y (y·g). */
export function softmaxBackward(g: Tensor, y: Tensor): Tensor {
  return y.mul(g.sub(dot(y, g)));
}

/** (I − y yᵀ) g / ‖x‖ = (g − y (y·g)) / ‖x‖. */
export function unitBackward(g: Tensor, x: Tensor): Tensor {
  const length = dot(x, x).sqrt();
  const y = x.div(length);
  return g.sub(y.mul(dot(y, g))).div(length);
}

/** [..., n] and [..., n] → [..., 1] */
function dot(a: Tensor, b: Tensor): Tensor {
  return a.mul(b).sum(-1, true);
}
