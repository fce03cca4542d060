/** Every fused op and its derivative on random inputs, to be run on any backend. */

import * as derivatives from '../../../src/autograd/fused-derivatives.js';
import {
  adamStepInPlace,
  attention,
  type FusedKernels,
  logSoftmax,
  rmsNorm,
  rope,
  scaledSwiglu,
  softmax,
  sphereStep,
  sumSquares,
  swiglu,
  unit,
  unitInPlace,
} from '../../../src/index.js';
import { rowLosses } from '../../../src/tensor/ops/fused.js';
import type { Draw } from '../values/draw.js';
import { ofLargest } from '../values/tolerance.js';
import {
  float,
  integers,
  last,
  like,
  type Maker,
  normal,
  ROWS,
  rowSize,
  rows,
  SUM,
  TWICE,
  type Values,
} from './kernel-values.js';

/**
 * In two or three dimensions h and α ⊙ (target − h) cancel now and then. The direction of what is left is noise, and
 * derivatives, which go with the square of how much cancelled, are more so.
 */
const stepSize = (draw: Draw) => draw.pick(0, 1, draw.length(4), draw.length(4));

/** The fused kernels that are derivatives of others. */
export type Derivative = Extract<keyof FusedKernels, `${string}Backward`>;

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
  softmax: (draw) => ({ inputs: [rows(draw, rowSize(draw))], f: (x) => [softmax(x)], tolerance: ROWS }),
  softmaxBackward: (draw) => {
    const y = rows(draw, rowSize(draw));
    return { inputs: [like(draw, y), y], f: (g, x) => [derivatives.softmaxBackward(g, x)], tolerance: TWICE };
  },
  logSoftmax: (draw) => ({ inputs: [rows(draw, rowSize(draw))], f: (x) => [logSoftmax(x)], tolerance: ROWS }),
  logSoftmaxBackward: (draw) => {
    const y = rows(draw, rowSize(draw));
    return {
      inputs: [like(draw, y), y],
      f: (g, x) => [derivatives.logSoftmaxBackward(g, x)],
      tolerance: TWICE,
    };
  },
  crossEntropy: (draw) => {
    const [count, classes] = [draw.length(), rowSize(draw, 1)];
    const inputs = [normal(draw, [count, classes]), integers(draw, [count], classes + 2, -2)];
    return {
      inputs,
      f: (x, targets) => [rowLosses(x, targets, -1)],
      tolerance: ofLargest(2e-6, 1),
    };
  },
  crossEntropyBackward: (draw) => {
    const [count, classes] = [draw.length(), rowSize(draw, 1)];
    const inputs = [
      normal(draw, [count]),
      normal(draw, [count, classes]),
      integers(draw, [count], classes + 2, -2),
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
  scaledSwiglu: (draw) => {
    const width = 2 * draw.length();
    const inputs = [normal(draw, last(draw, width)), normal(draw, [width])];
    return { inputs, f: (x, scale) => [scaledSwiglu(x, scale)], tolerance: TWICE };
  },
  scaledSwigluBackward: (draw) => {
    const width = 2 * draw.length();
    const x = normal(draw, last(draw, width));
    const g = normal(draw, [...x.shape.slice(0, -1), width / 2]);
    return {
      inputs: [g, x, normal(draw, [width])],
      f: (gradient, y, scale) => derivatives.scaledSwigluBackward(gradient, y, scale),
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
    tolerance: ofLargest(5e-5, 1),
  }),
  sphereStep: (draw) => {
    const size = stepSize(draw);
    const h = rows(draw, size);
    return {
      inputs: [h, like(draw, h), normal(draw, [size])],
      f: (x, target, alpha) => [sphereStep(x, target, alpha)],
      tolerance: ROWS,
    };
  },
  sphereStepBackward: (draw) => {
    const size = stepSize(draw);
    const h = normal(draw, last(draw, size));
    return {
      inputs: [like(draw, h), h, like(draw, h), normal(draw, [size])],
      f: (g, x, target, alpha) => derivatives.sphereStepBackward(g, x, target, alpha),
      tolerance: ofLargest(1e-4, 1),
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
      tolerance: ofLargest(2e-6, 1),
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
