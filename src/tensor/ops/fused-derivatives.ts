/**
 * The derivatives of the fused ops, by hand, in primitives. A backend's kernel does the same in one pass; while
 * second derivatives are being recorded the primitives run, so each of these can itself be differentiated.
 */
import { fusedDerivative, wrap } from '../dispatch.js';
import type { Tensor } from '../tensor.js';
import { where } from './elementwise.js';
import { onesLike, zerosLike } from './fill.js';
import { attentionWeights, logSoftmaxDefinition, unitDefinition } from './fused.js';
import { heads, unheads } from './fused-parts.js';
import { oneHot } from './indexing.js';
import { concat } from './movement.js';

/** y = x/‖x‖: (g − y (y·g)) / ‖x‖, the part of g tangent to the sphere. */
export function unitBackward(g: Tensor, x: Tensor): Tensor {
  return fusedDerivative(
    'unitBackward',
    [g, x],
    (kernel) => wrap(x.backend, kernel(g, x), x.shape),
    () => unitBackwardDefinition(g, x),
  );
}

export function unitBackwardDefinition(g: Tensor, x: Tensor): Tensor {
  const y = unitDefinition(x);
  const tangent = g.sub(y.mul(y.mul(g).sum(-1, true)));
  const length = y.mul(x).sum(-1, true);
  return tangent.div(where(length.eq(0), onesLike(length), length));
}

/** y = x r w with r = 1/√(mean(x²)+ε): dx = r (g w − x r² mean(g w x)), dw = Σ g x r. */
export function rmsNormBackward(g: Tensor, x: Tensor, weight: Tensor, epsilon: number): [Tensor, Tensor] {
  return fusedDerivative(
    'rmsNormBackward',
    [g, x, weight],
    (kernel) => {
      const [dx, dw] = kernel(g, x, weight, epsilon);
      return [wrap(x.backend, dx, x.shape), wrap(x.backend, dw, weight.shape)];
    },
    () => rmsNormBackwardDefinition(g, x, weight, epsilon),
  );
}

export function rmsNormBackwardDefinition(
  g: Tensor,
  x: Tensor,
  weight: Tensor,
  epsilon: number,
): [Tensor, Tensor] {
  const r = x.square().mean(-1, true).add(epsilon).sqrt().reciprocal();
  const gw = g.mul(weight);
  const correction = x.mul(r.square()).mul(gw.mul(x).mean(-1, true));
  return [r.mul(gw.sub(correction)), sumRows(g.mul(x).mul(r))];
}

/** y = softmax(x): y (g − Σ g y). */
export function softmaxBackward(g: Tensor, y: Tensor): Tensor {
  return fusedDerivative(
    'softmaxBackward',
    [g, y],
    (kernel) => wrap(y.backend, kernel(g, y), y.shape),
    () => softmaxBackwardDefinition(g, y),
  );
}

export function softmaxBackwardDefinition(g: Tensor, y: Tensor): Tensor {
  return y.mul(g.sub(g.mul(y).sum(-1, true)));
}

/** y = log softmax(x): g − eʸ Σ g. */
export function logSoftmaxBackward(g: Tensor, y: Tensor): Tensor {
  return fusedDerivative(
    'logSoftmaxBackward',
    [g, y],
    (kernel) => wrap(y.backend, kernel(g, y), y.shape),
    () => logSoftmaxBackwardDefinition(g, y),
  );
}

export function logSoftmaxBackwardDefinition(g: Tensor, y: Tensor): Tensor {
  return g.sub(y.exp().mul(g.sum(-1, true)));
}

/** Row losses: g (softmax(logits) − one-hot(target)), 0 on rows whose target is ignored or no column. */
export function crossEntropyBackward(
  g: Tensor,
  logits: Tensor,
  targets: Tensor,
  ignoreIndex: number,
): Tensor {
  return fusedDerivative(
    'crossEntropyBackward',
    [g, logits],
    (kernel) => wrap(logits.backend, kernel(g, logits, targets, ignoreIndex), logits.shape),
    () => crossEntropyBackwardDefinition(g, logits, targets, ignoreIndex),
  );
}

