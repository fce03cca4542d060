/** The ops that take axes away, and running sums. Explained in docs/learn/00-first-tensor.md. */
import { requireFlag, requireTensor } from '../checks/values.js';
import { apply, wrap } from '../dispatch.js';
import { isFloat } from '../dtype.js';
import { scope } from '../scope.js';
import { type Axes, normalizeAxes, normalizeAxis, reducedShape, requireNonEmpty } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { affine } from './elementwise.js';

/**
 * Sum over `axes` (default all); over an empty axis 0. That of int32 is int32 and wraps beyond it: cast to float32 first
 * where it may. On the gpu backend int32 is exact to 2²⁴ only.
 * @example sum(tensor([[1, 2], [3, 4]]), 1) // [3, 7]
 */
export function sum(x: Tensor, axes?: Axes, keepDims = false): Tensor {
  requireTensor('sum', 'its input', x);
  requireFlag('sum', 'keepDims', keepDims);
  const over = normalizeAxes('sum', axes, x.rank);
  if (over.length === 0) return x.alias();
  return apply('sum', [x], { axes: over, keepDims }, () =>
    wrap(x.backend, x.backend.kernels.sum(x, over), reducedShape(x.shape, over, keepDims)),
  );
}

/**
 * Mean over `axes` (default all); over an empty axis NaN. That of int32 is of the backend's float type, so that the accuracy
 * of predictions is `predicted.eq(targets).mean()`.
 * @example mean(tensor([[1, 2], [3, 4]]), 0) // [2, 3]
 */
export function mean(x: Tensor, axes?: Axes, keepDims = false): Tensor {
  requireTensor('mean', 'its input', x);
  const over = normalizeAxes('mean', axes, x.rank);
  const count = over.reduce((product, axis) => product * x.shape[axis], 1);
  return scope(() => affine(sum(asFloat(x), over, keepDims), count === 0 ? Number.NaN : 1 / count, 0));
}

function asFloat(x: Tensor): Tensor {
  return isFloat(x.dtype) ? x : x.cast(x.backend.floatType);
}

/**
 * Largest over `axes` (default all).
 * @throws ShapeError over an empty axis.
 * @example max(tensor([[1, 5], [3, 4]]), 1, true) // [[5], [4]]
 */
export function max(x: Tensor, axes?: Axes, keepDims = false): Tensor {
  requireTensor('max', 'its input', x);
  requireFlag('max', 'keepDims', keepDims);
  const over = normalizeAxes('max', axes, x.rank);
  if (over.length === 0) return x.alias();
  requireNonEmpty('max', 'largest', x.shape, over);
  return apply('max', [x], { axes: over, keepDims }, () =>
    wrap(x.backend, x.backend.kernels.max(x, over), reducedShape(x.shape, over, keepDims)),
  );
}

/**
 * Index of the first largest element along `axis`, int32.
 * @throws ShapeError over an empty axis.
 * @example argmax(tensor([3, 9, 9])) // 1
 */
export function argmax(x: Tensor, axis = -1): Tensor {
  requireTensor('argmax', 'its input', x);
  const along = normalizeAxis('argmax', axis, x.rank);
  requireNonEmpty('argmax', 'largest', x.shape, [along]);
  return wrap(x.backend, x.backend.kernels.argmax(x, along), reducedShape(x.shape, [along], false));
}

/**
 * Running sums along `axis`, of the shape of x: the sum of everything up to each element, itself included; with
 * `reverse` of everything from it on. A scalar is its own. `cumsum(tensor([1, 2, 3]), 0)` is [1, 3, 6], reversed [6, 5, 3].
 * Those of int32 wrap as `sum` does.
 * @throws ShapeError for an axis that x lacks.
 * @example cumsum(tensor([1, 2, 3]), 0) // [1, 3, 6]
 */
export function cumsum(x: Tensor, axis: number, reverse = false): Tensor {
  requireTensor('cumsum', 'its input', x);
  requireFlag('cumsum', 'reverse', reverse);
  if (x.rank === 0 && (axis === 0 || axis === -1)) return x.alias();
  const along = normalizeAxis('cumsum', axis, x.rank);
  return apply('cumsum', [x], { axis: along, reverse }, () =>
    wrap(x.backend, x.backend.kernels.cumsum(x, along, reverse), x.shape),
  );
}
