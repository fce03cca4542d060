/**
 * The ops that move elements and compute nothing: other shapes, orders and sections of the same values.
 * Explained in docs/learn/04-rules.md.
 */
import { requireList, requireNumber, requireTensor, requireTensors } from '../checks/values.js';
import { apply, wrap } from '../dispatch.js';
import { requireInt32 } from '../dtype.js';
import { DTypeError, ShapeError } from '../errors.js';
import {
  broadcastsTo,
  checkShape,
  formatShape,
  inferShape,
  normalizeAxis,
  type Shape,
  sameShape,
} from '../shape.js';
import { Tensor } from '../tensor.js';

/**
 * The same elements seen as `shape`; one size may be −1. Shares the buffer.
 * @example reshape(tensor([1, 2, 3, 4]), [2, -1]) // [[1, 2], [3, 4]]
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  requireTensor('reshape', 'its input', x);
  const target = inferShape('reshape', shape, x.size);
  return apply(
    'reshape',
    [x],
    { shape: target },
    () =>
      // As `detach` does, which would look at the shape again.
      new Tensor(x.retainStorage(), target),
  );
}

/**
 * Axis i of the result is axis `axes[i]` of x.
 * @example permute(zeros([2, 3, 4]), [2, 0, 1]) // shape [4, 2, 3]
 */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  requireTensor('permute', 'its input', x);
  requireList('permute', 'axes', axes);
  const order = axes.map((axis) => normalizeAxis('permute', axis, x.rank));
  if (order.length !== x.rank || new Set(order).size !== x.rank) {
    throw new ShapeError(
      `permute: ${formatShape(axes)} is not an order of the ${x.rank} axes of ${formatShape(x.shape)}`,
    );
  }
  const shape = order.map((axis) => x.shape[axis]);
  return apply('permute', [x], { axes: order }, () =>
    wrap(x.backend, x.backend.kernels.permute(x, order), shape),
  );
}

/**
 * Exchanges two axes, by default the last two.
 * @example transpose(tensor([[1, 2], [3, 4]])) // [[1, 3], [2, 4]]
 */
export function transpose(x: Tensor, a = -2, b = -1): Tensor {
  requireTensor('transpose', 'its input', x);
  const first = normalizeAxis('transpose', a, x.rank);
  const second = normalizeAxis('transpose', b, x.rank);
  const axes = x.shape.map((_, axis) => (axis === first ? second : axis === second ? first : axis));
  return permute(x, axes);
}

/**
 * Elements from `start` to `stop` (exclusive, default the end) along `axis`; negative bounds count from the end.
 * @example slice(tensor([1, 2, 3, 4]), 0, 1, -1) // [2, 3]
 */
export function slice(x: Tensor, axis: number, start: number, stop?: number): Tensor {
  requireTensor('slice', 'its input', x);
  const along = normalizeAxis('slice', axis, x.rank);
  const length = x.shape[along];
  requireNumber('slice', 'start', start);
  if (stop !== undefined) requireNumber('slice', 'stop', stop);
  const from = start < 0 ? start + length : start;
  const to = stop === undefined ? length : stop < 0 ? stop + length : stop;
  const whole = Number.isInteger(from) && Number.isInteger(to);
  if (!whole || from < 0 || to > length || from > to) {
    throw new ShapeError(
      `slice: ${start} to ${stop ?? 'the end'} is out of range on axis ${along} of ${formatShape(x.shape)}`,
    );
  }
  const starts = x.shape.map((_, i) => (i === along ? from : 0));
  const stops = x.shape.map((size, i) => (i === along ? to : size));
  return box(x, starts, stops);
}

/**
 * The box from `starts` to `stops` (exclusive) over all axes.
 * @throws ShapeError unless both have a place on every axis, none of the starts behind its stop.
 * @example sliceBox(tensor([[1, 2, 3], [4, 5, 6]]), [0, 1], [2, 3]) // [[2, 3], [5, 6]]
 */
export function sliceBox(x: Tensor, starts: readonly number[], stops: readonly number[]): Tensor {
  requireTensor('sliceBox', 'its input', x);
  requireList('sliceBox', 'starts', starts);
  requireList('sliceBox', 'stops', stops);
  const isPlace = (start: number, stop: number, size: number) =>
    Number.isInteger(start) && Number.isInteger(stop) && 0 <= start && start <= stop && stop <= size;
  const complete = starts.length === x.rank && stops.length === x.rank;
  if (!complete || !x.shape.every((size, axis) => isPlace(starts[axis], stops[axis], size))) {
    throw new ShapeError(
      `sliceBox: ${formatShape(starts)} to ${formatShape(stops)} is no box in ${formatShape(x.shape)}`,
    );
  }
  return box(x, starts, stops);
}

