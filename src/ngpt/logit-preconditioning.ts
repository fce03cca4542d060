import { scope, type Tensor } from '../tensor/index.js';

/**
 * Logit gradient preconditioning ("Training nGPT", arXiv:2608.01284, as others quote its formula): logits z = s_z ⊙ u of the
 * cosines u stay as they are, but on the way back u gets (s_z / mean s_z)^q ⊙ ∂L/∂z in place of s_z ⊙ ∂L/∂z. With q = 1,
 * as there, only the size that all of s_z have in common is left out, which grows as training goes on. s_z keeps its gradient.
 * Explained in docs/training.md.
 *
 * This is (s_z / mean s_z)^q [V], without a history. Where a ratio is below 0 it keeps its sign, which is our reading.
 */
export function logitSlope(sz: Tensor, q: number): Tensor {
  return scope(() => {
    const s = sz.detach();
    const ratio = s.div(s.mean());
    return q === 1 ? ratio : ratio.sign().mul(ratio.abs().pow(q));
  });
}
