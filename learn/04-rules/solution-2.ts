/** Chapter 4, exercise 2, solved. */
import type { Tensor } from '../../src/index.js';

/** eˣ / (1 + eˣ) is the sigmoid; eˣ itself would be infinite for x = 1000. */
export function softplusRule(g: Tensor, x: Tensor): Tensor {
  return g.mul(x.sigmoid());
}

/** y_bto = Σ_i x_bti w_oi. So ∂L/∂x_bti = Σ_o g_bto w_oi, and ∂L/∂w_oi = Σ_bt g_bto x_bti. */
export function linearRule(g: Tensor, x: Tensor, w: Tensor): readonly [Tensor, Tensor] {
  return [g.matmul(w), g.transpose().matmul(x).sum([0])];
}
