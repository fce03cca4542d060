import { reducedShape, type Shape, sameShape, type Tensor } from '../tensor/index.js';

/** Undoes a broadcast: `g` summed over the axes that `shape` lacks or has as 1. */
export function sumTo(g: Tensor, shape: Shape): Tensor {
  if (sameShape(g.shape, shape)) return g;
  const extra = g.rank - shape.length;
  const axes = g.shape.flatMap((length, axis) => {
    const repeated = axis < extra || (shape[axis - extra] === 1 && length !== 1);
    return repeated ? [axis] : [];
  });
  return g.sum(axes).reshape(shape);
}

/** Undoes a sum: `g`, with or without axes of size 1 left behind, repeated over `axes` of `shape`. */
export function broadcastBack(g: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  return g.reshape(reducedShape(shape, axes, true)).broadcastTo(shape);
}
