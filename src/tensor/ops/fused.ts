/**
 * The fused ops. Each is *defined* here, by a function named …Definition, as a few primitives; a backend may
 * supply a kernel that does the same in one pass. Their derivatives are autograd's.
 * Explained in docs/learn/07-fused-ops.md, docs/learn/08-sphere.md and docs/learn/09-attention.md.
 */

import { requireIgnoreIndex, requireInside } from '../checks/inside.js';
import {
  requireFlag,
  requireFloats,
  requireIntegers,
  requireNumber,
  requireTensor,
} from '../checks/values.js';
import { apply, runFused } from '../dispatch.js';
import type { DType } from '../dtype.js';
import { DTypeError, ShapeError } from '../errors.js';
import { scope } from '../scope.js';
import { formatShape, normalizeAxis, type Shape, sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { where } from './compare.js';
import { onesLike, scalarLike, zerosLike } from './fill.js';
import { causalMask, heads, swapPairs, unheads } from './fused-parts.js';
import { oneHot } from './indexing.js';
import { transpose } from './movement.js';

const NONE = {};

/**
 * x / ‖x‖₂ along `axis` (default the last): the nearest point on the unit sphere. The zero vector stays zero,
 * with the derivative it would have at length 1.
 * @example unit(tensor([[3, 4], [0, 2]])) // [[0.6, 0.8], [0, 1]]
 */
export function unit(x: Tensor, axis = -1): Tensor {
  requireFloats('unit', x);
  const along = normalizeAxis('unit', axis, x.rank);
  if (along !== x.rank - 1) return alongAxis(x, along, unit);
  return apply('unit', [x], NONE, () => runFused('unit', [x], x.shape, unitDefinition));
}

/** What `f` does along the last axis, along another. */
function alongAxis(x: Tensor, axis: number, f: (x: Tensor) => Tensor): Tensor {
  return scope(() => transpose(f(transpose(x, axis, -1)), axis, -1));
}

export function unitDefinition(x: Tensor): Tensor {
  if (x.shape[x.rank - 1] === 0) return x.alias();
  // Dividing by the largest entry first changes nothing but the range: squares of 1e30 would overflow.
  const largest = x.detach().abs().max(-1, true);
  const isZero = largest.eq(0);
  const ones = onesLike(largest);
  const scaled = x.div(where(isZero, ones, largest));
  const squares = scaled.square().sum(-1, true);
  return scaled.div(where(isZero, ones, squares).sqrt());
}

/**
 * x / √(mean(x²) + epsilon) ⊙ weight along the last axis; weight [D].
 * @example rmsNorm(tensor([3, 4]), tensor([1, 1])) // [0.8485, 1.1314]
 */
export function rmsNorm(x: Tensor, weight: Tensor, epsilon = 1e-6): Tensor {
  requireNumber('rmsNorm', 'epsilon', epsilon);
  requireTensor('rmsNorm', 'weight', weight);
  requireFloats('rmsNorm', x);
  requireLike('rmsNorm', 'weight', weight, x.dtype, [x.shape[x.rank - 1]]);
  return apply('rmsNorm', [x, weight], { epsilon }, () =>
    runFused('rmsNorm', [x, weight, epsilon], x.shape, rmsNormDefinition),
  );
}

export function rmsNormDefinition(x: Tensor, weight: Tensor, epsilon: number): Tensor {
  const meanSquare = x.square().mean(-1, true);
  return x.div(meanSquare.add(epsilon).sqrt()).mul(weight);
}

/**
 * eˣ / Σeˣ along `axis` (default the last); −∞ has weight 0.
 * @throws ShapeError for an axis that x lacks, DTypeError for integers.
 * @example softmax(tensor([0, Math.log(3)])) // [0.25, 0.75]
 * @example softmax(tensor([[0, 5], [0, 5]]), 0) // [[0.5, 0.5], [0.5, 0.5]]
 */
export function softmax(x: Tensor, axis = -1): Tensor {
  requireFloats('softmax', x);
  const along = normalizeAxis('softmax', axis, x.rank);
  if (along !== x.rank - 1) return alongAxis(x, along, softmax);
  return apply('softmax', [x], NONE, () => runFused('softmax', [x], x.shape, softmaxDefinition));
}

export function softmaxDefinition(x: Tensor): Tensor {
  if (x.shape[x.rank - 1] === 0) return x.alias();
  const weights = x.sub(x.detach().max(-1, true)).exp();
  return weights.div(weights.sum(-1, true));
}

/**
 * log softmax(x) along `axis` (default the last), without its underflow.
 * @throws ShapeError for an axis that x lacks, DTypeError for integers.
 * @example logSoftmax(tensor([0, 1000])) // [-1000, 0]
 */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  requireFloats('logSoftmax', x);
  const along = normalizeAxis('logSoftmax', axis, x.rank);
  if (along !== x.rank - 1) return alongAxis(x, along, logSoftmax);
  return apply('logSoftmax', [x], NONE, () => runFused('logSoftmax', [x], x.shape, logSoftmaxDefinition));
}

