/** For every op of the table of rules: how to call it on random inputs around which it is smooth. */
import {
  attention,
  broadcastTo,
  concat,
  crossEntropyRows,
  mulPreconditioned,
  pad,
  permute,
  rmsNorm,
  rope,
  rotaryTable,
  type Shape,
  scaledSwiglu,
  sizeOf,
  sphereStep,
  swiglu,
  type Tensor,
  type TensorFunction,
  tensor,
  where,
} from '../../../src/index.js';
import type { OpName } from '../../../src/tensor/dispatch.js';
import { addRows, takeRows } from '../../../src/tensor/ops/indexing.js';
import type { TensorDraw } from '../values/draw.js';

export interface OpCase {
  readonly inputs: readonly Tensor[];
  readonly f: TensorFunction;
}

export type Maker = (draw: TensorDraw) => OpCase;

const awayFromZero = (draw: TensorDraw, shape: Shape) => draw.awayFromZero(shape);
const positive = (draw: TensorDraw, shape: Shape) => draw.positive(shape);

const awayFromSteps = (after: number) => (draw: TensorDraw, shape: Shape) =>
  draw.values(shape, (x) => Math.round(2 * x) + after);

const unary =
  (
    f: TensorFunction,
    values: (draw: TensorDraw, shape: Shape) => Tensor = (draw, shape) => draw.values(shape),
  ): Maker =>
  (draw) => ({ inputs: [values(draw, draw.shape())], f });

const binary =
  (
    f: TensorFunction,
    left: (draw: TensorDraw, shape: Shape) => Tensor = (draw, shape) => draw.values(shape),
    right = left,
  ): Maker =>
  (draw) => {
    const shape = draw.shape();
    const wide = left(draw, shape);
    const narrow = right(draw, draw.broadcastable(shape));
    // Either side may be the one that is broadcast.
    if (left !== right || draw.pick(true, false)) return { inputs: [wide, narrow], f };
    return { inputs: [narrow, wide], f };
  };

const rows =
  (f: TensorFunction, min = 1): Maker =>
  (draw) => ({ inputs: [draw.values([...draw.shape(2), draw.integer(min, 4)])], f });

