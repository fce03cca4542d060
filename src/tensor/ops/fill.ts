import type { Backend } from '../backend.js';
import { wrap } from '../dispatch.js';
import type { DType } from '../dtype.js';
import { checkShape, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';

/** A tensor of `shape` with every element `value`. */
export function fill(backend: Backend, shape: Shape, value: number, dtype: DType): Tensor {
  checkShape('fill', shape);
  return wrap(backend, backend.kernels.fill(shape, value, dtype), shape);
}

/** `value` as a scalar on the backend and of the dtype of `like`. */
export function scalarLike(value: number, like: Tensor): Tensor {
  return fill(like.backend, [], value, like.dtype);
}

export function zerosLike(x: Tensor): Tensor {
  return fill(x.backend, x.shape, 0, x.dtype);
}

export function onesLike(x: Tensor): Tensor {
  return fill(x.backend, x.shape, 1, x.dtype);
}
