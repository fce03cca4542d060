/** Elements repeated, and in another order. All take any dtype. */
import { requireNumber, requireTensor } from '../../checks/values.js';
import { arange } from '../../create/create.js';
import { ShapeError } from '../../errors.js';
import { scope } from '../../scope.js';
import { type Axes, checkShape, normalizeAxes, normalizeAxis, sizeOf } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { gather } from '../indexing.js';
import { concat } from '../movement.js';

/**
 * x repeated as a whole, `repeats[i]` times along axis i: [a, b] becomes [r₀a, r₁b]. Where one list is shorter, it counts
 * as filled up with ones at its front, as in NumPy and PyTorch; a number repeats the last axis.
 * @throws ShapeError unless the repeats are whole numbers of at least 0.
 * @example tile(tensor([1, 2]), [2, 2]) // [[1, 2, 1, 2], [1, 2, 1, 2]]
 */
export function tile(x: Tensor, repeats: number | readonly number[]): Tensor {
  requireTensor('tile', 'its input', x);
  const given = typeof repeats === 'number' ? [repeats] : repeats;
  checkShape('tile', given);
  const rank = Math.max(x.rank, given.length);
  const times = [...new Array<number>(rank - given.length).fill(1), ...given];
  const shape = [...new Array<number>(rank - x.rank).fill(1), ...x.shape];
  // An axis that is repeated becomes two: how often, and itself.
  const each = (length: number, axis: number, count: number) =>
    times[axis] === 1 ? [length] : [count, length];
  return scope(() =>
    x
      .reshape(shape.flatMap((length, axis) => each(length, axis, 1)))
      .broadcastTo(shape.flatMap((length, axis) => each(length, axis, times[axis])))
      .reshape(shape.map((length, axis) => times[axis] * length)),
  );
}

/**
 * Each element of x `repeats` times in a row along `axis`; without one, of x made flat.
 * @throws ShapeError unless repeats is a whole number of at least 0 and x has the axis.
 * @example repeatInterleave(tensor([1, 2]), 2) // [1, 1, 2, 2]
 */
export function repeatInterleave(x: Tensor, repeats: number, axis?: number): Tensor {
  requireTensor('repeatInterleave', 'its input', x);
  checkShape('repeatInterleave', [repeats]);
  const shape = axis === undefined ? [x.size] : x.shape;
  const along = normalizeAxis('repeatInterleave', axis ?? 0, shape.length);
  const [before, after] = [shape.slice(0, along + 1), shape.slice(along + 1)];
  return scope(() =>
    x
      .reshape([...before, 1, ...after])
      .broadcastTo([...before, repeats, ...after])
      .reshape(shape.map((length, i) => (i === along ? length * repeats : length))),
  );
}

/**
 * x with its elements in reverse order along `axes` (default all).
 * @throws ShapeError for axes that x lacks.
 * @example flip(tensor([[1, 2], [3, 4]]), 1) // [[2, 1], [4, 3]]
 */
export function flip(x: Tensor, axes?: Axes): Tensor {
  requireTensor('flip', 'its input', x);
  const over = normalizeAxes('flip', axes, x.rank);
  return scope(() => over.reduce(flipAlong, x.alias()));
}

/** The axis as rows of a table, which are gathered from the last to the first. */
function flipAlong(x: Tensor, axis: number): Tensor {
  const length = x.shape[axis];
  const inFront = x.transpose(0, axis);
  const table = inFront.reshape([length, sizeOf(inFront.shape.slice(1))]);
  const reversed = arange(length, { dtype: 'int32', start: length - 1, step: -1, backend: x.backend });
  return gather(table, reversed).reshape(inFront.shape).transpose(0, axis);
}

/**
 * x with its elements moved on by `shift` places along `axis`, the last ones back to the start; without an axis, of x as
 * one long row.
 * @throws ShapeError unless shift is a whole number and x has the axis.
 * @example roll(tensor([1, 2, 3]), 1) // [3, 1, 2]
 */
export function roll(x: Tensor, shift: number, axis?: number): Tensor {
  requireTensor('roll', 'its input', x);
  requireNumber('roll', 'shift', shift);
  if (!Number.isInteger(shift)) throw new ShapeError(`roll: shift must be a whole number, got ${shift}`);
  if (axis === undefined) return scope(() => roll(x.reshape([x.size]), shift, 0).reshape(x.shape));
  const along = normalizeAxis('roll', axis, x.rank);
  const length = x.shape[along];
  if (length === 0) return x.alias();
  const kept = length - (((shift % length) + length) % length);
  return scope(() => concat([x.slice(along, kept), x.slice(along, 0, kept)], along));
}
