/** Products of two vectors. */
import { requireFloats, requireTensor } from '../../checks/values.js';
import { ShapeError } from '../../errors.js';
import { scope } from '../../scope.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';

/**
 * Σ aᵢ bᵢ of two vectors [n]: a scalar.
 * @throws ShapeError unless both are vectors of one length, DTypeError for integers or different dtypes.
 * @example dot(tensor([1, 2]), tensor([3, 4])) // 11
 */
export function dot(a: Tensor, b: Tensor): Tensor {
  requireTensor('dot', 'b', b);
  requireFloats('dot', a);
  requireVectors('dot', a, b);
  if (a.size !== b.size) {
    throw new ShapeError(`dot: lengths differ: ${formatShape(a.shape)} and ${formatShape(b.shape)}`);
  }
  return scope(() =>
    a
      .reshape([1, a.size])
      .matmul(b.reshape([b.size, 1]))
      .reshape([]),
  );
}

/**
 * All products aᵢ bⱼ of two vectors [m] and [n]: [m, n].
 * @throws ShapeError unless both are vectors, DTypeError for integers or different dtypes.
 * @example outer(tensor([1, 2]), tensor([3, 4])) // [[3, 4], [6, 8]]
 */
export function outer(a: Tensor, b: Tensor): Tensor {
  requireTensor('outer', 'b', b);
  requireFloats('outer', a);
  requireVectors('outer', a, b);
  return scope(() => a.reshape([a.size, 1]).mul(b));
}

function requireVectors(op: string, a: Tensor, b: Tensor): void {
  if (a.rank === 1 && b.rank === 1) return;
  throw new ShapeError(`${op}: wants two vectors, got ${formatShape(a.shape)} and ${formatShape(b.shape)}`);
}
