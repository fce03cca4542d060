import type { Kernels } from '../../backend.js';
import type { Device } from './device.js';
import { type Program, program } from './program.js';

/** The product of one batch, and how a step along an axis moves through each operand. */
interface Product {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** 0 where one matrix is shared by all batches. */
  readonly batchA: number;
  readonly batchB: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** y[batch, m, n] = Σₖ a[batch, m, k] · b[batch, k, n], one thread for each element of y. */
export function matmulKernels(device: Device): Pick<Kernels, 'matmul'> {
  return {
    matmul(a, b, transposeA, transposeB) {
      const [rows, inner] = transposeA ? [a.shape[2], a.shape[1]] : [a.shape[1], a.shape[2]];
      const columns = transposeB ? b.shape[1] : b.shape[2];
      const batches = a.shape[0] === 1 ? b.shape[0] : a.shape[0];
      const batchA = a.shape[0] === 1 ? 0 : rows * inner;
      const batchB = b.shape[0] === 1 ? 0 : inner * columns;
      const product = { rows, inner, columns, batchA, batchB, transposeA, transposeB };
      return device.launch(matmulProgram(product), [a, b], a.dtype, batches * rows * columns);
    },
  };
}

function matmulProgram({ rows, inner, columns, batchA, batchB, transposeA, transposeB }: Product): Program {
  const [stepM, stepKA] = transposeA ? [1, rows] : [inner, 1];
  const [stepKB, stepN] = transposeB ? [1, inner] : [columns, 1];
  return program(
    'matmul',
    'a, b',
    `  const row = quotient(i, ${columns});
  const n = i - row * ${columns};
  const batch = quotient(row, ${rows});
  const m = row - batch * ${rows};
  const startA = batch * ${batchA} + m * ${stepM};
  const startB = batch * ${batchB} + n * ${stepN};
  let total = 0;
  for (let k = 0; k < ${inner}; k++) {
    total += a[startA + k * ${stepKA}] * b[startB + k * ${stepKB}];
  }
  return total;`,
  );
}
