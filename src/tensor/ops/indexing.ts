import { arange } from '../create.js';
import { apply, wrap } from '../dispatch.js';
import { requireFloat, requireInt } from '../dtype.js';
import { ShapeError } from '../errors.js';
import { scope } from '../scope.js';
import { checkShape, formatShape, sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';

/**
 * Rows of `table` [R, D] at int32 `indices` of any shape: [...indices, D]. An index outside [0, R) gives a row
 * of zeros: checking it would mean waiting for the device. Whoever makes indices from user input checks them.
 * @example gather(tensor([[1, 2], [3, 4]]), tensor(Int32Array.of(1, 1, 0))) // [[3, 4], [3, 4], [1, 2]]
 */
export function gather(table: Tensor, indices: Tensor): Tensor {
  requireInt('gather', 'indices', indices.dtype);
  if (table.rank !== 2)
    throw new ShapeError(`gather: wants a table [rows, D], got ${formatShape(table.shape)}`);
  return apply('gather', [table, indices], {}, () =>
    wrap(table.backend, table.backend.kernels.gather(table, indices), [...indices.shape, table.shape[1]]),
  );
}

/**
 * Zeros [rows, D] with each row of `updates` [...indices, D] added at its index: the transpose of `gather`.
 * @example
 * scatterAdd(tensor(Int32Array.of(1, 1)), tensor([[1, 2], [3, 4]]), 3) // [[0, 0], [4, 6], [0, 0]]
 */
export function scatterAdd(indices: Tensor, updates: Tensor, rows: number): Tensor {
  requireInt('scatterAdd', 'indices', indices.dtype);
  requireFloat('scatterAdd', updates.dtype);
  checkShape('scatterAdd', [rows]);
  if (updates.rank === 0 || !sameShape(indices.shape, updates.shape.slice(0, -1))) {
    throw new ShapeError(
      `scatterAdd: indices ${formatShape(indices.shape)} do not match updates ${formatShape(updates.shape)}`,
    );
  }
  const shape = [rows, updates.shape[updates.rank - 1]];
  return apply('scatterAdd', [indices, updates], { rows }, () =>
    wrap(updates.backend, updates.backend.kernels.scatterAdd(indices, updates, rows), shape),
  );
}

/**
 * int32 indices [...] as rows of a unit matrix: int32 [..., classes], 1 where the column is the index, else 0. An
 * index outside [0, classes) has no 1 at all. `oneHot(tensor(Int32Array.of(2, 0)), 3)` is [[0, 0, 1], [1, 0, 0]].
 * @example oneHot(tensor(Int32Array.of(2, 0)), 3) // [[0, 0, 1], [1, 0, 0]]
 */
export function oneHot(indices: Tensor, classes: number): Tensor {
  requireInt('oneHot', 'indices', indices.dtype);
  checkShape('oneHot', [classes]);
  return scope(() => {
    const columns = arange(classes, { dtype: 'int32', backend: indices.backend });
    return columns.eq(indices.reshape([...indices.shape, 1]));
  });
}