export function logSoftmaxDefinition(x: Tensor): Tensor {
  if (x.shape[x.rank - 1] === 0) return x.alias();
  const shifted = x.sub(x.detach().max(-1, true));
  return shifted.sub(shifted.exp().sum(-1, true).log());
}

/**
 * −log softmax(logits [N, V])[targets [N]] in nats, one per row: [N]. A row whose target is `ignoreIndex` has loss 0 and
 * gradient 0; on `gpu`, where to look at targets would mean waiting for the device, so has one whose target lies outside
 * [0, V). Kernels and derivatives know this op as `crossEntropy`; the loss of that name in `nn` makes rows of [..., V] for
 * it and averages what comes out.
 * @throws DataError for such a target on the other backends, ShapeError for shapes that do not go together.
 * @example crossEntropyRows(tensor([[0, 0], [0, 100]]), tensor(Int32Array.of(0, 1))) // [0.6931, 0]
 */
export function crossEntropyRows(logits: Tensor, targets: Tensor, ignoreIndex = -1): Tensor {
  requireFloats('crossEntropy', logits);
  requireIntegers('crossEntropy', 'targets', targets);
  requireIgnoreIndex('crossEntropy', ignoreIndex);
  if (logits.rank !== 2 || logits.shape[1] === 0 || !sameShape(targets.shape, [logits.shape[0]])) {
    throw new ShapeError(
      `crossEntropy: wants logits [N, V] and targets [N], got ${formatShape(logits.shape)} and ${formatShape(targets.shape)}`,
    );
  }
  requireInside('crossEntropy', 'targets', targets, { limit: logits.shape[1], of: 'classes', ignoreIndex });
  return rowLosses(logits, targets, ignoreIndex);
}

/** The same of targets that have been looked at; those outside count as those that are ignored. */
export function rowLosses(logits: Tensor, targets: Tensor, ignoreIndex: number): Tensor {
  return apply('crossEntropy', [logits, targets], { ignoreIndex }, () =>
    runFused('crossEntropy', [logits, targets, ignoreIndex], targets.shape, crossEntropyDefinition),
  );
}

export function crossEntropyDefinition(logits: Tensor, targets: Tensor, ignoreIndex: number): Tensor {
  const losses = pick(logSoftmaxDefinition(logits), targets).neg();
  return where(targets.eq(ignoreIndex), zerosLike(losses), losses);
}

/** values [N, V] at targets [N]: [N]. A select, not a product: 0 · −∞ would be NaN. */
function pick(values: Tensor, targets: Tensor): Tensor {
  return where(oneHot(targets, values.shape[1]), values, zerosLike(values)).sum(-1);
}

/**
 * Rotary position embedding: each pair (x₂ᵢ, x₂ᵢ₊₁) of x [B, T, H, D] times a 2×2 matrix that depends on the
 * position. `table` [2, P, D] holds the matrices of P positions: table[0] their diagonals, table[1] what the
 * other of the pair is multiplied by. Row t of x uses position `offset` + t. `transposed` applies the
 * transposed matrices, which is the derivative.
 * @example
 * const x = tensor([0, 0, 1, 0], [1, 2, 1, 2]); // two positions of one head of size 2
 * rope(x, rotaryTable(2, 2)).reshape([4]) // [0, 0, 0.5403, 0.8415]
 */
