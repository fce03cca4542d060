/** Chapter 9, exercise 2, solved. */
import type { Tensor } from '../../src/index.js';
import type { Sizes } from '../09-attention/exercise-2.js';

/** Queries, keys and values. */
export function keptByOp({ batch, length, heads, headDim }: Sizes): number {
  return 3 * batch * length * heads * headDim;
}

/** A row for each query, a column for each key, those of the future included. */
export function weights({ batch, length, heads }: Sizes): number {
  return batch * heads * length * length;
}

export function longest(bytes: number, layers: number, heads: number): number {
  return Math.floor(Math.sqrt(bytes / (4 * layers * heads)));
}

/** Σⱼ Pᵢⱼ Σ_c gᵢ_c vⱼ_c = Σ_c gᵢ_c oᵢ_c. */
export function rowSums(g: Tensor, o: Tensor): Tensor {
  return g.mul(o).sum(-1);
}
