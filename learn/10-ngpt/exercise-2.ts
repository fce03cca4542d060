/** Chapter 10, exercise 2: what the model could not do without its scales. */
import type { Tensor } from '../../src/index.js';
import { yoursToWrite } from '../exercises/check.js';

/** The least cross-entropy, in nats, that logits s_z · cosine of `tokens` tokens can have: what are the cosines then? */
export function leastLoss(tokens: number, sz: number): number {
  return yoursToWrite('leastLoss', tokens, sz);
}

/** The other way round: the s_z with which the least loss of `tokens` tokens is `loss`, somewhere between 0 and ln(tokens). */
export function scaleFor(tokens: number, loss: number): number {
  return yoursToWrite('scaleFor', tokens, loss);
}

/**
 * How far silu is from a straight line at the values of v: ‖y − c v‖² / ‖y‖² with y = silu(v), and with the c that makes it
 * least. 0 where silu does no more than a matrix does.
 */
export function bend(v: Tensor): number {
  return yoursToWrite('bend', v);
}
