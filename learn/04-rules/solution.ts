/** Chapter 4, exercise 1, solved. */
import type { Shape, Tensor } from '../../src/index.js';

export function sumTo(g: Tensor, shape: Shape): Tensor {
  // Shapes are aligned at their last axes: what `shape` has fewer of are missing at the front.
  const missing = g.rank - shape.length;
  const repeated = g.shape.flatMap((_, axis) =>
    axis < missing || shape[axis - missing] === 1 ? [axis] : [],
  );
  return g.sum(repeated).reshape(shape);
}

export function mulRule(g: Tensor, a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  return [sumTo(g.mul(b), a.shape), sumTo(g.mul(a), b.shape)];
}
