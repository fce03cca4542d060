/** The matrix product. Explained in docs/learn/00-first-tensor.md and docs/learn/04-rules.md. */
import type { Operand } from '../backend.js';
import { type OptionNames, requireKnown } from '../checks/options.js';
import { requireFlag, requireFloats, requireTensor } from '../checks/values.js';
import { apply, wrap } from '../dispatch.js';
import { DTypeError, ShapeError } from '../errors.js';
import { scope } from '../scope.js';
import { broadcastShapes, formatShape, type Shape, sameShape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { broadcastTo } from './movement.js';

/** Which operands of `matmul` are read transposed; default neither. Nothing is copied for it. */
export interface MatmulOptions {
  /** Read the last two axes of the left operand exchanged. */
  readonly transposeA?: boolean;
  /** Read the last two axes of the right operand exchanged. */
  readonly transposeB?: boolean;
}

const MATMUL_OPTIONS: OptionNames<MatmulOptions> = { transposeA: true, transposeB: true };

const NONE: MatmulOptions = {};

/**
 * a [..., M, K] @ b [..., K, N] → [..., M, N]; the leading axes broadcast.
 * @throws ShapeError `matmul: inner dimensions differ: [2, 3] @ [4, 5]`
 * @example
 * matmul(tensor([[1, 2], [3, 4]]), tensor([[5], [6]])) // [[17], [39]]
 * matmul(tensor([[1, 2]]), tensor([[3, 4]]), { transposeB: true }) // [[11]]
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = NONE): Tensor {
  requireTensor('matmul', 'a', a);
  requireTensor('matmul', 'b', b);
  if (options !== NONE) requireKnown('matmul', options, MATMUL_OPTIONS);
  const { transposeA = false, transposeB = false } = options;
  requireFlag('matmul', 'transposeA', transposeA);
  requireFlag('matmul', 'transposeB', transposeB);
  check(a, b, transposeA, transposeB);
  const batch = broadcastShapes('matmul', leading(a.shape), leading(b.shape));
  const shape = [...batch, rowsOf(a.shape, transposeA), columnsOf(b.shape, transposeB)];
  return apply('matmul', [a, b], { transposeA, transposeB }, () => {
    const multiply = (left: Operand, right: Operand) =>
      wrap(a.backend, a.backend.kernels.matmul(left, right, transposeA, transposeB), shape);
    // A plain matrix on the right sees all leading axes of the left as rows of one tall matrix.
    if (b.rank === 2 && !transposeA) return multiply(seenAs(a, 1, rowsInAll(a)), seenAs(b, 1));
    // The copies for a broadcast batch do not outlive the product.
    return scope(() => multiply(flattenBatch(a, batch), flattenBatch(b, batch)));
  });
}

/** x with its leading axes flattened to one, as the kernel wants it: `batch`, or a single shared matrix. */
function flattenBatch(x: Tensor, batch: Shape): Operand {
  const own = leading(x.shape);
  if (sizeOf(own) === 1) return seenAs(x, 1);
  const matrix = x.shape.slice(-2);
  const full = sameShape(own, batch) ? x : broadcastTo(x, [...batch, ...matrix]);
  return seenAs(full, sizeOf(batch));
}

/** The same elements as `batch` matrices for a kernel, with no handle of their own. */
function seenAs({ buffer, dtype, shape }: Tensor, batch: number, rows = shape[shape.length - 2]): Operand {
  return { buffer, dtype, shape: [batch, rows, shape[shape.length - 1]] };
}

/** The axes before those of the matrices. */
function leading(shape: Shape): Shape {
  return shape.slice(0, -2);
}

function rowsOf(shape: Shape, transposed: boolean): number {
  return shape[shape.length - (transposed ? 1 : 2)];
}

function columnsOf(shape: Shape, transposed: boolean): number {
  return shape[shape.length - (transposed ? 2 : 1)];
}

/** Over all leading axes. */
function rowsInAll(x: Tensor): number {
  return sizeOf(x.shape.slice(0, -1));
}

function check(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): void {
  requireFloats('matmul', a);
  if (a.dtype !== b.dtype) throw new DTypeError(`matmul: dtypes differ: ${a.dtype} and ${b.dtype}`);
  if (a.rank < 2 || b.rank < 2) {
    throw new ShapeError(
      `matmul: both operands must have at least 2 axes: ${formatShape(a.shape)} @ ${formatShape(b.shape)}`,
    );
  }
  if (columnsOf(a.shape, transposeA) !== rowsOf(b.shape, transposeB)) {
    const left = `${formatShape(a.shape)}${transposeA ? 'ᵀ' : ''}`;
    const right = `${formatShape(b.shape)}${transposeB ? 'ᵀ' : ''}`;
    throw new ShapeError(`matmul: inner dimensions differ: ${left} @ ${right}`);
  }
}
