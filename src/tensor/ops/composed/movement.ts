/** Axes that come and go. All take any dtype. */
import { requireTensor, requireTensors } from '../../checks/values.js';
import { ShapeError } from '../../errors.js';
import { scope } from '../../scope.js';
import { type Axes, formatShape, normalizeAxes, normalizeAxis, sameShape, sizeOf } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { concat, reshape } from '../movement.js';

/**
 * Tensors of one shape side by side along a new axis: n of shape [a, b] become [n, a, b] along 0, [a, b, n] along −1.
 * @throws ShapeError for none or for different shapes, DTypeError for different dtypes.
 * @example stack([tensor([1, 2]), tensor([3, 4])]) // [[1, 2], [3, 4]]
 */
export function stack(xs: readonly Tensor[], axis = 0): Tensor {
  requireTensors('stack', 'its input', xs);
  if (xs.length === 0) throw new ShapeError('stack: wants at least one tensor');
  const [first] = xs;
  const other = xs.find((x) => !sameShape(x.shape, first.shape));
  if (other !== undefined) {
    throw new ShapeError(`stack: shapes differ: ${formatShape(first.shape)} and ${formatShape(other.shape)}`);
  }
  const along = normalizeAxis('stack', axis, first.rank + 1);
  return scope(() =>
    concat(
      xs.map((x) => unsqueeze(x, along)),
      along,
    ),
  );
}

/**
 * x without those of `axes` (default all) that have size 1; the others stay, as in PyTorch. Shares the buffer.
 * @throws ShapeError for axes that x lacks.
 * @example squeeze(ones([1, 3, 1])) // shape [3]
 */
export function squeeze(x: Tensor, axes?: Axes): Tensor {
  requireTensor('squeeze', 'its input', x);
  const over = normalizeAxes('squeeze', axes, x.rank);
  return reshape(
    x,
    x.shape.filter((length, axis) => length !== 1 || !over.includes(axis)),
  );
}

/**
 * x with a new axis of size 1 at place `axis` of the result; −1 is the last. Shares the buffer.
 * @throws ShapeError unless −rank − 1 ≤ axis ≤ rank.
 * @example unsqueeze(ones([3]), -1) // shape [3, 1]
 */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  requireTensor('unsqueeze', 'its input', x);
  const at = normalizeAxis('unsqueeze', axis, x.rank + 1);
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}

/**
 * x with the axes from `startAxis` to `endAxis`, both included, made one; a scalar becomes [1]. Shares the buffer.
 * @throws ShapeError for axes that x lacks, or that end before they start.
 * @example flatten(ones([2, 3, 4]), 1) // shape [2, 12]
 */
export function flatten(x: Tensor, startAxis = 0, endAxis = -1): Tensor {
  requireTensor('flatten', 'its input', x);
  const rank = Math.max(1, x.rank);
  const [start, end] = [startAxis, endAxis].map((axis) => normalizeAxis('flatten', axis, rank));
  if (start > end) throw new ShapeError(`flatten: axis ${endAxis} comes before axis ${startAxis}`);
  const { shape } = x;
  return reshape(x, [...shape.slice(0, start), sizeOf(shape.slice(start, end + 1)), ...shape.slice(end + 1)]);
}
