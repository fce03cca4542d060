/**
 * The table of derivatives: one entry for every op. What takes more than a line to derive stands beside it, in
 * `fused-derivatives.ts`, and nothing about derivatives anywhere else, save the kernels that speed those up.
 * Explained in docs/learn/04-rules.md.
 *
 * The chain rule, as the table uses it: L is the loss, y the output of an op, and g = ∂L/∂y, of the shape of y, is
 * known already. An entry returns ∂L/∂x for each input x, of the shape of x: ∂L/∂xⱼ = Σᵢ gᵢ ∂yᵢ/∂xⱼ, which is g times
 * the Jacobian without ever making one. For elementwise ops yᵢ depends on xᵢ alone, and g ⊙ f′(x) is left. Where x was
 * broadcast, one xⱼ went into many yᵢ: the sum runs over the axes along which it was repeated (`sumTo`). What reaches
 * a tensor from several ops is added up by `backward`.
 *
 * Instead of a gradient an entry may return null where none flows (indices, conditions), or a function for one that
 * is only worked out when somebody wants it. All are written in ops that can be differentiated in turn, so second
 * derivatives need no table of their own.
 *
 * What an entry is made with says what the tape has to keep for it: `fromInputs` the inputs, `fromSome` those that it
 * names by their places, `fromOutput` the output, `fromShapes` no values at all.
 */

import type { OpAttributes, OpName } from '../tensor/dispatch.js';
import {
  cumsum,
  matmul,
  onesLike,
  pad,
  permute,
  rope,
  type Shape,
  scalarLike,
  sliceBox,
  type Tensor,
  where,
  zerosLike,
} from '../tensor/index.js';
import { addRows, takeRows } from '../tensor/ops/indexing.js';
import { inverseOrder } from '../tensor/shape.js';
import {
  attentionBackward,
  crossEntropyBackward,
  logSoftmaxBackward,
  rmsNormBackward,
  scaledSwigluBackward,
  softmaxBackward,
  sphereStepBackward,
  swigluBackward,
  unitBackward,
} from './fused-derivatives.js';
import { fromInputs, fromOutput, fromShapes, fromSome, type Rule } from './rule.js';
import { asRows, broadcastBack, sumTo } from './shapes.js';

type Rules = { readonly [N in OpName]: Rule<OpAttributes[N]> };

