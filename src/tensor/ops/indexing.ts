/** Rows and elements at given indices: taken, added to, or marked by a 1. Explained in docs/learn/04-rules.md. */
import { requireInside } from '../checks/inside.js';
import { requireFloats, requireIntegers, requireTensor } from '../checks/values.js';
import { arange } from '../create/create.js';
import { apply, wrap } from '../dispatch.js';
import { ShapeError } from '../errors.js';
import { scope } from '../scope.js';
import { checkShape, formatShape, normalizeAxis, sameShape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { where } from './compare.js';
import { scalarLike } from './fill.js';
import { concat } from './movement.js';

/**
 * Rows of `table` [R, D] at int32 `indices` of any shape: [...indices, D]. On `gpu`, where to look at them would mean
 * waiting for the device, an index outside [0, R) gives a row of zeros.
 * @throws DataError for an index outside [0, R) on the other backends, ShapeError for a table of another rank, DTypeError
 * unless the indices are int32.
 * @example gather(tensor([[1, 2], [3, 4]]), tensor(Int32Array.of(1, 1, 0))) // [[3, 4], [3, 4], [1, 2]]
 */
export function gather(table: Tensor, indices: Tensor): Tensor {
  requireTensor('gather', 'table', table);
  requireIntegers('gather', 'indices', indices);
  if (table.rank !== 2)
    throw new ShapeError(`gather: wants a table [rows, D], got ${formatShape(table.shape)}`);
  requireInside('gather', 'indices', indices, { limit: table.shape[0], of: 'rows' });
  return takeRows(table, indices);
}

/** The same of indices that have been looked at; zeros for those outside. */
export function takeRows(table: Tensor, indices: Tensor): Tensor {
  return apply('gather', [table, indices], {}, () =>
    wrap(table.backend, table.backend.kernels.gather(table, indices), [...indices.shape, table.shape[1]]),
  );
}

/**
 * Zeros [rows, D] with each row of `updates` [...indices, D] added at its index: the transpose of `gather`. On `gpu` those
 * whose index lies outside [0, rows) are dropped.
 * @throws DataError for an index outside [0, rows) on the other backends, ShapeError for shapes that do not go together,
 * DTypeError unless the indices are int32 and the updates floats.
 * @example
 * scatterAdd(tensor(Int32Array.of(1, 1)), tensor([[1, 2], [3, 4]]), 3) // [[0, 0], [4, 6], [0, 0]]
 */
export function scatterAdd(indices: Tensor, updates: Tensor, rows: number): Tensor {
  requireIntegers('scatterAdd', 'indices', indices);
  requireFloats('scatterAdd', updates);
  checkShape('scatterAdd', [rows]);
  if (updates.rank === 0 || !sameShape(indices.shape, updates.shape.slice(0, -1))) {
    throw new ShapeError(
      `scatterAdd: indices ${formatShape(indices.shape)} do not match updates ${formatShape(updates.shape)}`,
    );
  }
  requireInside('scatterAdd', 'indices', indices, { limit: rows, of: 'rows' });
  return addRows(indices, updates, rows);
}

/** The same of indices that have been looked at; rows for those outside are dropped. */
export function addRows(indices: Tensor, updates: Tensor, rows: number): Tensor {
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
  requireIntegers('oneHot', 'indices', indices);
  checkShape('oneHot', [classes]);
  return scope(() => {
    const columns = arange(classes, { dtype: 'int32', backend: indices.backend });
    return columns.eq(indices.reshape([...indices.shape, 1]));
  });
}

/**
 * Along `axis` (default the last) the elements of x that int32 `indices` name: of the shape of `indices`, which is that of x
 * but for the axis. Gradients go back to where values came from. `takeAlongAxis(x, argsort(x))` is x in order. On `gpu`, as
 * with `gather`, an index outside [0, length) gives 0.
 * @throws DataError for such an index on the other backends, ShapeError for an axis that x lacks or for shapes that differ on another, DTypeError unless the indices are int32.
 * @example takeAlongAxis(tensor([[1, 2], [3, 4]]), tensor(Int32Array.of(1, 0), [2, 1])) // [[2], [3]]
 */
export function takeAlongAxis(x: Tensor, indices: Tensor, axis = -1): Tensor {
  requireTensor('takeAlongAxis', 'its input', x);
  requireIntegers('takeAlongAxis', 'indices', indices);
  const along = normalizeAxis('takeAlongAxis', axis, x.rank);
  const fits =
    indices.rank === x.rank && x.shape.every((size, i) => i === along || size === indices.shape[i]);
  if (!fits) {
    throw new ShapeError(
      `takeAlongAxis: indices ${formatShape(indices.shape)} do not match ${formatShape(x.shape)} beyond axis ${along}`,
    );
  }
  requireInside('takeAlongAxis', 'indices', indices, { limit: x.shape[along], of: 'places' });
  return scope(() => {
    const [rows, places] = [x.transpose(along, -1), indices.transpose(along, -1)];
    const table = rows.reshape([x.size, 1]);
    return takeRows(table, placesInTable(places, x.shape[along])).reshape(places.shape).transpose(along, -1);
  });
}

/** Places in rows of `length` as places in all of them one after the other; −1 for those outside of their row. */
function placesInTable(places: Tensor, length: number): Tensor {
  const heads = [...places.shape.slice(0, -1), 1];
  const options = { dtype: 'int32', backend: places.backend } as const;
  const starts = arange(sizeOf(heads), { step: length, ...options }).reshape(heads);
  const both = [starts.broadcastTo(places.shape), places].map((x) => x.reshape([1, ...places.shape]));
  const outside = scalarLike(-1, places);
  return where(places.ge(0), where(places.lt(length), concat(both).sum(0), outside), outside);
}
