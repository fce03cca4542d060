/**
 * The derivatives of the fused ops: those of the table in `rules.ts` that take more than a line, each with how it
 * comes about. L is the loss, y what the op returns, g = ∂L/∂y, and dx stands for ∂L/∂x, which is the transposed
 * Jacobian of y times g: dxⱼ = Σᵢ gᵢ ∂yᵢ/∂xⱼ. δᵢⱼ is 1 where i = j, else 0.
 * Explained in docs/learn/07-fused-ops.md, docs/learn/08-sphere.md and docs/learn/09-attention.md.
 *
 * All are written in ops that can be differentiated in turn. A backend's kernel may do the same in one pass.
 */
import {
  attentionWeights,
  concat,
  logSoftmax,
  oneHot,
  onesLike,
  type Tensor,
  unit,
  where,
  zerosLike,
} from '../tensor/index.js';
import { withKernel } from './with-kernel.js';

/**
 * y = x / ‖x‖ on every row. The slope of ‖x‖ along xⱼ is xⱼ/‖x‖ = yⱼ, so by the quotient rule
 * ∂yᵢ/∂xⱼ = (δᵢⱼ − yᵢ yⱼ) / ‖x‖: the Jacobian is (I − y yᵀ) / ‖x‖, its own transpose, and
 *
 *     dx = (g − y (y·g)) / ‖x‖        · sums over features
 *
 * What is left of g is tangent to the sphere: y does not change when x only gets longer. Since x = ‖x‖ y and
 * y·y = 1, ‖x‖ is y·x, with no squares that could overflow. A row of zeros counts as one of length 1.
 */
export const unitBackward = withKernel('unitBackward', (g, x) => {
  const y = unit(x);
  const tangent = g.sub(y.mul(y.mul(g).sum(-1, true)));
  const length = y.mul(x).sum(-1, true);
  return tangent.div(where(length.eq(0), onesLike(length), length));
});

/**
 * y = r x ⊙ w with r = (mean(x²) + ε)^(−½), the mean over the D features. Every xⱼ also moves r, by
 * ∂r/∂xⱼ = −½ r³ · 2 xⱼ/D = −r³ xⱼ/D, and with it all of y:
 *
 *     dx = r (g ⊙ w) − (r³ x / D) Σ g ⊙ w ⊙ x        Σ over features
 *     dw = Σ g ⊙ x r                                 Σ over rows [B·T], which share w
 */
export const rmsNormBackward = withKernel('rmsNormBackward', (g, x, weight, epsilon) => {
  const r = x.square().mean(-1, true).add(epsilon).sqrt().reciprocal();
  const gw = g.mul(weight);
  const correction = x.mul(r.square()).mul(gw.mul(x).mean(-1, true));
  return [r.mul(gw.sub(correction)), sumRows(g.mul(x).mul(r))];
});

/**
 * yᵢ = e^xᵢ / Σₖ e^xₖ on every row. The numerator brings yᵢ δᵢⱼ, the denominator −yᵢ yⱼ: the Jacobian is
 * diag(y) − y yᵀ, its own transpose, and
 *
 *     dx = y ⊙ (g − Σ g ⊙ y)        Σ over the row
 *
 * Only y is needed, not x. What is common to all of g has no effect: the probabilities stay 1 in sum.
 */
export const softmaxBackward = withKernel('softmaxBackward', (g, y) => y.mul(g.sub(g.mul(y).sum(-1, true))));

/**
 * yᵢ = xᵢ − log Σₖ e^xₖ on every row. The slope of the logarithm along xⱼ is e^xⱼ / Σₖ e^xₖ = e^yⱼ, the same for
 * every i: the Jacobian is I − 1 (e^y)ᵀ, and transposed
 *
 *     dx = g − e^y Σ g        Σ over the row
 */
export const logSoftmaxBackward = withKernel('logSoftmaxBackward', (g, y) =>
  g.sub(y.exp().mul(g.sum(-1, true))),
);

/**
 * One loss per row: −yₜ, where y = log softmax(x) and t is the target. That is y times −one-hot(t), so the gradient
 * of y is −one-hot(t), whose sum is −1, and by `logSoftmaxBackward`
 *
 *     dx = g (softmax(x) − one-hot(t))        g is a number per row
 *
 * The model is pulled from what it believes to what is true. Rows whose target is ignored, or is no column at all,
 * have gradient 0.
 */
