/**
 * Every primitive and every fused op on random inputs with edges, to be run on any backend. The tolerance of a case
 * says how far a float32 backend may be from the same computation in double precision.
 */
import {
  adamStepInPlace,
  assignInPlace,
  attention,
  broadcastTo,
  concat,
  crossEntropyRows,
  type FusedKernels,
  fill,
  gather,
  type Kernels,
  logSoftmax,
  pad,
  permute,
  rmsNorm,
  rope,
  type Shape,
  scatterAdd,
  sizeOf,
  sliceBox,
  softmax,
  sphereStep,
  sumSquares,
  swiglu,
  type Tensor,
  unit,
  unitInPlace,
  where,
} from '../../src/index.js';
import * as derivatives from '../../src/tensor/ops/fused-derivatives.js';
import type { Draw } from './draw.js';

export interface Values {
  readonly values: Float64Array | Int32Array;
  readonly shape: Shape;
}

export interface KernelCase {
  readonly inputs: readonly Values[];
  readonly f: (...xs: Tensor[]) => Tensor[];
  /**
   * `ulps`: units in the last place of each result, 0 for exact. `relative`: to the largest result, for sums, where
   * the error of one comes from the size of its terms; where terms cancel, to at least `terms`, their size.
   */
  readonly tolerance: { readonly ulps: number } | { readonly relative: number; readonly terms?: number };
}

type Maker = (draw: Draw) => KernelCase;

const EXACT = { ulps: 0 };
/** What the wasm backend promises for its vector maths. */
const FOUR_ULPS = { ulps: 4 };
/** A few rounding errors of 6e-8 for each of a few dozen terms. */
const SUM = { relative: 4e-6 };

const float = (values: Float64Array, shape: Shape): Values => ({ values: values.map(Math.fround), shape });
const edgy = (draw: Draw, shape: Shape): Values => float(draw.edgy(shape), shape);
const normal = (draw: Draw, shape: Shape): Values => float(draw.numbers(shape), shape);
const integers = (draw: Draw, shape: Shape, limit: number, min = 0): Values => ({
  values: draw.integers(shape, limit, min),
  shape,
});
/** Either dtype, for kernels that take any. */
const any = (draw: Draw, shape: Shape): Values =>
  draw.pick(true, false) ? edgy(draw, shape) : integers(draw, shape, 100, -100);

const unary =
  (tolerance: KernelCase['tolerance'], ...fs: ((x: Tensor) => Tensor)[]): Maker =>
  (draw) => ({ inputs: [edgy(draw, draw.wideShape())], f: (x) => fs.map((f) => f(x)), tolerance });

const pair = (draw: Draw, one: (draw: Draw, shape: Shape) => Values): [Values, Values] => {
  const shape = draw.wideShape();
  const [a, b] = [one(draw, shape), one(draw, draw.pick(shape, draw.broadcastable(shape)))];
  return draw.pick(true, false) ? [a, b] : [b, a];
};

const last = (draw: Draw, size: number): number[] => [...draw.wideShape(2), size];
/** Rows of up to 40, and now and then one of zeros. */
const rows = (draw: Draw, size: number): Values => {
  const shape = last(draw, size);
  const { values } = normal(draw, shape);
  if (sizeOf(shape) > 0 && draw.pick(true, false)) values.fill(0, 0, size);
  return { values, shape };
};
const like = (draw: Draw, { shape }: Values): Values => normal(draw, shape);

