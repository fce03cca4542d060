/** Chapter 9, exercise 2: counting, and a sum over keys that takes no keys. */
import type { Tensor } from '../../src/index.js';
import { yoursToWrite } from '../exercises/check.js';

/** Sizes of attention: queries, keys and values are [batch, length, heads, headDim]. */
export interface Sizes {
  readonly batch: number;
  readonly length: number;
  readonly heads: number;
  readonly headDim: number;
}

/** How many numbers the tape keeps for `attention`, the fused op, the values of its inputs included. */
export function keptByOp(sizes: Sizes): number {
  return yoursToWrite('keptByOp', sizes);
}

/** How many numbers the weights P have, of all heads and sequences. */
export function weights(sizes: Sizes): number {
  return yoursToWrite('weights', sizes);
}

/** The longest sequence for which the weights of a model of so many layers fit in `bytes`, at 4 bytes each. One sequence. */
export function longest(bytes: number, layers: number, heads: number): number {
  return yoursToWrite('longest', bytes, layers, heads);
}

/**
 * For every query the sum over keys of dP ⊙ P: from `g`, the gradient by the output, and the output `o` alone, both
 * [batch, heads, length, headDim]. Returns [batch, heads, length].
 */
export function rowSums(g: Tensor, o: Tensor): Tensor {
  return yoursToWrite('rowSums', g, o);
}
