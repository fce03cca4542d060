/** Triangles and diagonals of matrices. All take any dtype. */

import type { CompareOp } from '../../backend.js';
import { shown } from '../../checks/describe.js';
import { requireTensor } from '../../checks/values.js';
import { arange } from '../../create/create.js';
import { ShapeError } from '../../errors.js';
import { scope } from '../../scope.js';
import { formatShape, normalizeAxis } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { compare, where } from '../compare.js';
import { scalarLike } from '../fill.js';

/**
 * The lower triangle of the last two axes of x, zeros above: elements [..., i, j] with j − i ≤ `diagonal` stay.
 * @throws ShapeError for fewer than two axes, or a diagonal that is no whole number.
 * @example tril(ones([3, 3])) // [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
 */
export function tril(x: Tensor, diagonal = 0): Tensor {
  requireTensor('tril', 'its input', x);
  return triangle('tril', 'le', x, diagonal);
}

/**
 * The upper triangle of the last two axes of x, zeros below: elements [..., i, j] with j − i ≥ `diagonal` stay.
 * @throws ShapeError for fewer than two axes, or a diagonal that is no whole number.
 * @example triu(ones([3, 3]), 1) // [[0, 1, 1], [0, 0, 1], [0, 0, 0]]
 */
export function triu(x: Tensor, diagonal = 0): Tensor {
  requireTensor('triu', 'its input', x);
  return triangle('triu', 'ge', x, diagonal);
}

function triangle(op: string, side: CompareOp, x: Tensor, diagonal: number): Tensor {
  requireOffset(op, diagonal);
  if (x.rank < 2) throw new ShapeError(`${op}: wants at least two axes, got ${formatShape(x.shape)}`);
  const [rows, columns] = x.shape.slice(-2);
  return scope(() => {
    const options = { dtype: 'int32', backend: x.backend } as const;
    const ofRow = arange(rows, { ...options, start: diagonal }).reshape([rows, 1]);
    return where(compare(side, arange(columns, options), ofRow), x, scalarLike(0, x));
  });
}

/**
 * A vector [n] as the diagonal of a matrix of zeros [n + |offset|, n + |offset|], or the diagonal of a matrix as a vector;
 * `offset` places to the right of the main one, or below it if negative.
 * @throws ShapeError unless x has one or two axes and offset is a whole number.
 * @example diag(tensor([1, 2])) // [[1, 0], [0, 2]]
 * @example diag(tensor([[1, 2], [3, 4]]), 1) // [2]
 */
export function diag(x: Tensor, offset = 0): Tensor {
  requireTensor('diag', 'its input', x);
  requireOffset('diag', offset);
  if (x.rank === 2) return diagonal(x, offset);
  if (x.rank !== 1) throw new ShapeError(`diag: wants one or two axes, got ${formatShape(x.shape)}`);
  const [n] = x.shape;
  const [right, down] = [Math.max(0, offset), Math.max(0, -offset)];
  // Rows of n + 1, each of one element and n zeros, read as rows of n: every row begins one place later.
  return scope(() =>
    x
      .reshape([n, 1])
      .pad([0, 0], [0, n])
      .reshape([n * (n + 1)])
      .slice(0, 0, n * n)
      .reshape([n, n])
      .pad([down, right], [right, down]),
  );
}

/**
 * The elements of x whose index on `secondAxis` is that on `firstAxis` + offset, as a new last axis in place of the two:
 * [n, n, ...] becomes [..., n].
 * @throws ShapeError for axes that x lacks, or the same axis twice, or an offset that is no whole number.
 * @example diagonal(tensor([[1, 2], [3, 4]])) // [1, 4]
 */
export function diagonal(x: Tensor, offset = 0, firstAxis = 0, secondAxis = 1): Tensor {
  requireTensor('diagonal', 'its input', x);
  requireOffset('diagonal', offset);
  const [first, second] = [firstAxis, secondAxis].map((axis) => normalizeAxis('diagonal', axis, x.rank));
  if (first === second) throw new ShapeError(`diagonal: axes ${firstAxis} and ${secondAxis} are the same`);
  const others = x.shape.map((_, axis) => axis).filter((axis) => axis !== first && axis !== second);
  const [rows, columns] = [x.shape[first], x.shape[second]];
  const [top, left] = [Math.min(rows, Math.max(0, -offset)), Math.min(columns, Math.max(0, offset))];
  const n = Math.min(rows - top, columns - left);
  const rest = others.map((axis) => x.shape[axis]);
  const none = rest.map(() => 0);
  // A square of n² elements and n more, read as rows of n + 1: the diagonal is their first column.
  return scope(() =>
    x
      .permute([...others, first, second])
      .slice(-2, top, top + n)
      .slice(-1, left, left + n)
      .reshape([...rest, n * n])
      .pad([...none, 0], [...none, n])
      .reshape([...rest, n, n + 1])
      .slice(-1, 0, 1)
      .reshape([...rest, n]),
  );
}

function requireOffset(op: string, offset: number): void {
  if (!Number.isInteger(offset))
    throw new ShapeError(`${op}: wants a whole number of places, got ${shown(offset)}`);
}