export function rope(x: Tensor, table: Tensor, offset = 0, transposed = false): Tensor {
  requireTensor('rope', 'table', table);
  requireFloats('rope', x);
  requireDType('rope', 'table', table, x.dtype);
  const [, length, , headDim] = x.shape;
  if (x.rank !== 4 || headDim % 2 !== 0) {
    throw new ShapeError(`rope: wants [B, T, H, D] with an even head size D, got ${formatShape(x.shape)}`);
  }
  requireNumber('rope', 'offset', offset);
  requireFlag('rope', 'transposed', transposed);
  const [two, positions, tableDim] = table.shape;
  const inside = Number.isInteger(offset) && offset >= 0 && offset + length <= positions;
  if (table.rank !== 3 || two !== 2 || tableDim !== headDim || !inside) {
    throw new ShapeError(
      `rope: the table ${formatShape(table.shape)} does not cover positions ${offset} to ${offset + length} of ${formatShape(x.shape)}`,
    );
  }
  return apply('rope', [x, table], { offset, transposed }, () =>
    runFused('rope', [x, table, offset, transposed], x.shape, ropeDefinition),
  );
}

export function ropeDefinition(x: Tensor, table: Tensor, offset: number, transposed: boolean): Tensor {
  const [, length, , headDim] = x.shape;
  const rows = table.slice(1, offset, offset + length);
  const [diagonal, cross] = rows.split(2, 0).map((half) => half.reshape([length, 1, headDim]));
  const crossed = transposed ? swapPairs(x.mul(cross)) : swapPairs(x).mul(cross);
  return x.mul(diagonal).add(crossed);
}

/**
 * u ⊙ silu(v) for x [..., 2M] = (u, v) (paper eq. 18): [..., M].
 * @example swiglu(tensor([2, 1])) // [1.4621]
 */
export function swiglu(x: Tensor): Tensor {
  requireTensor('swiglu', 'its input', x);
  const shape = gatedShape('swiglu', x);
  return apply('swiglu', [x], NONE, () => runFused('swiglu', [x], shape, swigluDefinition));
}

export function swigluDefinition(x: Tensor): Tensor {
  const [u, v] = x.split(2, -1);
  return u.mul(v.silu());
}

/**
 * `swiglu` of x ⊙ scale, scale [2M] (paper 2.4, eq. 20 and 21): [..., M].
 * @example scaledSwiglu(tensor([2, 1]), tensor([0.5, 1])) // [0.7311]
 */
export function scaledSwiglu(x: Tensor, scale: Tensor): Tensor {
  requireTensor('scaledSwiglu', 'its input', x);
  requireTensor('scaledSwiglu', 'scale', scale);
  const shape = gatedShape('scaledSwiglu', x);
  requireLike('scaledSwiglu', 'scale', scale, x.dtype, x.shape.slice(-1));
  return apply('scaledSwiglu', [x, scale], NONE, () =>
    runFused('scaledSwiglu', [x, scale], shape, scaledSwigluDefinition),
  );
}

export function scaledSwigluDefinition(x: Tensor, scale: Tensor): Tensor {
  return swigluDefinition(x.mul(scale));
}

/** [..., 2M] → [..., M] */
function gatedShape(op: string, x: Tensor): Shape {
  requireFloats(op, x);
  const width = x.shape[x.rank - 1];
  if (x.rank === 0 || width % 2 !== 0) {
    throw new ShapeError(`${op}: the last axis must be even, got ${formatShape(x.shape)}`);
  }
  return [...x.shape.slice(0, -1), width / 2];
}

