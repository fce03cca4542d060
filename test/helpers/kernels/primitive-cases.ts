/** Every primitive on random inputs with edges, to be run on any backend. */
import {
  assignInPlace,
  type BinaryOp,
  broadcastTo,
  type CompareOp,
  concat,
  type Kernels,
  pad,
  permute,
  type Shape,
  sizeOf,
  sliceBox,
  type UnaryOp,
  where,
} from '../../../src/index.js';
import { fill } from '../../../src/tensor/ops/fill.js';
import { addRows, takeRows } from '../../../src/tensor/ops/indexing.js';
import type { Draw } from '../values/draw.js';
import { EXACT, ofLargest } from '../values/tolerance.js';
import { BINARY, COMPARE, mapOps, UNARY } from './elementwise.js';
import {
  any,
  edgy,
  float,
  integers,
  type Maker,
  normal,
  rowSize,
  SUM,
  sumOf,
  type Values,
} from './kernel-values.js';

const pair = (draw: Draw, one: (draw: Draw, shape: Shape) => Values): [Values, Values] => {
  const shape = draw.wideShape();
  const [a, b] = [one(draw, shape), one(draw, draw.pick(shape, draw.broadcastable(shape)))];
  return draw.pick(true, false) ? [a, b] : [b, a];
};

const exceptional = (draw: Draw, shape: Shape): Values => float(draw.exceptional(shape), shape);

/** A kernel, or one op of those that have many. */
export type PrimitiveName =
  | Exclude<keyof Kernels, 'unary' | 'binary' | 'compare'>
  | UnaryOp
  | BinaryOp
  | CompareOp;

/** Elementwise ops held to one column of their tables. */
export const elementwiseCases = (column: 'wasm' | 'shader') => ({
  ...mapOps(UNARY, (op, entry): Maker[] => [
    (draw) => {
      const shape = draw.wideShape();
      const inputs = [float(entry.draw(draw, shape), shape)];
      return { inputs, f: (x) => [x[op]()], tolerance: entry[column] };
    },
  ]),
  ...mapOps(BINARY, (op, entry): Maker[] => [
    (draw) => ({
      inputs: pair(draw, draw.pick(edgy, exceptional)),
      f: (a, b) => [a[op](b)],
      tolerance: entry[column],
    }),
  ]),
});