export const rules: Rules = {
  // Elementwise, one input.
  neg: fromShapes((g) => [g.neg()]),
  abs: fromInputs((g, [x]) => [g.mul(x.sign())]),
  sign: fromShapes((g) => [zerosLike(g)]),
  floor: fromShapes((g) => [zerosLike(g)]),
  ceil: fromShapes((g) => [zerosLike(g)]),
  round: fromShapes((g) => [zerosLike(g)]),
  trunc: fromShapes((g) => [zerosLike(g)]),
  exp: fromOutput((g, y) => [g.mul(y)]),
  // Not y + 1: far below 0 that has lost its digits.
  expm1: fromInputs((g, [x]) => [g.mul(x.exp())]),
  log: fromInputs((g, [x]) => [g.div(x)]),
  log1p: fromInputs((g, [x]) => [g.div(x.add(1))]),
  sqrt: fromOutput((g, y) => [g.div(y.mul(2))]),
  reciprocal: fromOutput((g, y) => [g.mul(y.square()).neg()]),
  square: fromInputs((g, [x]) => [g.mul(x).mul(2)]),
  sin: fromInputs((g, [x]) => [g.mul(x.cos())]),
  cos: fromInputs((g, [x]) => [g.mul(x.sin()).neg()]),
  atan: fromInputs((g, [x]) => [g.div(x.square().add(1))]),
  tanh: fromOutput((g, y) => [g.mul(y.square().affine(-1, 1))]),
  sigmoid: fromOutput((g, y) => [g.mul(y).mul(y.affine(-1, 1))]),
  softplus: fromInputs((g, [x]) => [g.mul(x.sigmoid())]),
  // Flat at 0; beside NaN nothing vanishes.
  relu: fromOutput((g, y) => [where(y.le(0), scalarLike(0, g), g)]),
  erf: fromInputs((g, [x]) => [g.mul(x.square().neg().exp()).mul(2 / Math.sqrt(Math.PI))]),
  affine: fromShapes((g, _, { scale }) => [g.mul(scale)]),
  clamp: fromInputs((g, [x], { min, max }) => [where(both(x.ge(min), x.le(max)), g, scalarLike(0, g))]),
  cast: fromShapes((g, [x]) => [g.cast(x.dtype)]),

  // Elementwise, two inputs that broadcast: each gradient is summed back to the shape of its input.
  add: fromShapes((g, [a, b]) => [() => sumTo(g, a.shape), () => sumTo(g, b.shape)]),
  sub: fromShapes((g, [a, b]) => [() => sumTo(g, a.shape), () => sumTo(g.neg(), b.shape)]),
  mul: fromInputs((g, [a, b]) => [() => sumTo(g.mul(b), a.shape), () => sumTo(g.mul(a), b.shape)]),
  mulPreconditioned: fromSome([0, 2], (g, [x, slope], [, scale]) => [
    () => sumTo(g.mul(slope), x.shape),
    () => sumTo(g.mul(x), scale.shape),
    null,
  ]),
  div: fromInputs((g, [a, b]) => [
    () => sumTo(g.div(b), a.shape),
    () => sumTo(g.mul(a).div(b.square()).neg(), b.shape),
  ]),
  pow: fromInputs((g, [a, b]) => [
    () => sumTo(g.mul(powerSlope(a, b)), a.shape),
    () => sumTo(g.mul(exponentSlope(a, b)), b.shape),
  ]),
  // ⌊a / b⌋ from the remainder, since a / b may be rounded up to a whole number.
  remainder: fromInputs((g, [a, b]) => [
    () => sumTo(g, a.shape),
    () => sumTo(g.mul(a.sub(a.remainder(b)).div(b).round()).neg(), b.shape),
  ]),
  maximum: fromInputs((g, [a, b]) => [
    () => sumTo(g.mul(share(a, b)), a.shape),
    () => sumTo(g.mul(share(b, a)), b.shape),
  ]),
  minimum: fromInputs((g, [a, b]) => [
    () => sumTo(g.mul(share(b, a)), a.shape),
    () => sumTo(g.mul(share(a, b)), b.shape),
  ]),
  where: fromSome([0], (g, [condition], [, a, b]) => [
    null,
    () => sumTo(where(condition, g, zerosLike(g)), a.shape),
    () => sumTo(where(condition, zerosLike(g), g), b.shape),
  ]),

  // Reductions.
  sum: fromShapes((g, [x], { axes }) => [broadcastBack(g, x.shape, axes)]),
  max: fromInputs((g, [x], { axes }) => {
    // Ties share the gradient equally.
    const isLargest = x.eq(x.max(axes, true)).cast(x.dtype);
    const weight = isLargest.div(isLargest.sum(axes, true));
    return [broadcastBack(g, x.shape, axes).mul(weight)];
  }),
  // yᵢ is the sum of all xⱼ up to i: xⱼ went into every yᵢ from j on.
  cumsum: fromShapes((g, _, { axis, reverse }) => [cumsum(g, axis, !reverse)]),

  // y = A B: dA = g Bᵀ, dB = Aᵀ g; a matrix that was stored transposed gets its gradient transposed, and one
  // that a batch shared gets the sum over the batch.
  matmul: fromInputs((g, [a, b], { transposeA, transposeB }) => {
    // A plain matrix on the right met all rows of the left as one tall matrix; its gradient is one product, too.
    const isTall = b.rank === 2 && !transposeA;
    return [
      () =>
        sumTo(
          transposeA
            ? matmul(b, g, { transposeA: transposeB, transposeB: true })
            : matmul(g, b, { transposeB: !transposeB }),
          a.shape,
        ),
      () => {
        const [rowsOfG, rowsOfA] = isTall ? [asRows(g), asRows(a)] : [g, a];
        return sumTo(
          transposeB
            ? matmul(rowsOfG, rowsOfA, { transposeA: true, transposeB: transposeA })
            : matmul(rowsOfA, rowsOfG, { transposeA: !transposeA }),
          b.shape,
        );
      },
    ];
  }),

  // Movement: the gradient goes back the way the values came.
  reshape: fromShapes((g, [x]) => [g.reshape(x.shape)]),
  permute: fromShapes((g, _, { axes }) => [permute(g, inverseOrder(axes))]),
  slice: fromShapes((g, [x], { starts, stops }) => [pad(g, starts, after(x.shape, stops))]),
  pad: fromShapes((g, [x], { before }) => [sliceBox(g, before, plus(before, x.shape))]),
  concat: fromShapes((g, xs, { axis }) => {
    let start = 0;
    return xs.map(({ shape }) => {
      const from = start;
      start += shape[axis];
      return () => g.slice(axis, from, from + shape[axis]);
    });
  }),
  broadcastTo: fromShapes((g, [x]) => [sumTo(g, x.shape)]),

  // Rows of a table.
  gather: fromSome([1], (g, [indices], [table]) => [addRows(indices, g, table.shape[0]), null]),
  scatterAdd: fromSome([0], (g, [indices]) => [null, takeRows(g, indices)]),

  // Fused ops: each formula stands with its derivation in fused-derivatives.ts.
  unit: fromInputs((g, [x]) => [unitBackward(g, x)]),
  rmsNorm: fromInputs((g, [x, weight], { epsilon }) => rmsNormBackward(g, x, weight, epsilon)),
  softmax: fromOutput((g, y) => [softmaxBackward(g, y)]),
  logSoftmax: fromOutput((g, y) => [logSoftmaxBackward(g, y)]),
  crossEntropy: fromInputs((g, [logits, targets], { ignoreIndex }) => [
    crossEntropyBackward(g, logits, targets, ignoreIndex),
    null,
  ]),
  // y = R x, a matrix R for each position: dx = Rᵀ g. The table that holds them is a constant.
  rope: fromSome([1], (g, [table], _, { offset, transposed }) => [rope(g, table, offset, !transposed), null]),
  swiglu: fromInputs((g, [x]) => [swigluBackward(g, x)]),
  scaledSwiglu: fromInputs((g, [x, scale]) => scaledSwigluBackward(g, x, scale)),
  attention: fromInputs((g, [q, k, v], { scale }) => attentionBackward(g, q, k, v, scale)),
  sphereStep: fromInputs((g, [h, target, alpha]) => sphereStepBackward(g, h, target, alpha)),
};

