/** Questions about values, answered by int32 tensors of 0 and 1, and what is done where the answer is yes. */
import { requireIntegers, requireTensor } from '../../checks/values.js';
import { isFloat } from '../../dtype.js';
import { ShapeError } from '../../errors.js';
import { scope } from '../../scope.js';
import { type Axes, broadcastsTo, formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { compare, where } from '../compare.js';
import { scalarLike } from '../fill.js';

/**
 * 1 where x, of any shape and dtype, is not a number, else 0: int32 of the same shape.
 * @example isnan(tensor([1, NaN])) // [0, 1]
 */
export function isnan(x: Tensor): Tensor {
  requireTensor('isnan', 'its input', x);
  return compare('ne', x, x);
}

/**
 * 1 where x, of any shape and dtype, is neither NaN nor infinite, else 0: int32 of the same shape.
 * @example isfinite(tensor([1, NaN, -Infinity])) // [1, 0, 0]
 */
export function isfinite(x: Tensor): Tensor {
  requireTensor('isfinite', 'its input', x);
  return isFloat(x.dtype) ? scope(() => x.abs().lt(Number.POSITIVE_INFINITY)) : compare('eq', x, x);
}

/**
 * 1 where x, of any shape and dtype, is ∞ or −∞, else 0: int32 of the same shape.
 * @example isinf(tensor([1, NaN, -Infinity])) // [0, 0, 1]
 */
export function isinf(x: Tensor): Tensor {
  requireTensor('isinf', 'its input', x);
  return isFloat(x.dtype) ? scope(() => x.abs().eq(Number.POSITIVE_INFINITY)) : compare('ne', x, x);
}

/**
 * 1 where any element of x over `axes` (default all) is not 0, else 0: int32. NaN counts as not 0, and among no elements
 * there is none.
 * @throws ShapeError for axes that x lacks.
 * @example any(tensor([[0, 0], [0, 3]]), 1) // [0, 1]
 */
export function any(x: Tensor, axes?: Axes, keepDims = false): Tensor {
  requireTensor('any', 'its input', x);
  // A sum of ones may be rounded, but never to 0.
  return scope(() => x.ne(0).cast(x.backend.floatType).sum(axes, keepDims).gt(0));
}

/**
 * 1 where all elements of x over `axes` (default all) are not 0, else 0: int32. NaN counts as not 0, and no elements are
 * all that.
 * @throws ShapeError for axes that x lacks.
 * @example all(tensor([[1, 0], [2, 3]]), 1) // [0, 1]
 */
export function all(x: Tensor, axes?: Axes, keepDims = false): Tensor {
  requireTensor('all', 'its input', x);
  return scope(() => x.eq(0).cast(x.backend.floatType).sum(axes, keepDims).eq(0));
}

/**
 * x, of any shape and dtype, with `value` wherever `mask` (int32, broadcast to x) is not 0. Nothing flows back from there.
 * @throws DTypeError for a mask that is not int32, ShapeError for one that does not broadcast to x.
 * @example maskedFill(tensor([1, 2]), tensor(Int32Array.of(0, 1)), -Infinity) // [1, -Infinity]
 */
export function maskedFill(x: Tensor, mask: Tensor, value: number): Tensor {
  requireTensor('maskedFill', 'its input', x);
  requireIntegers('maskedFill', 'the mask', mask);
  if (!broadcastsTo(mask.shape, x.shape)) {
    throw new ShapeError(
      `maskedFill: the mask ${formatShape(mask.shape)} does not broadcast to ${formatShape(x.shape)}`,
    );
  }
  return scope(() => where(mask, scalarLike(value, x), x));
}