/** One entry per primitive; the compiler refuses the list when one is missing. */
export const PRIMITIVES: { readonly [N in PrimitiveName]: readonly Maker[] } = {
  ...elementwiseCases('wasm'),
  ...mapOps(COMPARE, (op): Maker[] => [
    (draw) => {
      const one = draw.pick(edgy, (d: Draw, shape: Shape) => integers(d, shape, 3));
      return { inputs: pair(draw, one), f: (a, b) => [a[op](b)], tolerance: EXACT };
    },
    (draw) => {
      const [x, number] = [any(draw, draw.wideShape()), draw.pick(0, 0.5, -1, 3e9, -Infinity, Number.NaN)];
      return { inputs: [x], f: (a) => [a[op](number)], tolerance: EXACT };
    },
  ]),
  where: [
    (draw) => {
      const one = draw.pick(edgy, (d: Draw, shape: Shape) => integers(d, shape, 100, -100));
      const [a, b] = pair(draw, one);
      const wide = sizeOf(a.shape) >= sizeOf(b.shape) ? a.shape : b.shape;
      const condition = integers(draw, draw.broadcastable(wide), 2);
      return { inputs: [condition, a, b], f: (c, x, y) => [where(c, x, y)], tolerance: EXACT };
    },
  ],
  affine: [
    // One rounding or two, as the machine has fused multiply-add or not; the terms, of about 1, may cancel.
    (draw) => ({
      inputs: [normal(draw, draw.wideShape())],
      f: (x) => [x.affine(2.5, 0.75), x.affine(0, 3), x.affine(-1, 0)],
      tolerance: ofLargest(2e-7, 1),
    }),
  ],
  cast: [
    (draw) => {
      const shape = draw.wideShape();
      const values = draw.numbers(shape, (x) => x * 1000);
      return {
        inputs: [float(values, shape)],
        f: (x) => [x.cast('int32'), x.cast('int32').cast('float32')],
        tolerance: EXACT,
      };
    },
    (draw) => ({
      inputs: [integers(draw, draw.wideShape(), 2 ** 24, -(2 ** 24))],
      f: (x) => [x.cast('float32')],
      tolerance: EXACT,
    }),
  ],
  sum: [
    (draw) => {
      const x = normal(draw, draw.wideShape());
      const axes = draw.axes(x.shape.length);
      // Partial sums grow as the root of how many terms there are, and so do their rounding errors.
      const terms = Math.sqrt(axes.reduce((count, axis) => count * x.shape[axis], 1));
      const tolerance = sumOf(Math.max(1, terms));
      return { inputs: [x], f: (y) => [y.sum(axes), y.sum(axes, true)], tolerance };
    },
    (draw) => {
      const x = integers(draw, [...draw.wideShape(2, 1), draw.length(1)], 100, -100);
      const axis = draw.integer(0, x.shape.length - 1);
      return { inputs: [x], f: (y) => [y.sum(axis), y.sum()], tolerance: EXACT };
    },
  ],
  max: [
    (draw) => {
      const x = edgy(draw, draw.wideShape(3, 1));
      const axes = draw.axes(x.shape.length);
      return { inputs: [x], f: (y) => [y.max(axes)], tolerance: EXACT };
    },
    (draw) => {
      const x = integers(draw, [...draw.wideShape(2, 1), draw.length(1)], 100, -100);
      const axis = draw.integer(0, x.shape.length - 1);
      return { inputs: [x], f: (y) => [y.max(axis)], tolerance: EXACT };
    },
  ],
  argmax: [
    (draw) => {
      const shape = [...draw.wideShape(2, 1), draw.length(1)];
      const axis = draw.integer(0, shape.length - 1);
      // Few different values, so that there are ties.
      const x = draw.pick(edgy(draw, shape), float(Float64Array.from(draw.integers(shape, 3)), shape));
      return { inputs: [x], f: (y) => [y.argmax(axis)], tolerance: EXACT };
    },
    (draw) => {
      const x = integers(draw, [...draw.wideShape(2, 1), draw.length(1)], 100, -100);
      const axis = draw.integer(0, x.shape.length - 1);
      return { inputs: [x], f: (y) => [y.argmax(axis)], tolerance: EXACT };
    },
  ],
  cumsum: [
    (draw) => {
      const size = rowSize(draw);
      const shape = size > 100 ? [draw.length(1), size] : [...draw.wideShape(2), size];
      const axis = draw.integer(0, shape.length - 1);
      const reverse = draw.pick(true, false);
      const tolerance = sumOf(Math.max(1, Math.sqrt(shape[axis])));
      return { inputs: [normal(draw, shape)], f: (x) => [x.cumsum(axis, reverse)], tolerance };
    },
    (draw) => {
      const x = integers(draw, [...draw.wideShape(2, 1), draw.length(1)], 100, -100);
      const axis = draw.integer(0, x.shape.length - 1);
      return { inputs: [x], f: (y) => [y.cumsum(axis), y.cumsum(axis, true)], tolerance: EXACT };
    },
  ],
  argsort: [
    (draw) => {
      const size = rowSize(draw);
      const shape = size > 100 ? [draw.length(1), size] : [...draw.wideShape(2), size];
      const [axis, descending] = [draw.integer(0, shape.length - 1), draw.pick(true, false)];
      const few = (d: Draw, s: Shape) => integers(d, s, 4, -4);
      const x = draw.pick(edgy, exceptional, few)(draw, shape);
      return { inputs: [x], f: (y) => [y.argsort(axis, { descending })], tolerance: EXACT };
    },
  ],
  matmul: [
    (draw) => {
      // Multiples of four are where backends make several elements at once.
      const columns = draw.pick(draw.length(), 4 * draw.integer(1, 5));
      const [m, k, n] = [draw.length(), draw.length(), columns];
      const [transposeA, transposeB] = [draw.pick(true, false), draw.pick(true, false)];
      const batch = draw.integer(0, 3);
      const a = normal(draw, [draw.pick(batch, 1), ...(transposeA ? [k, m] : [m, k])]);
      const b = normal(draw, [
        a.shape[0] === 1 ? batch : draw.pick(a.shape[0], 1),
        ...(transposeB ? [n, k] : [k, n]),
      ]);
      return { inputs: [a, b], f: (x, y) => [x.matmul(y, { transposeA, transposeB })], tolerance: SUM };
    },
  ],
  permute: [
    (draw) => {
      const x = any(draw, draw.wideShape(4));
      const order = draw.order(x.shape.length);
      return { inputs: [x], f: (y) => [permute(y, order)], tolerance: EXACT };
    },
  ],
  slice: [
    (draw) => {
      const x = any(draw, draw.wideShape());
      const starts = x.shape.map((length) => draw.integer(0, length));
      const stops = x.shape.map((length, axis) => draw.integer(starts[axis], length));
      return { inputs: [x], f: (y) => [sliceBox(y, starts, stops)], tolerance: EXACT };
    },
  ],
  concat: [
    (draw) => {
      const shape = [...draw.wideShape(2), draw.length()];
      const axis = draw.integer(0, shape.length - 1);
      const one = draw.pick(edgy, (d: Draw, s: Shape) => integers(d, s, 100));
      const inputs = Array.from({ length: draw.integer(1, 3) }, () =>
        one(
          draw,
          shape.map((length, i) => (i === axis ? draw.length() : length)),
        ),
      );
      return { inputs, f: (...xs) => [concat(xs, axis)], tolerance: EXACT };
    },
  ],
  pad: [
    (draw) => {
      const x = any(draw, draw.wideShape());
      const [before, after] = [x.shape.map(() => draw.integer(0, 5)), x.shape.map(() => draw.integer(0, 5))];
      return { inputs: [x], f: (y) => [pad(y, before, after, 2)], tolerance: EXACT };
    },
  ],
  gather: [
    (draw) => {
      const table = any(draw, [draw.length(), draw.length()]);
      const indices = integers(draw, draw.wideShape(2), table.shape[0] + 2, -2);
      return { inputs: [table, indices], f: (x, at) => [takeRows(x, at)], tolerance: EXACT };
    },
  ],
  scatterAdd: [
    (draw) => {
      const [shape, count] = [draw.wideShape(2), draw.length()];
      const inputs = [integers(draw, shape, count + 2, -2), normal(draw, [...shape, draw.length()])];
      return { inputs, f: (at, x) => [addRows(at, x, count)], tolerance: SUM };
    },
  ],
  fill: [
    (draw) => {
      const shape = draw.wideShape();
      const value = draw.pick(0, -1.5, 1e30, Number.NaN, Infinity);
      return {
        inputs: [{ values: new Float64Array(1), shape: [] }],
        f: (x) => [fill(x.backend, shape, value, 'float32'), fill(x.backend, shape, 7, 'int32')],
        tolerance: EXACT,
      };
    },
  ],
  copy: [
    (draw) => {
      const shape = draw.wideShape(4);
      const x = any(draw, draw.broadcastable(shape));
      return { inputs: [x], f: (y) => [broadcastTo(y, shape)], tolerance: EXACT };
    },
  ],
  assignInPlace: [
    (draw) => {
      const shape = draw.wideShape();
      return {
        inputs: [edgy(draw, shape), edgy(draw, shape)],
        f: (target, source) => {
          assignInPlace(target, source);
          return [target];
        },
        tolerance: EXACT,
      };
    },
  ],
};

export const primitiveNames = Object.keys(PRIMITIVES) as PrimitiveName[];
