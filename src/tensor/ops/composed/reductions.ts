/** Reductions made of others: smallest values, products, and logarithms of sums of exponentials. */
import { requireFlag, requireFloats, requireTensor } from '../../checks/values.js';
import { isFloat } from '../../dtype.js';
import { scope } from '../../scope.js';
import {
  type Axes,
  normalizeAxes,
  normalizeAxis,
  reducedShape,
  requireNonEmpty,
  sizeOf,
} from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { where } from '../compare.js';
import { scalarLike } from '../fill.js';
import { isfinite } from './logic.js';

/**
 * Smallest over `axes` (default all), of any dtype; NaN where there is one. Ties share the gradient, as with `max`.
 * @throws ShapeError over an empty axis.
 * @example min(tensor([[3, 1], [2, 4]]), 1) // [1, 2]
 */
export function min(x: Tensor, axes?: Axes, keepDims = false): Tensor {
  requireTensor('min', 'its input', x);
  requireFlag('min', 'keepDims', keepDims);
  const over = normalizeAxes('min', axes, x.rank);
  requireNonEmpty('min', 'smallest', x.shape, over);
  if (!isFloat(x.dtype)) return smallestInteger(x, over, keepDims);
  return scope(() => x.neg().max(over, keepDims).neg());
}

/**
 * Index of the first smallest element along `axis` (default the last), that of the first NaN where there is one: int32.
 * @throws ShapeError over an empty axis.
 * @example argmin(tensor([3, 1, 1])) // 1
 */
export function argmin(x: Tensor, axis = -1): Tensor {
  requireTensor('argmin', 'its input', x);
  const along = normalizeAxis('argmin', axis, x.rank);
  requireNonEmpty('argmin', 'smallest', x.shape, [along]);
  if (!isFloat(x.dtype)) return scope(() => x.eq(smallestInteger(x, [along], true)).argmax(along));
  return scope(() => x.neg().argmax(along));
}

/**
 * Product over `axes` (default all); over an empty axis 1. It is made of ordinary products, never of a quotient, so its
 * derivatives of every order are right where factors are 0.
 * @throws ShapeError for axes that x lacks, DTypeError for integers, which have no products here: cast them first.
 * @example prod(tensor([[1, 2], [3, 4]]), 1) // [2, 12]
 */
export function prod(x: Tensor, axes?: Axes, keepDims = false): Tensor {
  requireFloats('prod', x);
  const over = normalizeAxes('prod', axes, x.rank);
  return scope(() => {
    let factors = filledUp(asLastAxis(x, over));
    while (factors.shape[factors.rank - 1] > 1) {
      const [left, right] = factors.split(2, -1);
      factors = left.mul(right);
    }
    return factors.reshape(reducedShape(x.shape, over, keepDims));
  });
}

/**
 * log Σ eˣ over `axes` (default all), where eˣ itself would be infinite or 0; over an empty axis −∞. Its gradient is
 * softmax(x) over those axes, and 0 where all of them are −∞.
 * @throws ShapeError for axes that x lacks, DTypeError for integers.
 * @example logsumexp(tensor([1000, 1000])) // 1000.6931
 */
export function logsumexp(x: Tensor, axes?: Axes, keepDims = false): Tensor {
  requireFloats('logsumexp', x);
  const over = normalizeAxes('logsumexp', axes, x.rank);
  return scope(() => {
    if (over.some((axis) => x.shape[axis] === 0)) return x.exp().sum(over, keepDims).log();
    const largest = x.detach().max(over, true);
    // ∞ − ∞ would be NaN; without a shift the sums are 0 and ∞, and their logarithms right.
    const shift = where(isfinite(largest), largest, scalarLike(0, largest));
    const sums = x.sub(shift).exp().sum(over, keepDims);
    // The logarithm of 0 would have an infinite slope.
    const isNothing = sums.eq(0);
    const logs = where(isNothing, sums.detach(), sums).log();
    return logs.add(shift.reshape(logs.shape));
  });
}

/** By halves that compete: not every integer has a negative, and int32 no arithmetic. */
function smallestInteger(x: Tensor, axes: readonly number[], keepDims: boolean): Tensor {
  return scope(() => {
    let left = asLastAxis(x, axes);
    for (let length = sizeOf(axes.map((axis) => x.shape[axis])); length > 1; ) {
      const half = Math.ceil(length / 2);
      // Of an odd number the middle one is in both.
      const [first, last] = [left.slice(-1, 0, half), left.slice(-1, length - half)];
      left = where(first.lt(last), first, last);
      length = half;
    }
    return left.reshape(reducedShape(x.shape, axes, keepDims));
  });
}

/** x with `axes` (sorted) made one, the last. */
function asLastAxis(x: Tensor, axes: readonly number[]): Tensor {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const sizeAlong = (some: readonly number[]) => some.map((axis) => x.shape[axis]);
  return x.permute([...kept, ...axes]).reshape([...sizeAlong(kept), sizeOf(sizeAlong(axes))]);
}

/** x with ones at the end of the last axis, up to a power of two. */
function filledUp(x: Tensor): Tensor {
  const length = x.shape[x.rank - 1];
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, length)));
  const none = x.shape.map(() => 0);
  return x.pad(none, [...none.slice(1), wanted - length], 1);
}
