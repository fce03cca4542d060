/** The kernels that take integers, on those that floats cannot hold and with indices far outside. */

import * as derivatives from '../../../src/autograd/fused-derivatives.js';
import {
  assignInPlace,
  type BinaryOp,
  broadcastTo,
  concat,
  pad,
  permute,
  type Shape,
  sizeOf,
  sliceBox,
  type Tensor,
  type UnaryOp,
  where,
} from '../../../src/index.js';
import { INT32_MAX, INT32_MIN } from '../../../src/tensor/dtype.js';
import { fill } from '../../../src/tensor/ops/fill.js';
import { rowLosses } from '../../../src/tensor/ops/fused.js';
import { addRows, takeRows } from '../../../src/tensor/ops/indexing.js';
import type { Draw } from '../values/draw.js';
import { EXACT, ofLargest } from '../values/tolerance.js';
import { strewn } from './edge-cases.js';
import { COMPARE, mapOps } from './elementwise.js';
import { type Maker, normal, SUM, type Values } from './kernel-values.js';
import type { PrimitiveName } from './primitive-cases.js';

/** Every int32, the ends and their neighbours most of all. */
function extreme(draw: Draw, shape: Shape, ...others: number[]): Values {
  const values = Int32Array.from({ length: sizeOf(shape) }, () =>
    draw.pick(INT32_MIN, INT32_MIN + 1, INT32_MAX, INT32_MAX - 1, 2 ** 24 + 1, 2 ** 24, -1, 0, 1, ...others),
  );
  return { values, shape };
}

/** What takes no integers. */
type FloatOnly = UnaryOp | BinaryOp | 'affine' | 'matmul';

/** Integers keep every bit, and no index reads or writes outside. */
export const INTEGERS: { readonly [K in Exclude<PrimitiveName, FloatOnly> | 'crossEntropy']: Maker } = {
  ...mapOps(
    COMPARE,
    (op): Maker =>
      (draw) => {
        const shape = draw.wideShape();
        const inputs = [extreme(draw, shape), extreme(draw, draw.broadcastable(shape))];
        const number = draw.pick(INT32_MIN, INT32_MAX, 2 ** 24 + 1, 0.5, 3e9);
        return { inputs, f: (a, b) => [a[op](b), a[op](number)], tolerance: EXACT };
      },
  ),
  where: (draw) => {
    const shape = draw.wideShape();
    const inputs = [extreme(draw, shape), extreme(draw, shape), extreme(draw, draw.broadcastable(shape))];
    return { inputs, f: (condition, x, y) => [where(condition, x, y)], tolerance: EXACT };
  },
  cast: (draw) => ({
    inputs: [extreme(draw, draw.wideShape())],
    f: (x) => [x.cast('float32')],
    tolerance: EXACT,
  }),
  // Modulo 2³².
  sum: (draw) => {
    const x = extreme(draw, draw.wideShape());
    const axes = draw.axes(x.shape.length);
    return { inputs: [x], f: (y) => [y.sum(axes), y.sum(axes, true)], tolerance: EXACT };
  },
  max: (draw) => {
    const x = extreme(draw, draw.wideShape(3, 1));
    const axes = draw.axes(x.shape.length);
    return { inputs: [x], f: (y) => [y.max(axes)], tolerance: EXACT };
  },
  argmax: alongAxis((x, axis) => x.argmax(axis), 1),
  cumsum: alongAxis((x, axis) => concat([x.cumsum(axis), x.cumsum(axis, true)])),
  argsort: alongAxis((x, axis) => concat([x.argsort(axis), x.argsort(axis, { descending: true })])),
  permute: moved((draw, shape) => {
    const order = draw.order(shape.length);
    return (x) => permute(x, order);
  }),
  slice: moved((draw, shape) => {
    const starts = shape.map((length) => draw.integer(0, length));
    return (x) => sliceBox(x, starts, shape);
  }),
  pad: moved((_, shape) => {
    const ones = shape.map(() => 1);
    return (x) => pad(x, ones, ones, INT32_MIN);
  }),
  concat: (draw) => {
    const shape = [...draw.wideShape(2), draw.length()];
    const axis = draw.integer(0, shape.length - 1);
    return { inputs: [extreme(draw, shape)], f: (x) => [concat([x, x], axis)], tolerance: EXACT };
  },
  fill: moved((_, shape) => (x) => fill(x.backend, shape, INT32_MAX, 'int32')),
  copy: moved((draw, shape) => {
    const wider = [draw.length(), ...shape];
    return (x) => broadcastTo(x, wider);
  }),
  assignInPlace: moved((_, shape) => (x) => {
    const target = fill(x.backend, shape, 0, 'int32');
    assignInPlace(target, x);
    return target;
  }),
  gather: (draw) => {
    const table = draw.pick(strewn, extreme)(draw, [draw.length(), draw.length()]);
    const indices = extreme(draw, draw.wideShape(2), table.shape[0], table.shape[0] - 1);
    return { inputs: [table, indices], f: (x, at) => [takeRows(x, at)], tolerance: EXACT };
  },
  scatterAdd: (draw) => {
    const [shape, count] = [draw.wideShape(2), draw.length()];
    const inputs = [extreme(draw, shape, count, count - 1), normal(draw, [...shape, draw.length()])];
    return { inputs, f: (at, x) => [addRows(at, x, count)], tolerance: SUM };
  },
  // A target outside has no loss to show, and pulls nothing up.
  crossEntropy: (draw) => {
    const [count, classes] = [draw.length(), draw.length(1)];
    const targets = extreme(draw, [count], classes, classes - 1, -100);
    const ignoreIndex = draw.pick(-1, -100, 0, INT32_MAX);
    return {
      inputs: [normal(draw, [count]), normal(draw, [count, classes]), targets],
      f: (g, x, at) => [
        rowLosses(x, at, ignoreIndex),
        derivatives.crossEntropyBackward(g, x, at, ignoreIndex),
      ],
      tolerance: ofLargest(1e-5, 1),
    };
  },
};

/** One operand of at least one axis, each of at least `min`. */
function alongAxis(f: (x: Tensor, axis: number) => Tensor, min = 0): Maker {
  return (draw) => {
    const x = extreme(draw, [...draw.wideShape(2, min), draw.pick(draw.length(min), 70)]);
    const axis = draw.integer(0, x.shape.length - 1);
    return { inputs: [x], f: (y) => [f(y, axis)], tolerance: EXACT };
  };
}

/** One operand of any shape. */
function moved(make: (draw: Draw, shape: Shape) => (x: Tensor) => Tensor): Maker {
  return (draw) => {
    const x = extreme(draw, draw.wideShape());
    const f = make(draw, x.shape);
    return { inputs: [x], f: (y) => [f(y)], tolerance: EXACT };
  };
}
