import type { Kernels } from '../../backend.js';
import type { Device } from './runtime/device.js';
import { type Program, program, programOfFour } from './runtime/program.js';

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

/**
 * y[batch, m, n] = Σₖ a[batch, m, k] · b[batch, k, n]. Where rows of y have a multiple of four elements, a thread makes
 * four neighbours of one: each element of a that it reads serves four products. That is the largest tile that gpu.js
 * lets a thread return. Explained in docs/learn/12-kernels.md.
 */
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

function matmulProgram(product: Product): Program {
  return product.columns % 4 === 0 ? fourColumns(product) : oneColumn(product);
}

/** Neighbouring threads read the same row of a and neighbouring columns of b. */
function fourColumns(product: Product): Program {
  const steps = stepsOf(product);
  const { stepKA, stepKB, stepN } = steps;
  return programOfFour(
    'matmul',
    'a, b',
    `${startOf(product, steps, 4)}
  let y0 = 0;
  let y1 = 0;
  let y2 = 0;
  let y3 = 0;
  for (let k = 0; k < ${product.inner}; k++) {
    const x = a[startA + k * ${stepKA}];
    const at = startB + k * ${stepKB};
    y0 += x * b[at];
    y1 += x * b[at + ${stepN}];
    y2 += x * b[at + ${2 * stepN}];
    y3 += x * b[at + ${3 * stepN}];
  }
  return [y0, y1, y2, y3];`,
  );
}

function oneColumn(product: Product): Program {
  const steps = stepsOf(product);
  const { stepKA, stepKB } = steps;
  return program(
    'matmul',
    'a, b',
    `${startOf(product, steps, 1)}
  let y = 0;
  for (let k = 0; k < ${product.inner}; k++) {
    y += a[startA + k * ${stepKA}] * b[startB + k * ${stepKB}];
  }
  return y;`,
  );
}

type Steps = ReturnType<typeof stepsOf>;

/** How far apart neighbours along an axis of the product are in a and in b. */
function stepsOf({ rows, inner, columns, transposeA, transposeB }: Product) {
  const [stepM, stepKA] = transposeA ? [1, rows] : [inner, 1];
  const [stepKB, stepN] = transposeB ? [1, inner] : [columns, 1];
  return { stepM, stepKA, stepKB, stepN };
}

/** Statements that find where the row of a and the first of `width` columns of b begin that make element i. */
function startOf({ rows, columns, batchA, batchB }: Product, { stepM, stepN }: Steps, width: number): string {
  const perRow = columns / width;
  return `  const row = quotient(i, ${perRow});
  const n = (i - row * ${perRow}) * ${width};
  const batch = quotient(row, ${rows});
  const m = row - batch * ${rows};
  const startA = batch * ${batchA} + m * ${stepM};
  const startB = batch * ${batchB} + n * ${stepN};`;
}
