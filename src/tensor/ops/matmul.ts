import { apply, wrap } from '../dispatch.js';
import { requireFloat } from '../dtype.js';
import { DTypeError, ShapeError } from '../errors.js';
import { scope } from '../scope.js';
import { broadcastShapes, formatShape, type Shape, sameShape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { broadcastTo, reshape } from './movement.js';

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
  // The handles on other shapes and the copies for a broadcast batch do not outlive the product.
  return scope(() => {
    // A plain matrix on the right sees all leading axes of the left as rows of one tall matrix.
    if (b.rank === 2 && a.rank > 2 && !transposeA) {
      const tall = reshape(a, [1, sizeOf(a.shape.slice(0, -1)), inner]);
      const product = batched(tall, reshape(b, [1, ...b.shape]), false, transposeB);
      return reshape(product, [...a.shape.slice(0, -1), columns]);
    }
    const batch = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
    const product = batched(flattenBatch(a, batch), flattenBatch(b, batch), transposeA, transposeB);
    return reshape(product, [...batch, rows, columns]);
  });
}

/** The primitive: both operands of rank 3, with equal batches or one of size 1. */
function batched(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  const rows = a.shape[transposeA ? 2 : 1];
  const columns = b.shape[transposeB ? 1 : 2];
  // max would turn an empty batch against a shared one into 1
  const batch = a.shape[0] === 1 ? b.shape[0] : a.shape[0];
  return apply('matmul', [a, b], { transposeA, transposeB }, () =>
    wrap(a.backend, a.backend.kernels.matmul(a, b, transposeA, transposeB), [batch, rows, columns]),
  );
}

/** x with its leading axes flattened to one: `batch` as it is, or a single shared matrix. */
function flattenBatch(x: Tensor, batch: Shape): Tensor {
  const own = x.shape.slice(0, -2);
  const matrix = x.shape.slice(-2);
  if (sizeOf(own) === 1) return reshape(x, [1, ...matrix]);
  const full = sameShape(own, batch) ? x : broadcastTo(x, [...batch, ...matrix]);
  return reshape(full, [sizeOf(batch), ...matrix]);
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
