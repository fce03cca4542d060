/** Tensors of one value, also of the kind and on the backend of another. */
import type { Backend } from '../backend.js';
import { requireHandle, requireNumber } from '../checks/values.js';
import { backendOf } from '../create/place.js';
import { wrap } from '../dispatch.js';
import { type DType, requireInt32 } from '../dtype.js';
import { checkShape, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';

/**
 * A tensor of `shape` with every element `value`.
 * @throws DTypeError for an int32 that does not fit.
 * @example fill(currentBackend(), [2], 3, 'int32') // [3, 3]
 */
export function fill(backend: Backend, shape: Shape, value: number, dtype: DType): Tensor {
  checkShape('fill', shape);
  const place = backendOf('fill', { backend, dtype });
  requireNumber('fill', 'the value', value);
  const held = dtype === 'int32' ? requireInt32('fill', value) : value;
  return wrap(place, place.kernels.fill(shape, held, dtype), shape);
}

/**
 * `value` as a scalar on the backend and of the dtype of `like`.
 * @example scalarLike(2, tensor([1, 1])) // 2
 */
export function scalarLike(value: number, like: Tensor): Tensor {
  requireHandle('scalarLike', 'like', like);
  return fill(like.backend, [], value, like.dtype);
}

/**
 * Zeros of the shape and dtype of x, on its backend.
 * @example zerosLike(tensor([5, 6])) // [0, 0]
 */
export function zerosLike(x: Tensor): Tensor {
  requireHandle('zerosLike', 'its input', x);
  return fill(x.backend, x.shape, 0, x.dtype);
}

/**
 * Ones of the shape and dtype of x, on its backend.
 * @example onesLike(tensor([5, 6])) // [1, 1]
 */
export function onesLike(x: Tensor): Tensor {
  requireHandle('onesLike', 'its input', x);
  return fill(x.backend, x.shape, 1, x.dtype);
}