export const crossEntropyBackward = withKernel('crossEntropyBackward', (g, logits, targets, ignoreIndex) => {
  const target = oneHot(targets, logits.shape[1]).cast(logits.dtype);
  const onColumns = where(target.sum(-1).ne(0), g, zerosLike(g));
  const kept = where(targets.eq(ignoreIndex), zerosLike(g), onColumns).reshape([targets.size, 1]);
  return logSoftmax(logits).exp().sub(target).mul(kept);
});

/**
 * y = u ⊙ s(v) with s(v) = v σ(v), elementwise, so nothing is summed. σ′ = σ (1 − σ) gives
 * s′(v) = σ + v σ (1 − σ) = σ (1 + v (1 − σ)), and the product rule
 *
 *     du = g ⊙ s(v)        dv = g ⊙ u ⊙ s′(v)
 */
export const swigluBackward = withKernel('swigluBackward', (g, x) => {
  const [u, v] = x.split(2, -1);
  const gate = v.sigmoid();
  const slope = gate.mul(v.mul(gate.affine(-1, 1)).add(1));
  return concat([g.mul(v).mul(gate), g.mul(u).mul(slope)], -1);
});

/**
 * y = swiglu(z) with z = x ⊙ s. dz is that of `swiglu`, and z is a product of x and of s:
 *
 *     dx = dz ⊙ s        ds = Σ dz ⊙ x        Σ over rows [B·T], which share s
 */
export const scaledSwigluBackward = withKernel('scaledSwigluBackward', (g, x, scale) => {
  const dScaled = swigluBackward(g, x.mul(scale));
  return [dScaled.mul(scale), sumRows(dScaled.mul(x))];
});

/**
 * Per head: scores Z = scale · q kᵀ [T, S], weights P = softmax(Z), y = P v. Two matrix products (C = A B has
 * dA = dC Bᵀ and dB = Aᵀ dC) with a softmax in between:
 *
 *     dv = Pᵀ g                        Σ over queries
 *     dP = g vᵀ                        Σ over features of the head
 *     dZ = P ⊙ (dP − Σ dP ⊙ P)         Σ over keys; 0 where P is 0, so nothing comes from the future
 *     dq = scale · dZ k                Σ over keys
 *     dk = scale · dZᵀ q               Σ over queries
 *
 * P is worked out anew: to keep it, [B, H, T, S] of every layer until its turn comes, would take memory that grows
 * with T² where everything else grows with T. Anew it costs one more product, five instead of four.
 */
export const attentionBackward = withKernel('attentionBackward', (g, q, k, v, scale) => {
  const [gradient, queries, keys, values] = [g, q, k, v].map(swapHeads);
  const weights = attentionWeights(queries, keys, scale);
  const dWeights = gradient.matmul(values, { transposeB: true });
  const dScores = softmaxBackward(dWeights, weights).mul(scale);
  return [
    swapHeads(dScores.matmul(keys)),
    swapHeads(dScores.matmul(queries, { transposeA: true })),
    swapHeads(weights.matmul(gradient, { transposeA: true })),
  ];
});

/**
 * y = unit(x) with x = h + |α| ⊙ (t − h). dx is that of `unit`; x is linear in h and t, and its slope along α is
 * sign(α) (t − h), which counts as 0 where α is 0:
 *
 *     dh = (1 − |α|) ⊙ dx        dt = |α| ⊙ dx
 *     dα = sign(α) ⊙ Σ dx ⊙ (t − h)        Σ over rows [B·T], which share α
 */
export const sphereStepBackward = withKernel('sphereStepBackward', (g, h, target, alpha) => {
  const rate = alpha.abs();
  const difference = target.sub(h);
  const dx = unitBackward(g, h.add(rate.mul(difference)));
  const dTarget = rate.mul(dx);
  return [dx.sub(dTarget), dTarget, sumRows(dx.mul(difference)).mul(alpha.sign())];
});

/** Sum over all axes but the last: [..., D] → [D]. */
function sumRows(x: Tensor): Tensor {
  return x.reshape([x.size === 0 ? 0 : -1, x.shape[x.rank - 1]]).sum(0);
}

/** [B, T, H, D] → [B, H, T, D] and back. */
function swapHeads(x: Tensor): Tensor {
  return x.transpose(1, 2);
}
