/**
 * For every op of `ops/composed` that has a derivative: how to call it on random inputs around which it is smooth. Its
 * value in plain loops stands in test/tensor/ops/composed.
 */
import {
  diag,
  diagonal,
  dot,
  einsum,
  outer,
  type Shape,
  stack,
  type Tensor,
  type VarianceOptions,
} from '../../../src/index.js';
import type * as composed from '../../../src/tensor/ops/composed/index.js';
import type { TensorDraw } from '../values/draw.js';
import type { Maker, OpCase } from './op-cases.js';

/** Their results are int32. */
type Questions = 'isnan' | 'isfinite' | 'isinf' | 'any' | 'all' | 'argmin';

/** `var` is another name of `variance`. */
export type ComposedName = Exclude<keyof typeof composed, Questions | 'var'>;

const of =
  (
    f: (x: Tensor) => Tensor,
    values: (draw: TensorDraw) => Tensor = (draw) => draw.awayFromZero(draw.shape()),
  ) =>
  (draw: TensorDraw): OpCase => ({ inputs: [values(draw)], f });

/** Over random axes of a random shape, none of them empty. */
const over =
  (
    f: (x: Tensor, axes: readonly number[], keepDims: boolean) => Tensor,
    values: (draw: TensorDraw, shape: Shape) => Tensor = (draw, shape) => draw.awayFromZero(shape),
    min = 1,
  ): Maker =>
  (draw) => {
    const shape = draw.shape(3, min);
    const [axes, keepDims] = [draw.axes(shape.length), draw.pick(true, false)];
    const x = values(draw, shape);
    return { inputs: [x], f: (y) => f(y, axes, keepDims) };
  };

/** A shape of at least one axis, and one of its axes, from either end. */
export function shapeWithAxis(draw: TensorDraw, min = 0): [shape: number[], axis: number] {
  const shape = [...draw.shape(2, min), draw.integer(min, 3)];
  return [shape, draw.integer(-shape.length, shape.length - 1)];
}

/** A group of axes that the variance of is taken over, with more elements than the correction. */
export function varianceCase(draw: TensorDraw): {
  shape: number[];
  axes: number[];
  options: Required<VarianceOptions>;
} {
  const [shape, keepDims] = [[draw.integer(2, 3), ...draw.shape(2, 1)], draw.pick(true, false)];
  const axes = [0, ...draw.axes(shape.length).filter((axis) => axis > 0)];
  return { shape, axes, options: { correction: draw.pick(0, 1, 1.5), keepDims } };
}

/** Equations, with the shapes that they are given. */
export const EQUATIONS: readonly (readonly [equation: string, ...shapes: number[][]])[] = [
  ['ij,jk->ik', [2, 3], [3, 4]],
  ['ij,jk', [2, 0], [0, 3]],
  ['ij,kj->ki', [2, 3], [2, 3]],
  ['bij,bjk->bik', [2, 2, 3], [2, 3, 1]],
  ['bhqd,bhkd->bhqk', [1, 2, 2, 3], [1, 2, 3, 3]],
  ['...ij,...jk->...ik', [2, 1, 2, 3], [3, 3, 2]],
  ['...i,i', [2, 3], [3]],
  ['...i->i', [2, 2, 3]],
  ['i...->...', [3, 2, 2]],
  ['ii', [3, 3]],
  ['ii->i', [3, 3]],
  ['iji->j', [2, 3, 2]],
  ['iii', [2, 2, 2]],
  ['ba', [2, 3]],
  ['ij->', [2, 3]],
  ['i,j,k->kij', [2], [3], [2]],
  ['i,i->i', [3], [3]],
  ['ij,ij->i', [2, 3], [2, 3]],
  ['ij,j,i->', [2, 3], [3], [2]],
  ['ij,ik,il->jkl', [3, 2], [3, 2], [3, 1]],
  ['ij,jk,kl->il', [2, 3], [3, 2], [2, 2]],
  [',i->i', [], [3]],
  ['i,i', [1], [3]],
  ['ij,jk->ik', [2, 1], [3, 2]],
  ['aB,B', [2, 3], [3]],
  [' i j , j -> i ', [2, 3], [3]],
];