/** One entry per op; the compiler refuses the list when one is missing. */
export const OP_CASES: { readonly [N in OpName]: Maker } = {
  neg: unary((x) => x.neg()),
  abs: unary((x) => x.abs(), awayFromZero),
  sign: unary((x) => x.sign().add(x), awayFromZero),
  // Between their steps; times x, so that there is something to see.
  floor: unary((x) => x.floor().mul(x), awayFromSteps(0.5)),
  ceil: unary((x) => x.ceil().mul(x), awayFromSteps(0.5)),
  round: unary((x) => x.round().mul(x), awayFromSteps(0.2)),
  trunc: unary((x) => x.trunc().mul(x), awayFromSteps(0.5)),
  exp: unary((x) => x.exp()),
  expm1: unary((x) => x.expm1()),
  log: unary((x) => x.log(), positive),
  log1p: unary(
    (x) => x.log1p(),
    (draw, shape) => draw.values(shape, (x) => Math.abs(x) - 0.7),
  ),
  sqrt: unary((x) => x.sqrt(), positive),
  reciprocal: unary((x) => x.reciprocal(), awayFromZero),
  square: unary((x) => x.square()),
  sin: unary((x) => x.sin()),
  cos: unary((x) => x.cos()),
  atan: unary((x) => x.atan()),
  tanh: unary((x) => x.tanh()),
  sigmoid: unary((x) => x.sigmoid()),
  softplus: unary((x) => x.softplus()),
  relu: unary((x) => x.relu(), awayFromZero),
  erf: unary((x) => x.erf()),
  affine: unary((x) => x.affine(-2.5, 0.75)),
  // Bounds half way between values, one of them left out now and then, or the wrong way round.
  clamp: (draw) => {
    const [min, max] = draw.pick([-0.45, 0.55], [0.15, undefined], [undefined, -0.15], [0.55, 0.25]);
    return { inputs: [draw.distinct(draw.shape())], f: (x) => x.clamp(min, max) };
  },
  // With the scale itself as its slope it has a derivative.
  mulPreconditioned: binary((x, scale) => mulPreconditioned(x, scale, scale)),
  // Halves, so that truncation is constant around them.
  cast: unary((x) => x.mul(x.cast('int32').cast(x.dtype)), awayFromSteps(0.5)),
  add: binary((a, b) => a.add(b)),
  sub: binary((a, b) => a.sub(b)),
  mul: binary((a, b) => a.mul(b)),
  div: binary(
    (a, b) => a.div(b),
    (draw, shape) => draw.values(shape),
    awayFromZero,
  ),
  pow: binary(
    (a, b) => a.pow(b),
    positive,
    (draw, shape) => draw.values(shape),
  ),
  // Halves and whole numbers: no multiple is near.
  remainder: binary(
    (a, b) => a.remainder(b),
    awayFromSteps(0.5),
    (draw, shape) => draw.values(shape, (x) => Math.sign(x) * (Math.abs(x) < 0.7 ? 1 : 2)),
  ),
  // The halves of a common set of distinct values, so that no two are equal.
  maximum: binary(
    (a, b) => a.maximum(b),
    (draw, shape) => draw.distinct(shape),
    (draw, shape) => draw.distinct(shape, 0.05),
  ),
  minimum: binary(
    (a, b) => a.minimum(b),
    (draw, shape) => draw.distinct(shape),
    (draw, shape) => draw.distinct(shape, 0.05),
  ),
  where: (draw) => {
    const shape = draw.shape();
    const condition = draw.indices(draw.broadcastable(shape), 2);
    const inputs = [draw.values(shape), draw.values(draw.broadcastable(shape))];
    return { inputs, f: (a, b) => where(condition, a, b) };
  },
  sum: (draw) => {
    const shape = draw.shape();
    const axes = draw.axes(shape.length);
    const keepDims = draw.pick(true, false);
    return { inputs: [draw.values(shape)], f: (x) => x.sum(axes, keepDims) };
  },
  max: (draw) => {
    const shape = draw.shape(3, 1);
    const axes = draw.axes(shape.length);
    const keepDims = draw.pick(true, false);
    return { inputs: [draw.distinct(shape)], f: (x) => x.max(axes, keepDims) };
  },
  cumsum: (draw) => {
    const shape = [...draw.shape(2), draw.integer(0, 4)];
    const axis = draw.integer(-shape.length, shape.length - 1);
    const reverse = draw.pick(true, false);
    return { inputs: [draw.values(shape)], f: (x) => x.cumsum(axis, reverse) };
  },
  matmul: (draw) => {
    const [m, k, n] = [draw.integer(0, 3), draw.integer(0, 3), draw.integer(0, 3)];
    const [transposeA, transposeB] = [draw.pick(true, false), draw.pick(true, false)];
    const batch = draw.shape(2);
    // Either may be shared by the whole batch or along some of its axes.
    const a = [...draw.broadcastable(batch), ...(transposeA ? [k, m] : [m, k])];
    const b = [...draw.broadcastable(batch), ...(transposeB ? [n, k] : [k, n])];
    return {
      inputs: [draw.values(a), draw.values(b)],
      f: (x, y) => x.matmul(y, { transposeA, transposeB }),
    };
  },
  reshape: (draw) => {
    const shape = draw.shape();
    return { inputs: [draw.values(shape)], f: (x) => x.reshape([1, sizeOf(shape)]) };
  },
  permute: (draw) => {
    // From three axes on there are orders that are not their own inverse.
    const shape = draw.pick(draw.shape(), [2, draw.integer(0, 3), 3], [1, 2, draw.integer(1, 3), 2]);
    const order = draw.order(shape.length);
    return { inputs: [draw.values(shape)], f: (x) => permute(x, order) };
  },
  slice: (draw) => {
    const shape = [...draw.shape(2), draw.integer(0, 4)];
    const axis = draw.integer(0, shape.length - 1);
    const from = draw.integer(0, shape[axis]);
    const to = draw.integer(from, shape[axis]);
    return { inputs: [draw.values(shape)], f: (x) => x.slice(axis, from, to) };
  },
  concat: (draw) => {
    const shape = [...draw.shape(2), draw.integer(0, 3)];
    const axis = draw.integer(0, shape.length - 1);
    const other = shape.map((length, i) => (i === axis ? draw.integer(0, 3) : length));
    // The same tensor twice: its gradient is the sum of both.
    return { inputs: [draw.values(shape), draw.values(other)], f: (a, b) => concat([a, b, a], axis) };
  },
  pad: (draw) => {
    const shape = draw.shape();
    const before = shape.map(() => draw.integer(0, 2));
    const after = shape.map(() => draw.integer(0, 2));
    return { inputs: [draw.values(shape)], f: (x) => pad(x, before, after, 1.5) };
  },
  broadcastTo: (draw) => {
    const shape = draw.shape();
    return { inputs: [draw.values(draw.broadcastable(shape))], f: (x) => broadcastTo(x, shape) };
  },
  gather: (draw) => {
    const table = draw.values([draw.integer(1, 4), draw.integer(0, 3)]);
    // −1 and the number of rows are outside: rows of zeros, through which nothing flows.
    const indices = draw.indices(draw.shape(2), table.shape[0] + 1, -1);
    return { inputs: [table], f: (x) => takeRows(x, indices) };
  },
  scatterAdd: (draw) => {
    const shape = draw.shape(2);
    const count = draw.integer(0, 4);
    const indices = draw.indices(shape, count + 1, -1);
    return {
      inputs: [draw.values([...shape, draw.integer(0, 3)])],
      f: (x) => addRows(indices, x, count),
    };
  },
  // Not too near the zero vector, where the sphere is too curved for differences.
  unit: (draw) => ({
    inputs: [draw.awayFromZero([...draw.shape(2), draw.integer(1, 4)])],
    f: (x) => x.unit(),
  }),
  rmsNorm: (draw) => {
    const size = draw.integer(1, 4);
    const inputs = [draw.values([...draw.shape(2), size]), draw.values([size])];
    return { inputs, f: (x, weight) => rmsNorm(x, weight, 0.5) };
  },
  softmax: rows((x) => x.softmax(), 0),
  logSoftmax: rows((x) => x.logSoftmax(), 0),
  crossEntropy: (draw) => {
    const [count, classes] = [draw.integer(0, 4), draw.integer(1, 4)];
    const ignoreIndex = draw.pick(-1, -100, 0);
    const drawn = draw.integers([count], classes, -1).map((target) => (target === -1 ? ignoreIndex : target));
    const targets = tensor(drawn, [count]);
    return { inputs: [draw.values([count, classes])], f: (x) => crossEntropyRows(x, targets, ignoreIndex) };
  },
  rope: (draw) => {
    const [length, headDim, offset] = [draw.integer(0, 3), draw.pick(2, 4), draw.integer(0, 2)];
    const table = rotaryTable(offset + length, headDim, 10000, draw.pick('rotary', 'released'));
    const transposed = draw.pick(true, false);
    const x = draw.values([draw.integer(1, 2), length, draw.integer(1, 2), headDim]);
    return { inputs: [x], f: (y) => rope(y, table, offset, transposed) };
  },
  swiglu: (draw) => ({ inputs: [draw.values([...draw.shape(2), draw.pick(0, 2, 4)])], f: (x) => swiglu(x) }),
  scaledSwiglu: (draw) => {
    const width = draw.pick(0, 2, 4);
    const inputs = [draw.values([...draw.shape(2), width]), draw.values([width])];
    return { inputs, f: (x, scale) => scaledSwiglu(x, scale) };
  },
  attention: (draw) => {
    const [batch, heads, size] = [draw.integer(1, 2), draw.integer(1, 2), draw.integer(1, 3)];
    const queries = draw.integer(0, 3);
    const keys = queries + draw.integer(queries === 0 ? 1 : 0, 2);
    const of = (length: number) => draw.values([batch, length, heads, size]);
    return { inputs: [of(queries), of(keys), of(keys)], f: (q, k, v) => attention(q, k, v, 0.8) };
  },
  sphereStep: (draw) => {
    const size = draw.integer(1, 4);
    const shape = [...draw.shape(2), size];
    // Both in the same orthant, whichever: where they cancel, the step is too curved for differences.
    const signs = draw.numbers([size], Math.sign);
    const sameOrthant = () =>
      tensor(
        draw.numbers(shape, (x) => Math.abs(x) + 0.3).map((x, i) => x * signs[i % size]),
        shape,
      );
    const [h, target] = [sameOrthant(), sameOrthant()];
    // Either sign, and never 0, where |alpha| has its corner.
    const alpha = draw.values([size], (x) => Math.sign(x) * (0.3 + 0.1 * Math.tanh(x)));
    const inputs = [h, target, alpha];
    return { inputs, f: (h, target, alpha) => sphereStep(h, target, alpha) };
  },
};

export const opNames = Object.keys(OP_CASES) as OpName[];

/** A case whose inputs have at most 12 elements each: second derivatives take many evaluations. */
export function smallCase(name: OpName, draw: TensorDraw): OpCase {
  return smallOf(OP_CASES[name], draw);
}

/** The same of any maker of cases. */
export function smallOf(make: Maker, draw: TensorDraw): OpCase {
  let drawn = make(draw);
  while (drawn.inputs.some(({ size }) => size > 12)) drawn = make(draw);
  return drawn;
}
