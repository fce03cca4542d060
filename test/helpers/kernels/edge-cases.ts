/**
 * The kernels on the values that `primitive-cases` and `fused-cases` spare: NaN and infinities in every sum and row,
 * rows of any length. Backends differ by their nature in what they do here, so each is held to those it promises.
 */

import {
  adamStepInPlace,
  attention,
  type BinaryOp,
  type CompareOp,
  crossEntropyRows,
  type FusedKernels,
  logSoftmax,
  pad,
  rmsNorm,
  rope,
  type Shape,
  scaledSwiglu,
  softmax,
  sphereStep,
  sumSquares,
  swiglu,
  type UnaryOp,
  unit,
  unitInPlace,
} from '../../../src/index.js';
import { addRows } from '../../../src/tensor/ops/indexing.js';
import type { Draw } from '../values/draw.js';
import { EXACT, ofLargest } from '../values/tolerance.js';
import type { Derivative } from './fused-cases.js';
import { float, type Maker, normal, ROWS, SUM, TWICE, type Values } from './kernel-values.js';
import type { PrimitiveName } from './primitive-cases.js';

const INT32_MIN = -(2 ** 31);

/** Ordinary values with zeros, infinities and NaN: whatever the order of a sum, one result is right. */
export function strewn(draw: Draw, shape: Shape): Values {
  const rare = draw.pick(2, 8, 30);
  return float(
    draw.numbers(shape, (x) =>
      draw.integer(0, rare) === 0 ? draw.pick(0, -0, Infinity, -Infinity, Number.NaN) : x,
    ),
    shape,
  );
}

/** Any number of rows, none of them empty unless `size` is 0. */
export const rowShape = (draw: Draw, size = draw.length(1)): number[] => [...draw.wideShape(2), size];

/** What `primitive-cases` draws with NaN and infinities in it already. */
type DrawnWithEdges =
  | UnaryOp
  | BinaryOp
  | CompareOp
  | 'where'
  | 'max'
  | 'argmax'
  | 'argsort'
  | 'permute'
  | 'slice'
  | 'concat'
  | 'gather'
  | 'fill'
  | 'copy'
  | 'assignInPlace';

/** Derivatives are in `edge-derivatives`. */
type Spreading = Exclude<PrimitiveName | keyof FusedKernels, DrawnWithEdges | Derivative>;

/** Rows each of a scale of its own, from the smallest normal numbers to the largest. */
function scaledRows(draw: Draw, size: number, ...more: number[]): Values {
  const shape = rowShape(draw, size);
  const values = draw.numbers(shape);
  for (let start = 0; start < values.length; start += size) {
    const scale = draw.pick(1e-36, 1e-30, 1e-10, 1, 1e10, 1e30, 1e36, ...more);
    for (let i = start; i < start + size; i++) values[i] *= scale;
  }
  return float(values, shape);
}