/** One entry per op; the compiler refuses the list when one is missing. */
export const COMPOSED_CASES: { readonly [N in ComposedName]: Maker } = {
  leakyRelu: of((x) => x.leakyRelu(0.3)),
  elu: of((x) => x.elu(0.7)),
  // Bounds half way between values.
  hardtanh: of(
    (x) => x.hardtanh(-0.45, 0.55),
    (draw) => draw.distinct(draw.shape()),
  ),
  logSigmoid: of((x) => x.logSigmoid()),
  silu: of((x) => x.silu()),
  gelu: of((x) => x.gelu()),
  maskedFill: (draw) => {
    const shape = draw.shape();
    const mask = draw.indices(draw.broadcastable(shape), 2);
    return { inputs: [draw.values(shape)], f: (x) => x.maskedFill(mask, Number.NEGATIVE_INFINITY).exp() };
  },
  min: over(
    (x, axes, keepDims) => x.min(axes, keepDims),
    (draw, shape) => draw.distinct(shape),
  ),
  // With zeros among the factors, none, one or several.
  prod: over(
    (x, axes, keepDims) => x.prod(axes, keepDims),
    (draw, shape) => draw.values(shape, (x) => (draw.integer(0, 3) === 0 ? 0 : x)),
    0,
  ),
  logsumexp: over((x, axes, keepDims) => x.logsumexp(axes, keepDims)),
  variance: (draw) => {
    const { shape, axes, options } = varianceCase(draw);
    return { inputs: [draw.values(shape)], f: (x) => x.var(axes, options) };
  },
  std: (draw) => {
    const { shape, axes, options } = varianceCase(draw);
    return { inputs: [draw.distinct(shape)], f: (x) => x.std(axes, options) };
  },
  norm: (draw) => {
    const order = draw.pick(1, 2, 3, 2.5, Number.POSITIVE_INFINITY);
    const values = (d: TensorDraw, shape: Shape) =>
      order === Number.POSITIVE_INFINITY ? d.distinct(shape, 2) : d.awayFromZero(shape);
    return over((x, axes, keepDims) => x.norm(order, axes, keepDims), values)(draw);
  },
  stack: (draw) => {
    const shape = draw.shape();
    const axis = draw.integer(-shape.length - 1, shape.length);
    // One of them twice: its gradient is the sum of both.
    return { inputs: [draw.values(shape), draw.values(shape)], f: (a, b) => stack([a, b, a], axis) };
  },
  squeeze: of(
    (x) => x.squeeze(),
    (draw) => draw.values([1, ...draw.shape(), 1]),
  ),
  unsqueeze: (draw) => {
    const shape = draw.shape();
    const axis = draw.integer(-shape.length - 1, shape.length);
    return { inputs: [draw.values(shape)], f: (x) => x.unsqueeze(axis) };
  },
  flatten: of(
    (x) => x.flatten(1, -1),
    (draw) => draw.values([2, ...draw.shape(), 2]),
  ),
  tile: (draw) => {
    const repeats = draw.shape().map((count) => Math.min(count, 2));
    return { inputs: [draw.values(draw.shape(2))], f: (x) => x.tile(repeats) };
  },
  repeatInterleave: (draw) => {
    const [shape, axis] = shapeWithAxis(draw);
    const [repeats, along] = [draw.integer(0, 3), draw.pick(axis, undefined)];
    return { inputs: [draw.values(shape)], f: (x) => x.repeatInterleave(repeats, along) };
  },
  flip: (draw) => {
    const shape = draw.shape();
    const axes = draw.axes(shape.length);
    return { inputs: [draw.values(shape)], f: (x) => x.flip(axes) };
  },
  roll: (draw) => {
    const [shape, axis] = shapeWithAxis(draw);
    const [shift, along] = [draw.integer(-4, 4), draw.pick(axis, undefined)];
    return { inputs: [draw.values(shape)], f: (x) => x.roll(shift, along) };
  },
  tril: (draw) => {
    const offset = draw.integer(-2, 2);
    return of(
      (x) => x.tril(offset),
      (d) => d.values([...d.shape(1), d.integer(0, 3), d.integer(0, 3)]),
    )(draw);
  },
  triu: (draw) => {
    const offset = draw.integer(-2, 2);
    return of(
      (x) => x.triu(offset),
      (d) => d.values([...d.shape(1), d.integer(0, 3), d.integer(0, 3)]),
    )(draw);
  },
  diag: (draw) => {
    const [shape, offset] = [draw.pick([3], [0], [2, 3], [3, 2]), draw.integer(-3, 3)];
    return { inputs: [draw.values(shape)], f: (x) => diag(x, offset) };
  },
  diagonal: (draw) => {
    const shape = [draw.integer(0, 3), draw.integer(1, 2), draw.integer(0, 3)];
    const [first, second, offset] = [...draw.pick([0, 2], [2, 0], [-3, 1], [1, 2]), draw.integer(-3, 3)];
    return { inputs: [draw.values(shape)], f: (x) => diagonal(x, offset, first, second) };
  },
  dot: (draw) => {
    const shape = [draw.integer(0, 4)];
    return { inputs: [draw.values(shape), draw.values(shape)], f: (a, b) => dot(a, b) };
  },
  outer: (draw) => ({
    inputs: [draw.values([draw.integer(0, 3)]), draw.values([draw.integer(0, 3)])],
    f: (a, b) => outer(a, b),
  }),
  einsum: (draw) => {
    const [equation, ...shapes] = draw.pick(...EQUATIONS);
    return { inputs: shapes.map((shape) => draw.values(shape)), f: (...xs) => einsum(equation, ...xs) };
  },
};

export const composedNames = Object.keys(COMPOSED_CASES) as ComposedName[];
