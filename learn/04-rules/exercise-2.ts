/** Chapter 4, exercise 2: two rules to derive. */
import type { Tensor } from '../../src/index.js';
import { yoursToWrite } from '../exercises/check.js';

/** ∂L/∂x of y = log(1 + eˣ), element by element. It has to be right for x = 1000 and x = −1000, too. */
export function softplusRule(g: Tensor, x: Tensor): Tensor {
  return yoursToWrite('softplusRule', g, x);
}

/**
 * ∂L/∂x and ∂L/∂w of y = x wᵀ, a layer of a network: x of shape [B, T, in] holds B blocks of T rows, all of which meet the
 * same matrix w, of shape [out, in], and y has the shape [B, T, out]. `transpose()` exchanges the last two axes.
 */
export function linearRule(g: Tensor, x: Tensor, w: Tensor): readonly [Tensor, Tensor] {
  return yoursToWrite('linearRule', g, x, w);
}