export function crossEntropyBackwardDefinition(
  g: Tensor,
  logits: Tensor,
  targets: Tensor,
  ignoreIndex: number,
): Tensor {
  const target = oneHot(targets, logits.shape[1]).cast(logits.dtype);
  const onColumns = where(target.sum(-1).ne(0), g, zerosLike(g));
  const kept = where(targets.eq(ignoreIndex), zerosLike(g), onColumns).reshape([targets.size, 1]);
  return logSoftmaxDefinition(logits).exp().sub(target).mul(kept);
}

/** y = u ⊙ v σ(v): du = g v σ(v), dv = g u σ(v) (1 + v (1 − σ(v))). */
export function swigluBackward(g: Tensor, x: Tensor): Tensor {
  return fusedDerivative(
    'swigluBackward',
    [g, x],
    (kernel) => wrap(x.backend, kernel(g, x), x.shape),
    () => swigluBackwardDefinition(g, x),
  );
}

export function swigluBackwardDefinition(g: Tensor, x: Tensor): Tensor {
  const [u, v] = x.split(2, -1);
  const gate = v.sigmoid();
  const slope = gate.mul(v.mul(gate.affine(-1, 1)).add(1));
  return concat([g.mul(v).mul(gate), g.mul(u).mul(slope)], -1);
}

/** P = softmax(scale·q·kᵀ), y = P v: dv = Pᵀ g, dS = P (g vᵀ − Σ), dq = scale·dS k, dk = scale·dSᵀ q. */
export function attentionBackward(
  g: Tensor,
  q: Tensor,
  k: Tensor,
  v: Tensor,
  scale: number,
): [Tensor, Tensor, Tensor] {
  return fusedDerivative(
    'attentionBackward',
    [g, q, k, v],
    (kernel) => {
      const [dq, dk, dv] = kernel(g, q, k, v, scale);
      return [wrap(q.backend, dq, q.shape), wrap(q.backend, dk, k.shape), wrap(q.backend, dv, v.shape)];
    },
    () => attentionBackwardDefinition(g, q, k, v, scale),
  );
}

export function attentionBackwardDefinition(
  g: Tensor,
  q: Tensor,
  k: Tensor,
  v: Tensor,
  scale: number,
): [Tensor, Tensor, Tensor] {
  const [queries, keys, values, gradient] = [heads(q), heads(k), heads(v), heads(g)];
  const weights = attentionWeights(queries, keys, scale);
  const dWeights = gradient.matmul(values, { transposeB: true });
  const dScores = softmaxBackwardDefinition(dWeights, weights).mul(scale);
  return [
    unheads(dScores.matmul(keys)),
    unheads(dScores.matmul(queries, { transposeA: true })),
    unheads(weights.matmul(gradient, { transposeA: true })),
  ];
}

/**
 * y = unit(x) with x = h + |α| (t − h): dx as for unit, then dh = (1 − |α|) dx, dt = |α| dx,
 * dα = sign(α) Σ dx (t − h).
 */
export function sphereStepBackward(
  g: Tensor,
  h: Tensor,
  target: Tensor,
  alpha: Tensor,
): [Tensor, Tensor, Tensor] {
  return fusedDerivative(
    'sphereStepBackward',
    [g, h, target, alpha],
    (kernel) => {
      const [dh, dTarget, dAlpha] = kernel(g, h, target, alpha);
      return [
        wrap(h.backend, dh, h.shape),
        wrap(h.backend, dTarget, h.shape),
        wrap(h.backend, dAlpha, alpha.shape),
      ];
    },
    () => sphereStepBackwardDefinition(g, h, target, alpha),
  );
}

export function sphereStepBackwardDefinition(
  g: Tensor,
  h: Tensor,
  target: Tensor,
  alpha: Tensor,
): [Tensor, Tensor, Tensor] {
  const rate = alpha.abs();
  const difference = target.sub(h);
  const dx = unitBackwardDefinition(g, h.add(rate.mul(difference)));
  const dTarget = rate.mul(dx);
  return [dx.sub(dTarget), dTarget, sumRows(dx.mul(difference)).mul(alpha.sign())];
}

/** Sum over all axes but the last: [..., D] → [D]. */
function sumRows(x: Tensor): Tensor {
  return x.reshape([x.size === 0 ? 0 : -1, x.shape[x.rank - 1]]).sum(0);
}
