import type { Operand } from '../backend.js';
import { apply, wrap } from '../dispatch.js';
import { requireFloat } from '../dtype.js';
import { DTypeError, ShapeError } from '../errors.js';
import { scope } from '../scope.js';
import { broadcastShapes, formatShape, type Shape, sameShape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { broadcastTo } from './movement.js';

export interface MatmulOptions {
  /** Read the last two axes of the left operand exchanged. */
  readonly transposeA?: boolean;
  /** Read the last two axes of the right operand exchanged. */
  readonly transposeB?: boolean;
}

/**
 * a [..., M, K] @ b [..., K, N] → [..., M, N]; the leading axes broadcast.
 * @throws ShapeError `matmul: inner dimensions differ: [2, 3] @ [4, 5]`
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const { transposeA = false, transposeB = false } = options;
  check(a, b, transposeA, transposeB);
  const [rows, inner] = matrixShape(a.shape, transposeA);
  const columns = matrixShape(b.shape, transposeB)[1];
  const batch = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  return apply('matmul', [a, b], { transposeA, transposeB }, () => {
    const multiply = (left: Operand, right: Operand) =>
      wrap(a.backend, a.backend.kernels.matmul(left, right, transposeA, transposeB), [
        ...batch,
        rows,
        columns,
      ]);
    // A plain matrix on the right sees all leading axes of the left as rows of one tall matrix.
    if (b.rank === 2 && !transposeA) {
      return multiply(seenAs(a, [1, sizeOf(batch) * rows, inner]), seenAs(b, [1, ...b.shape]));
    }
    // The copies for a broadcast batch do not outlive the product.
    return scope(() => multiply(flattenBatch(a, batch), flattenBatch(b, batch)));
  });
}

/** x with its leading axes flattened to one, as the kernel wants it: `batch`, or a single shared matrix. */
function flattenBatch(x: Tensor, batch: Shape): Operand {
  const own = x.shape.slice(0, -2);
  const matrix = x.shape.slice(-2);
  if (sizeOf(own) === 1) return seenAs(x, [1, ...matrix]);
  const full = sameShape(own, batch) ? x : broadcastTo(x, [...batch, ...matrix]);
  return seenAs(full, [sizeOf(batch), ...matrix]);
}

/** The same elements for a kernel, with no handle of their own. */
function seenAs({ buffer, dtype }: Tensor, shape: Shape): Operand {
  return { buffer, dtype, shape };
}

function matrixShape(shape: Shape, transposed: boolean): [number, number] {
  const [rows, columns] = shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}

function check(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): void {
  requireFloat('matmul', a.dtype);
  if (a.dtype !== b.dtype) throw new DTypeError(`matmul: dtypes differ: ${a.dtype} and ${b.dtype}`);
  if (a.rank < 2 || b.rank < 2) {
    throw new ShapeError(
      `matmul: both operands must have at least 2 axes: ${formatShape(a.shape)} @ ${formatShape(b.shape)}`,
    );
  }
  if (matrixShape(a.shape, transposeA)[1] !== matrixShape(b.shape, transposeB)[0]) {
    const left = `${formatShape(a.shape)}${transposeA ? 'ᵀ' : ''}`;
    const right = `${formatShape(b.shape)}${transposeB ? 'ᵀ' : ''}`;
    throw new ShapeError(`matmul: inner dimensions differ: ${left} @ ${right}`);
  }
}
