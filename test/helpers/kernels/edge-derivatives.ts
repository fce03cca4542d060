/** The derivatives of the fused ops on NaN and infinities, beside `edge-cases`. */

import * as derivatives from '../../../src/autograd/fused-derivatives.js';
import type { Tensor } from '../../../src/index.js';
import type { Draw } from '../values/draw.js';
import { ofLargest } from '../values/tolerance.js';
import { rowShape, strewn } from './edge-cases.js';
import type { Derivative } from './fused-cases.js';
import { type Maker, normal, TWICE, type Values } from './kernel-values.js';

/**
 * Gradients and values alike may be anything. Not in attention: a weight of 0 for the future is a product in the
 * definition, and nothing in the kernel.
 */
export const SPREADING_BACK: { readonly [K in Exclude<Derivative, 'attentionBackward'>]: Maker } = {
  unitBackward: backward((draw) => [strewn(draw, rowShape(draw))], derivatives.unitBackward),
  softmaxBackward: backward((draw) => [strewn(draw, rowShape(draw))], derivatives.softmaxBackward),
  logSoftmaxBackward: backward((draw) => [strewn(draw, rowShape(draw))], derivatives.logSoftmaxBackward),
  rmsNormBackward: backward(
    (draw) => {
      const shape = rowShape(draw);
      return [strewn(draw, shape), strewn(draw, shape.slice(-1))];
    },
    (g, x, weight) => derivatives.rmsNormBackward(g, x, weight, 0.1),
  ),
  sphereStepBackward: backward((draw) => {
    const shape = rowShape(draw, draw.length(4));
    return [strewn(draw, shape), strewn(draw, shape), normal(draw, shape.slice(-1))];
  }, derivatives.sphereStepBackward),
  swigluBackward: (draw) => {
    const x = strewn(draw, rowShape(draw, 2 * draw.length(1)));
    const g = strewn(draw, [...x.shape.slice(0, -1), x.shape[x.shape.length - 1] / 2]);
    return { inputs: [g, x], f: (y, z) => [derivatives.swigluBackward(y, z)], tolerance: TWICE };
  },
  scaledSwigluBackward: (draw) => {
    const x = strewn(draw, rowShape(draw, 2 * draw.length(1)));
    const g = strewn(draw, [...x.shape.slice(0, -1), x.shape[x.shape.length - 1] / 2]);
    return {
      inputs: [g, x, strewn(draw, x.shape.slice(-1))],
      f: (y, z, scale) => derivatives.scaledSwigluBackward(y, z, scale),
      tolerance: ofLargest(1e-4, 1),
    };
  },
  crossEntropyBackward: (draw) => {
    const [count, classes] = [draw.length(), draw.length(1)];
    const targets = { values: draw.integers([count], classes, -1), shape: [count] };
    return {
      inputs: [strewn(draw, [count]), strewn(draw, [count, classes]), targets],
      f: (g, x, at) => [derivatives.crossEntropyBackward(g, x, at, -1)],
      tolerance: TWICE,
    };
  },
};

/** A derivative from a gradient of the shape of the first operand. */
function backward(
  operands: (draw: Draw) => Values[],
  derivative: (g: Tensor, x: Tensor, ...rest: [Tensor, Tensor]) => Tensor | Tensor[],
): Maker {
  return (draw) => {
    const given = operands(draw);
    return {
      inputs: [strewn(draw, given[0].shape), ...given],
      f: (g, x, ...rest) => [derivative(g, x, ...(rest as [Tensor, Tensor]))].flat(),
      tolerance: ofLargest(1e-4, 1),
    };
  };
}