/** NaN and infinities go where the arithmetic of the definition takes them. */
export const SPREADING: { readonly [K in Spreading]: Maker } = {
  affine: (draw) => {
    const shape = draw.wideShape();
    return {
      inputs: [float(draw.edgy(shape), shape)],
      f: (x) => [x.affine(2, 0), x.affine(0, 3), x.affine(-0.5, 0)],
      tolerance: EXACT,
    };
  },
  cast: (draw) => {
    const shape = draw.wideShape();
    const ends = [3e9, -3e9, 2 ** 31, INT32_MIN, 2147483520, -0.9, 0.9];
    const values = draw.edgy(shape).map((x) => draw.pick(x, ...ends));
    return { inputs: [float(values, shape)], f: (x) => [x.cast('int32')], tolerance: EXACT };
  },
  pad: (draw) => {
    const x = strewn(draw, draw.wideShape());
    const [before, after] = [x.shape.map(() => draw.integer(0, 5)), x.shape.map(() => draw.integer(0, 5))];
    const value = draw.pick(Number.NaN, Infinity, -0);
    return { inputs: [x], f: (y) => [pad(y, before, after, value)], tolerance: EXACT };
  },
  sum: (draw) => {
    const x = strewn(draw, draw.wideShape());
    const axes = draw.axes(x.shape.length);
    return { inputs: [x], f: (y) => [y.sum(axes), y.mean(axes, true)], tolerance: SUM };
  },
  cumsum: (draw) => {
    const x = strewn(draw, rowShape(draw, draw.length()));
    const [axis, reverse] = [draw.integer(0, x.shape.length - 1), draw.pick(true, false)];
    return { inputs: [x], f: (y) => [y.cumsum(axis, reverse)], tolerance: SUM };
  },
  matmul: (draw) => {
    const [m, k, n] = [draw.length(), draw.length(), draw.length()];
    const [transposeA, transposeB] = [draw.pick(true, false), draw.pick(true, false)];
    const a = strewn(draw, [draw.integer(1, 2), ...(transposeA ? [k, m] : [m, k])]);
    const b = strewn(draw, [a.shape[0], ...(transposeB ? [n, k] : [k, n])]);
    return { inputs: [a, b], f: (x, y) => [x.matmul(y, { transposeA, transposeB })], tolerance: SUM };
  },
  scatterAdd: (draw) => {
    const [shape, count] = [draw.wideShape(2), draw.length()];
    const at = { values: draw.integers(shape, count + 2, -2), shape };
    const x = strewn(draw, [...shape, draw.length()]);
    return { inputs: [at, x], f: (i, y) => [addRows(i, y, count)], tolerance: SUM };
  },
  unit: (draw) => ({ inputs: [strewn(draw, rowShape(draw))], f: (x) => [unit(x)], tolerance: ROWS }),
  unitInPlace: (draw) => {
    const shape = rowShape(draw);
    const axis = draw.integer(0, shape.length - 1);
    const f = (x: Parameters<typeof unitInPlace>[0]) => {
      unitInPlace(x, axis);
      return [x];
    };
    return { inputs: [strewn(draw, shape)], f, tolerance: ROWS };
  },
  rmsNorm: (draw) => {
    const size = draw.length(1);
    const inputs = [strewn(draw, rowShape(draw, size)), strewn(draw, [size])];
    return { inputs, f: (x, weight) => [rmsNorm(x, weight, 1e-3)], tolerance: ROWS };
  },
  softmax: (draw) => ({ inputs: [strewn(draw, rowShape(draw))], f: (x) => [softmax(x)], tolerance: ROWS }),
  logSoftmax: (draw) => ({
    inputs: [strewn(draw, rowShape(draw))],
    f: (x) => [logSoftmax(x)],
    tolerance: ROWS,
  }),
  crossEntropy: (draw) => {
    const [count, classes] = [draw.length(), draw.length(1)];
    const targets = { values: draw.integers([count], classes, -1), shape: [count] };
    return {
      inputs: [strewn(draw, [count, classes]), targets],
      f: (x, at) => [crossEntropyRows(x, at)],
      tolerance: ofLargest(2e-6, 1),
    };
  },
  rope: (draw) => {
    const [length, headDim] = [draw.length(), 2 * draw.integer(1, 9)];
    const transposed = draw.pick(true, false);
    const inputs = [strewn(draw, [2, length, 3, headDim]), strewn(draw, [2, length + 2, headDim])];
    return { inputs, f: (x, table) => [rope(x, table, 1, transposed)], tolerance: ROWS };
  },
  swiglu: (draw) => ({
    inputs: [strewn(draw, rowShape(draw, 2 * draw.length()))],
    f: (x) => [swiglu(x)],
    tolerance: ROWS,
  }),
  scaledSwiglu: (draw) => {
    const width = 2 * draw.length();
    const inputs = [strewn(draw, rowShape(draw, width)), strewn(draw, [width])];
    return { inputs, f: (x, scale) => [scaledSwiglu(x, scale)], tolerance: TWICE };
  },
  // Not in the values: a weight of 0 for the future is a product in the definition, and nothing in the kernel.
  attention: (draw) => {
    const [heads, size, queries] = [draw.integer(1, 3), draw.length(1), draw.length(1)];
    const keys = queries + draw.integer(0, 6);
    const [q, k] = [strewn(draw, [2, queries, heads, size]), strewn(draw, [2, keys, heads, size])];
    const v = normal(draw, k.shape);
    return { inputs: [q, k, v], f: (x, y, z) => [attention(x, y, z, 1.5)], tolerance: TWICE };
  },
  sphereStep: (draw) => {
    const shape = rowShape(draw, draw.length(4));
    const inputs = [strewn(draw, shape), strewn(draw, shape), normal(draw, shape.slice(-1))];
    return { inputs, f: (h, target, alpha) => [sphereStep(h, target, alpha)], tolerance: ROWS };
  },
  sumSquares: (draw) => ({
    inputs: [strewn(draw, draw.wideShape())],
    f: (x) => [sumSquares(x)],
    tolerance: SUM,
  }),
  adamStepInPlace: (draw) => {
    const shape = draw.wideShape();
    const squares = float(
      draw.numbers(shape, (x) => x * x + 0.01),
      shape,
    );
    const [parameter, gradient, m] = [normal(draw, shape), strewn(draw, shape), normal(draw, shape)];
    const scale = float(Float64Array.of(draw.pick(0.5, 0, Infinity, Number.NaN)), []);
    const fixed = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0 };
    const settings = { ...fixed, learningRate: 0.01, step: draw.integer(1, 50) };
    return {
      inputs: [parameter, gradient, m, squares, scale],
      f: (p, g, first, second, factor) => {
        adamStepInPlace(p, g, first, second, factor, settings);
        return [p, first, second];
      },
      tolerance: ofLargest(2e-6, 1),
    };
  },
};

/** Rows of every length have a direction. */
export const SCALES: Readonly<Record<string, Maker>> = {
  // Rows of 8e37 may be longer than the largest float32.
  unit: (draw) => ({
    inputs: [scaledRows(draw, draw.length(1), 8e37)],
    f: (x) => [unit(x)],
    tolerance: ROWS,
  }),
  unitInPlace: (draw) => ({
    inputs: [scaledRows(draw, draw.length(1), 8e37)],
    f: (x) => {
      unitInPlace(x);
      return [x];
    },
    tolerance: ROWS,
  }),
  sphereStep: (draw) => {
    const h = scaledRows(draw, draw.length(4));
    const alpha = float(
      draw.numbers(h.shape.slice(-1), (x) => Math.tanh(x) / 2),
      h.shape.slice(-1),
    );
    // At most half way to a vector no longer than h: far from where the two cancel.
    const target = float(
      Float64Array.from(h.values, (x) => x * draw.pick(0.5, 1, -0.1)),
      h.shape,
    );
    return { inputs: [h, target, alpha], f: (x, y, rate) => [sphereStep(x, y, rate)], tolerance: ROWS };
  },
  softmax: (draw) => {
    const x = scaledRows(draw, draw.length(1));
    return { inputs: [x], f: (y) => [softmax(y)], tolerance: ROWS };
  },
};