/** ∂aᵇ/∂a = b aᵇ⁻¹, and 0 where b is 0, even if a⁻¹ is infinite or NaN. */
function powerSlope(a: Tensor, b: Tensor): Tensor {
  const isSlope = a.reciprocal().abs().lt(Number.POSITIVE_INFINITY);
  // The base is what is replaced, not the product: derivatives of 0 · 0⁻¹ would be NaN even where nothing selects it.
  const base = where(both(b.eq(0), isSlope.eq(0)), scalarLike(1, a), a);
  return b.mul(base.pow(b.sub(1)));
}

/** ∂aᵇ/∂b = aᵇ log a, and its limit 0 where a = 0 and b ≥ 0. */
function exponentSlope(a: Tensor, b: Tensor): Tensor {
  const vanishes = both(a.eq(0), b.ge(0));
  const base = where(vanishes, scalarLike(1, a), a);
  return where(vanishes, scalarLike(0, a), base.pow(b).mul(base.log()));
}

/** 1 where both conditions hold. */
function both(a: Tensor, b: Tensor): Tensor {
  return where(a, b, zerosLike(b));
}

/** 0 where a < b, ½ where they are equal, else 1, beside NaN too: how much of max(a, b) is a's. */
function share(a: Tensor, b: Tensor): Tensor {
  const one = onesLike(a);
  return where(a.eq(b), one.mul(0.5), where(a.lt(b), zerosLike(a), one));
}

function after(shape: Shape, stops: readonly number[]): number[] {
  return shape.map((length, axis) => length - stops[axis]);
}

function plus(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, axis) => value + b[axis]);
}
