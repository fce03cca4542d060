/** What the exercises of chapter 10 are given of a block: its numbers, under the names of the paper. */
import type { NormalizedBlock, Tensor } from '../../src/index.js';

/** d is the embedding dimension, m the width of the MLP. Scales stand here as they act, not as they are stored. */
export interface BlockWeights {
  /** W_q, W_k, W_v [d, d]: unit rows. */
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  /** W_o [d, d]: unit columns. */
  readonly output: Tensor;
  /** W_u above W_v of the MLP [2m, d]: unit rows. */
  readonly expansion: Tensor;
  /** W_mlp [d, m]: unit columns. */
  readonly contraction: Tensor;
  /** s_qk [d], one part of d_k after the other for each head. */
  readonly sqk: Tensor;
  /** s_u, then s_v [2m]. */
  readonly suv: Tensor;
  /** α_A and α_M [d], before the absolute value is taken. */
  readonly attentionAlpha: Tensor;
  readonly mlpAlpha: Tensor;
}

export function weightsOf({ attention, mlp, attnAlpha, mlpAlpha }: NormalizedBlock): BlockWeights {
  return {
    query: attention.query.weight,
    key: attention.key.weight,
    value: attention.value.weight,
    output: attention.projection.weight,
    expansion: mlp.expansion.weight,
    contraction: mlp.projection.weight,
    sqk: attention.sqk.value(),
    suv: mlp.suv.value(),
    attentionAlpha: attnAlpha.value(),
    mlpAlpha: mlpAlpha.value(),
  };
}
