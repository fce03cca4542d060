/** Chapter 10, exercise 1: one block of nGPT, from the equations. */
import type { Rotary, Tensor } from '../../src/index.js';
import { yoursToWrite } from '../exercises/check.js';
import type { BlockWeights } from './weights.js';

/**
 * Equation 10: h [B, T, d] moves towards h_A as far as |α_A| says, and back onto the sphere; with all that h_A takes, equations
 * 15 and 16 and the softmax scale included. `attention`, `unit` and tensors' methods are there to be imported from
 * `../../src/index.js`; `sphereStep` is what you write. `rotary.forward` turns [B, T, heads, d_k] by the positions.
 */
export function attentionStep(h: Tensor, weights: BlockWeights, heads: number, rotary: Rotary): Tensor {
  return yoursToWrite('attentionStep', h, weights, heads, rotary);
}

/** Equation 11: the same towards h_M, with equations 20 and 21. `swiglu` of [..., 2m] is u ⊙ silu(v) of its two halves. */
export function mlpStep(h: Tensor, weights: BlockWeights): Tensor {
  return yoursToWrite('mlpStep', h, weights);
}