function box(x: Tensor, starts: readonly number[], stops: readonly number[]): Tensor {
  const shape = stops.map((stop, axis) => stop - starts[axis]);
  return apply('slice', [x], { starts, stops }, () =>
    wrap(x.backend, x.backend.kernels.slice(x, starts, stops), shape),
  );
}

/** Parts of an empty axis: any number of them would do, and a mistyped one would take all memory. */
const MOST_EMPTY = 2 ** 16;

/**
 * `parts` equal pieces along `axis`.
 * @example
 * const [left, right] = split(tensor([1, 2, 3, 4]), 2);
 * right // [3, 4]
 */
export function split(x: Tensor, parts: number, axis = -1): Tensor[] {
  requireTensor('split', 'its input', x);
  const along = normalizeAxis('split', axis, x.rank);
  requireNumber('split', 'parts', parts);
  const length = x.shape[along] / parts;
  if (!Number.isInteger(length) || parts < 1 || parts > Math.max(x.shape[along], MOST_EMPTY)) {
    throw new ShapeError(
      `split: axis ${along} of ${formatShape(x.shape)} does not divide into ${parts} equal parts`,
    );
  }
  return Array.from({ length: parts }, (_, i) => slice(x, along, i * length, (i + 1) * length));
}

/**
 * Joins tensors, equal on every other axis, along `axis`.
 * @example concat([tensor([1, 2]), tensor([3])]) // [1, 2, 3]
 */
export function concat(xs: readonly Tensor[], axis = 0): Tensor {
  requireTensors('concat', 'its input', xs);
  if (xs.length === 0) throw new ShapeError('concat: wants at least one tensor');
  const [first] = xs;
  const along = normalizeAxis('concat', axis, first.rank);
  for (const x of xs) {
    const fits = x.rank === first.rank && x.shape.every((size, i) => i === along || size === first.shape[i]);
    if (!fits) {
      throw new ShapeError(
        `concat: shapes differ beyond axis ${along}: ${formatShape(first.shape)} and ${formatShape(x.shape)}`,
      );
    }
    if (x.dtype !== first.dtype) throw new DTypeError(`concat: dtypes differ: ${first.dtype} and ${x.dtype}`);
  }
  const shape = first.shape.map((size, i) =>
    i === along ? xs.reduce((sum, x) => sum + x.shape[along], 0) : size,
  );
  return apply('concat', xs, { axis: along }, () =>
    wrap(first.backend, first.backend.kernels.concat(xs, along), shape),
  );
}

/**
 * Adds `before[i]` and `after[i]` elements of `value` at the ends of each axis.
 * @throws ShapeError for other than a size for every axis, DTypeError for an int32 `value` that does not fit.
 * @example pad(tensor([1, 2]), [1], [2]) // [0, 1, 2, 0, 0]
 */
export function pad(x: Tensor, before: readonly number[], after: readonly number[], value = 0): Tensor {
  requireTensor('pad', 'its input', x);
  requireList('pad', 'before', before);
  requireList('pad', 'after', after);
  requireNumber('pad', 'the value', value);
  if (before.length !== x.rank || after.length !== x.rank) {
    throw new ShapeError(
      `pad: wants ${x.rank} sizes before and after, got ${before.length} and ${after.length}`,
    );
  }
  checkShape('pad', before);
  checkShape('pad', after);
  const shape = x.shape.map((size, axis) => before[axis] + size + after[axis]);
  const filler = x.dtype === 'int32' ? requireInt32('pad', value) : value;
  return apply('pad', [x], { before, after, value: filler }, () =>
    wrap(x.backend, x.backend.kernels.pad(x, before, after, filler), shape),
  );
}

/**
 * x repeated along its missing axes and those of size 1.
 * @example broadcastTo(tensor([1, 2]), [2, 2]) // [[1, 2], [1, 2]]
 */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  requireTensor('broadcastTo', 'its input', x);
  checkShape('broadcastTo', shape);
  if (!broadcastsTo(x.shape, shape)) {
    throw new ShapeError(`broadcastTo: ${formatShape(x.shape)} does not broadcast to ${formatShape(shape)}`);
  }
  if (sameShape(x.shape, shape)) return x.alias();
  return apply('broadcastTo', [x], { shape }, () => wrap(x.backend, x.backend.kernels.copy(x, shape), shape));
}