/** One entry per primitive; the compiler refuses the list when one is missing. */
export const PRIMITIVES: { readonly [K in keyof Kernels]: readonly Maker[] } = {
  unary: [
    unary(
      EXACT,
      (x) => x.neg(),
      (x) => x.abs(),
      (x) => x.square(),
      (x) => x.sqrt(),
      (x) => x.reciprocal(),
    ),
    unary(
      EXACT,
      (x) => x.sign().abs(),
      (x) => x.sign().add(0),
    ),
    unary(
      FOUR_ULPS,
      (x) => x.exp(),
      (x) => x.log(),
      (x) => x.tanh(),
      (x) => x.sigmoid(),
      (x) => x.atan(),
    ),
    (draw) => ({
      inputs: [
        float(
          draw.numbers(draw.wideShape(), (x) => x * draw.pick(1, 100, 1e4)),
          [],
        ),
      ].map(({ values }) => ({
        values,
        shape: [values.length],
      })),
      f: (x) => [x.sin(), x.cos()],
      tolerance: FOUR_ULPS,
    }),
  ],
  binary: [
    (draw) => ({
      inputs: pair(draw, edgy),
      f: (a, b) => [a.add(b), a.sub(b), a.mul(b), a.div(b), a.maximum(b), a.minimum(b)],
      tolerance: EXACT,
    }),
    (draw) => ({ inputs: pair(draw, edgy), f: (a, b) => [a.pow(b)], tolerance: FOUR_ULPS }),
  ],
  compare: [
    (draw) => ({
      inputs: pair(
        draw,
        draw.pick(edgy, (d, shape) => integers(d, shape, 3)),
      ),
      f: (a, b) => [a.eq(b), a.ne(b), a.lt(b), a.le(b), a.gt(b), a.ge(b)],
      tolerance: EXACT,
    }),
  ],
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
    // One rounding or two, as the machine has fused multiply-add or not.
    (draw) => ({
      inputs: [normal(draw, draw.wideShape())],
      f: (x) => [x.affine(2.5, 0.75), x.affine(0, 3), x.affine(-1, 0)],
      tolerance: { relative: 2e-7 },
    }),
  ],
  cast: [
    (draw) => ({
      inputs: [
        float(
          draw.numbers(draw.wideShape(), (x) => x * 1000),
          [],
        ),
      ].map(({ values }) => ({ values, shape: [values.length] })),
      f: (x) => [x.cast('int32'), x.cast('int32').cast('float32')],
      tolerance: EXACT,
    }),
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
      return { inputs: [x], f: (y) => [y.sum(axes), y.sum(axes, true)], tolerance: SUM };
    },
  ],
  max: [
    (draw) => {
      const x = edgy(draw, draw.wideShape(3, 1));
      const axes = draw.axes(x.shape.length);
      return { inputs: [x], f: (y) => [y.max(axes)], tolerance: EXACT };
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
  ],
  matmul: [
    (draw) => {
      const [m, k, n] = [draw.length(), draw.length(), draw.length()];
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
      return { inputs: [table, indices], f: (x, at) => [gather(x, at)], tolerance: EXACT };
    },
  ],
  scatterAdd: [
    (draw) => {
      const [shape, count] = [draw.wideShape(2), draw.length()];
      const inputs = [integers(draw, shape, count + 2, -2), normal(draw, [...shape, draw.length()])];
      return { inputs, f: (at, x) => [scatterAdd(at, x, count)], tolerance: SUM };
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

/** Row ops lose a few rounding errors relative to their largest result; their sums run in double or in lanes. */
const ROWS = { relative: 2e-6 };
/** Derivatives: products of two such results, less what is normal to the sphere or common to a row. */
const TWICE = { relative: 1e-5, terms: 1 };

/** One entry per fused kernel: the op that runs it, on ordinary values; rows of zeros where they are special. */
export const FUSED: { readonly [K in keyof FusedKernels]: Maker } = {
  unit: (draw) => ({ inputs: [rows(draw, draw.length())], f: (x) => [unit(x)], tolerance: ROWS }),
  unitBackward: (draw) => {
    const x = rows(draw, draw.length());
    return { inputs: [like(draw, x), x], f: (g, y) => [derivatives.unitBackward(g, y)], tolerance: TWICE };
  },
  rmsNorm: (draw) => {
    const size = draw.length(1);
    const inputs = [rows(draw, size), normal(draw, [size])];
    return { inputs, f: (x, weight) => [rmsNorm(x, weight, 1e-3)], tolerance: ROWS };
  },
  rmsNormBackward: (draw) => {
    const size = draw.length(1);
    const x = rows(draw, size);
    return {
      inputs: [like(draw, x), x, normal(draw, [size])],
      f: (g, y, weight) => derivatives.rmsNormBackward(g, y, weight, 1e-1),
      tolerance: TWICE,
    };
  },
  softmax: (draw) => ({ inputs: [rows(draw, draw.length())], f: (x) => [softmax(x)], tolerance: ROWS }),
  softmaxBackward: (draw) => {
    const y = rows(draw, draw.length());
    return { inputs: [like(draw, y), y], f: (g, x) => [derivatives.softmaxBackward(g, x)], tolerance: TWICE };
  },
  logSoftmax: (draw) => ({ inputs: [rows(draw, draw.length())], f: (x) => [logSoftmax(x)], tolerance: ROWS }),
  logSoftmaxBackward: (draw) => {
    const y = rows(draw, draw.length());
    return {
      inputs: [like(draw, y), y],
      f: (g, x) => [derivatives.logSoftmaxBackward(g, x)],
      tolerance: TWICE,
    };
  },
  crossEntropy: (draw) => {
    const [count, classes] = [draw.length(), draw.length(1)];
    const inputs = [normal(draw, [count, classes]), integers(draw, [count], classes, -1)];
    return {
      inputs,
      f: (x, targets) => [crossEntropyRows(x, targets)],
      tolerance: { relative: 2e-6, terms: 1 },
    };
  },
  crossEntropyBackward: (draw) => {
    const [count, classes] = [draw.length(), draw.length(1)];
    const inputs = [
      normal(draw, [count]),
      normal(draw, [count, classes]),
      integers(draw, [count], classes, -1),
    ];
    return {
      inputs,
      f: (g, x, targets) => [derivatives.crossEntropyBackward(g, x, targets, -1)],
      tolerance: TWICE,
    };
  },
  rope: (draw) => {
    const [positions, headDim] = [draw.length(1), 2 * draw.integer(1, 9)];
    const offset = draw.integer(0, positions);
    const length = draw.integer(0, positions - offset);
    const transposed = draw.pick(true, false);
    const x = normal(draw, [draw.integer(1, 2), length, draw.integer(1, 3), headDim]);
    return {
      inputs: [x, normal(draw, [2, positions, headDim])],
      f: (y, table) => [rope(y, table, offset, transposed)],
      tolerance: ROWS,
    };
  },
  swiglu: (draw) => ({
    inputs: [normal(draw, last(draw, 2 * draw.length()))],
    f: (x) => [swiglu(x)],
    tolerance: ROWS,
  }),
  swigluBackward: (draw) => {
    const x = normal(draw, last(draw, 2 * draw.length()));
    const g = normal(draw, [...x.shape.slice(0, -1), x.shape[x.shape.length - 1] / 2]);
    return {
      inputs: [g, x],
      f: (gradient, y) => [derivatives.swigluBackward(gradient, y)],
      tolerance: TWICE,
    };
  },
  attention: (draw) => ({
    inputs: attentionInputs(draw).slice(1),
    f: (q, k, v) => [attention(q, k, v, 1.5)],
    tolerance: TWICE,
  }),
  attentionBackward: (draw) => ({
    inputs: attentionInputs(draw),
    f: (g, q, k, v) => derivatives.attentionBackward(g, q, k, v, 1.5),
    tolerance: { relative: 5e-5, terms: 1 },
  }),
  sphereStep: (draw) => {
    // In two or three dimensions h and α ⊙ (target − h) cancel now and then, and the direction of the rest is noise.
    const size = draw.pick(0, 1, draw.length(4), draw.length(4));
    const h = rows(draw, size);
    return {
      inputs: [h, like(draw, h), normal(draw, [size])],
      f: (x, target, alpha) => [sphereStep(x, target, alpha)],
      tolerance: ROWS,
    };
  },
  sphereStepBackward: (draw) => {
    const size = draw.length();
    const h = normal(draw, last(draw, size));
    return {
      inputs: [like(draw, h), h, like(draw, h), normal(draw, [size])],
      f: (g, x, target, alpha) => derivatives.sphereStepBackward(g, x, target, alpha),
      tolerance: { relative: 1e-4, terms: 1 },
    };
  },
  sumSquares: (draw) => ({
    inputs: [normal(draw, draw.wideShape())],
    f: (x) => [sumSquares(x)],
    tolerance: SUM,
  }),
  adamStepInPlace: (draw) => {
    const shape = draw.wideShape();
    const parameter = normal(draw, shape);
    const v = float(
      draw.numbers(shape, (x) => x * x + 0.01),
      shape,
    );
    const inputs = [
      parameter,
      like(draw, parameter),
      like(draw, parameter),
      v,
      float(Float64Array.of(0.5), []),
    ];
    const settings = {
      learningRate: 0.01,
      beta1: 0.9,
      beta2: 0.95,
      epsilon: 1e-8,
      weightDecay: draw.pick(0, 0.1),
      step: draw.integer(1, 50),
    };
    const scaled = draw.pick(true, false);
    return {
      inputs,
      f: (p, g, m, w, scale) => {
        adamStepInPlace(p, g, m, w, scaled ? scale : null, settings);
        return [p, m, w];
      },
      tolerance: { relative: 2e-6, terms: 1 },
    };
  },
  unitInPlace: (draw) => {
    const shape = [...draw.wideShape(2), draw.length()];
    const axis = draw.integer(0, shape.length - 1);
    return {
      inputs: [normal(draw, shape)],
      f: (x) => {
        unitInPlace(x, axis);
        return [x];
      },
      tolerance: ROWS,
    };
  },
};

/** g, q, k, v */
function attentionInputs(draw: Draw): Values[] {
  const [batch, heads, size] = [draw.integer(1, 2), draw.integer(1, 3), draw.length(1)];
  const queries = draw.length();
  const keys = queries + draw.integer(queries === 0 ? 1 : 0, 6);
  const of = (length: number) => normal(draw, [batch, length, heads, size]);
  return [of(queries), of(queries), of(keys), of(keys)];
}
