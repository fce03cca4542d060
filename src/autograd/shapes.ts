/**
 * Gradients brought back to the shapes they belong to: summed where values were copied, copied where they were summed.
 * Explained in docs/learn/04-rules.md.
 */
import { type Shape, sameShape, sizeOf, type Tensor } from '../tensor/index.js';
import { reducedShape } from '../tensor/shape.js';

/** Undoes a broadcast: `g` summed over the axes that `shape` lacks or has as 1. */
export function sumTo(g: Tensor, shape: Shape): Tensor {
  if (sameShape(g.shape, shape)) return g;
  const extra = g.rank - shape.length;
  const axes: number[] = [];
  for (let axis = 0; axis < g.rank; axis++) {
    if (axis < extra || (shape[axis - extra] === 1 && g.shape[axis] !== 1)) axes.push(axis);
  }
  const total = g.sum(axes);
  return sameShape(total.shape, shape) ? total : total.reshape(shape);
}

/** Undoes a sum: `g`, with or without axes of size 1 left behind, repeated over `axes` of `shape`. */
export function broadcastBack(g: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  return g.reshape(reducedShape(shape, axes, true)).broadcastTo(shape);
}

/** `x` as one matrix with the rows of all. */
export function asRows(x: Tensor): Tensor {
  return x.rank === 2 ? x : x.reshape([sizeOf(x.shape.slice(0, -1)), x.shape[x.rank - 1]]);
}