/**
 * Causal attention per head (paper eq. 13), softmax(scale·q·kᵀ)·v: q [B, T, H, D], k and v [B, S, H, D] with S ≥ T. The
 * queries are the last T of the S positions: row i sees keys 0 … S−T+i.
 * @example
 * const q = zeros([1, 2, 1, 2]); // alike to all keys
 * const v = tensor([1, 2, 3, 4], [1, 2, 1, 2]);
 * attention(q, q, v, Math.SQRT2).reshape([2, 2]) // [[1, 2], [2, 3]]
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, scale: number): Tensor {
  requireTensor('attention', 'k', k);
  requireTensor('attention', 'v', v);
  requireFloats('attention', q);
  requireDType('attention', 'k', k, q.dtype);
  requireDType('attention', 'v', v, q.dtype);
  requireNumber('attention', 'scale', scale);
  const fits =
    q.rank === 4 &&
    sameShape(k.shape, v.shape) &&
    sameShape([q.shape[0], k.shape[1], ...q.shape.slice(2)], k.shape) &&
    k.shape[1] >= q.shape[1];
  if (!fits) {
    const shapes = [q, k, v].map((x) => formatShape(x.shape)).join(', ');
    throw new ShapeError(`attention: wants q [B, T, H, D] and k, v [B, S, H, D] with S ≥ T, got ${shapes}`);
  }
  return apply('attention', [q, k, v], { scale }, () =>
    runFused('attention', [q, k, v, scale], q.shape, attentionDefinition),
  );
}

export function attentionDefinition(q: Tensor, k: Tensor, v: Tensor, scale: number): Tensor {
  return unheads(attentionWeights(heads(q), heads(k), scale).matmul(heads(v)));
}

/**
 * How much each query of causal attention looks at each key, softmax(scale·q·kᵀ): q [B, H, T, D] and k [B, H, S, D],
 * heads first, give [B, H, T, S], whose rows sum to 1. The queries are the last T of the S positions; what lies in
 * the future of one has weight 0.
 * @example
 * const q = zeros([1, 1, 2, 4]);
 * attentionWeights(q, q, 1).reshape([2, 2]) // [[1, 0], [0.5, 0.5]]
 */
export function attentionWeights(q: Tensor, k: Tensor, scale: number): Tensor {
  requireTensor('attentionWeights', 'q', q);
  requireTensor('attentionWeights', 'k', k);
  requireNumber('attentionWeights', 'scale', scale);
  const fits =
    q.rank === 4 &&
    sameShape([...q.shape.slice(0, 2), k.shape[2], q.shape[3]], k.shape) &&
    k.shape[2] >= q.shape[2];
  if (!fits) {
    const shapes = `${formatShape(q.shape)} and ${formatShape(k.shape)}`;
    throw new ShapeError(
      `attentionWeights: wants q [B, H, T, D] and k [B, H, S, D] with S ≥ T, got ${shapes}`,
    );
  }
  return scope(() => {
    const scores = q.matmul(k, { transposeB: true }).mul(scale);
    const future = causalMask(q.shape[2], k.shape[2], q);
    return softmax(where(future, scalarLike(Number.NEGATIVE_INFINITY, scores), scores));
  });
}

/**
 * One step along the sphere (paper 2.2.2, eq. 10 and 11): unit(h + |alpha| ⊙ (target − h)); h and target
 * [..., D] are unit vectors, alpha [D] the eigen learning rates. In SIMD: backends/wasm/assembly/normalize/sphere-step.ts.
 * @example sphereStep(tensor([1, 0]), tensor([0, 1]), tensor([0.5, 0.5])) // [0.7071, 0.7071]
 */
export function sphereStep(h: Tensor, target: Tensor, alpha: Tensor): Tensor {
  requireTensor('sphereStep', 'target', target);
  requireTensor('sphereStep', 'alpha', alpha);
  requireFloats('sphereStep', h);
  requireLike('sphereStep', 'target', target, h.dtype, h.shape);
  requireLike('sphereStep', 'alpha', alpha, h.dtype, [h.shape[h.rank - 1]]);
  return apply('sphereStep', [h, target, alpha], NONE, () =>
    runFused('sphereStep', [h, target, alpha], h.shape, sphereStepDefinition),
  );
}

export function sphereStepDefinition(h: Tensor, target: Tensor, alpha: Tensor): Tensor {
  return unitDefinition(h.add(alpha.abs().mul(target.sub(h))));
}

function requireLike(op: string, name: string, x: Tensor, dtype: DType, shape: Shape): void {
  requireDType(op, name, x, dtype);
  if (!sameShape(x.shape, shape)) {
    throw new ShapeError(`${op}: ${name} must be ${formatShape(shape)}, got ${formatShape(x.shape)}`);
  }
}

// A fused kernel reads what it is given as floats of its own width: an int32 tensor would pass for tiny numbers.
function requireDType(op: string, name: string, x: Tensor, dtype: DType): void {
  if (x.dtype !== dtype) throw new DTypeError(`${op}: ${name} must be ${dtype}, got ${x.dtype}`);
}
