import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../../../src/tensor/backend.js';
import type { Shape } from '../../../../src/tensor/shape.js';
import { operand, wasmBackends } from '../../../helpers/kernels/wasm.js';
import { axisLength } from '../../../helpers/values/arbitraries.js';
import { expectClose } from '../../../helpers/values/close.js';
import { Draw, seeds } from '../../../helpers/values/draw.js';
import { absolute, type Tolerance } from '../../../helpers/values/tolerance.js';

interface Product {
  readonly batchA: number;
  readonly batchB: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const shapeA = (p: Product): Shape => (p.transposeA ? [p.batchA, p.k, p.m] : [p.batchA, p.m, p.k]);
const shapeB = (p: Product): Shape => (p.transposeB ? [p.batchB, p.n, p.k] : [p.batchB, p.k, p.n]);

/** The definition, in float64. */
function naive(a: Float32Array, b: Float32Array, p: Product): Float64Array {
  const { m, n, k } = p;
  const batch = p.batchA === 1 ? p.batchB : p.batchA;
  const out = new Float64Array(batch * m * n);
  for (let z = 0; z < batch; z++) {
    const aStart = p.batchA === 1 ? 0 : z * m * k;
    const bStart = p.batchB === 1 ? 0 : z * k * n;
    // Rows of a and columns of b, one after the other: strides of the inner loop took most of the time.
    const rows = p.transposeA ? transposed(a, aStart, k, m) : a.subarray(aStart, aStart + m * k);
    const columns = p.transposeB ? b.subarray(bStart, bStart + n * k) : transposed(b, bStart, k, n);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let s = 0; s < k; s++) sum += rows[i * k + s] * columns[j * k + s];
        out[(z * m + i) * n + j] = sum;
      }
    }
  }
  return out;
}

/** Of the matrix of `height` × `width` at `start`. */
function transposed(values: Float32Array, start: number, height: number, width: number): Float32Array {
  const out = new Float32Array(height * width);
  for (let i = 0; i < height; i++)
    for (let j = 0; j < width; j++) out[j * height + i] = values[start + i * width + j];
  return out;
}

function run(backend: Backend, a: Float32Array, b: Float32Array, p: Product): Float32Array {
  const left = operand(backend, a, shapeA(p));
  const right = operand(backend, b, shapeB(p));
  const product = backend.kernels.matmul(left, right, p.transposeA, p.transposeB);
  const values = backend.readSync!(product);
  for (const buffer of [left.buffer, right.buffer, product]) backend.free(buffer);
  return values as Float32Array;
}

/** Sums of k products of numbers below 1 in float32: rounding grows with √k, and k at the very worst. */
const tolerance = (k: number): Tolerance => absolute(2 ** -24 * (4 + 2 * k));

function expectProduct(backend: Backend, p: Product, seed: number): void {
  const draw = new Draw(seed);
  const [a, b] = [draw.uniform(shapeA(p)), draw.uniform(shapeB(p))];
  expectClose(run(backend, a, b, p), naive(a, b, p), tolerance(p.k), `${p.m}×${p.n}×${p.k}`);
}

const products = fc
  .record({
    batch: fc.integer({ min: 0, max: 3 }),
    shared: fc.constantFrom('a', 'b', 'neither'),
    m: axisLength(70),
    n: axisLength(70),
    k: axisLength(300),
    transposeA: fc.boolean(),
    transposeB: fc.boolean(),
  })
  .map(
    ({ batch, shared, ...rest }): Product => ({
      ...rest,
      batchA: shared === 'a' ? 1 : batch,
      batchB: shared === 'b' ? 1 : batch,
    }),
  );

const TRANSPOSES = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;

describe.each(wasmBackends)('matmul on %s', (_mode, backend) => {
  it('agrees with the float64 loop for all shapes', () => {
    fc.assert(
      fc.property(products, seeds, (p, seed) => {
        expectProduct(backend, p, seed);
      }),
      { numRuns: 300 },
    );
  });

  // Blocks are 512 columns, 256 steps and 64 or 96 rows: one more and one less of each.
  it.each(TRANSPOSES)('agrees across block edges, transposed %s %s', (transposeA, transposeB) => {
    for (const [m, n, k] of [
      [65, 513, 257],
      [63, 9, 513],
      [129, 17, 768],
      [97, 31, 261],
      [95, 513, 5],
      [191, 18, 7],
      [10, 1025, 255],
      [1, 600, 600],
      [600, 1, 300],
    ]) {
      const p: Product = { batchA: 1, batchB: 1, m, n, k, transposeA, transposeB };
      expectProduct(backend, p, m + n + k);
    }
  });

  // Tiles are 4 × 8 or 6 × 16: up to two of them, and one more.
  it.each(TRANSPOSES)('agrees at every size of two tiles, transposed %s %s', (transposeA, transposeB) => {
    for (let m = 0; m <= 13; m++) {
      for (let n = 0; n <= 33; n++) {
        const k = (m + n) % 6;
        expectProduct(backend, { batchA: 1, batchB: 1, m, n, k, transposeA, transposeB }, m * 34 + n);
      }
    }
  });

  it('adds the blocks of a long inner axis up in every tile, whole or not', () => {
    for (const [m, n] of [
      [12, 32],
      [7, 17],
      [11, 31],
      [10, 20],
    ]) {
      for (const [transposeA, transposeB] of TRANSPOSES) {
        const p: Product = { batchA: 1, batchB: 1, m, n, k: 600, transposeA, transposeB };
        expectProduct(backend, p, m + n);
      }
    }
  });

  it('spreads a NaN and an infinity to their row and column only', () => {
    const edges = fc.record({
      m: fc.integer({ min: 1, max: 20 }),
      n: fc.integer({ min: 1, max: 30 }),
      k: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(edges, fc.boolean(), fc.boolean(), seeds, (dims, transposeA, transposeB, seed) => {
        const p: Product = { batchA: 1, batchB: 1, ...dims, transposeA, transposeB };
        const draw = new Draw(seed);
        const [a, b] = [draw.uniform(shapeA(p)), draw.uniform(shapeB(p))];
        a[seed % a.length] = Number.NaN;
        b[seed % b.length] = Number.POSITIVE_INFINITY;
        // Free blocks around the operands hold NaN too: nothing of them may be seen.
        backend.free(backend.upload(new Float32Array(a.length).fill(Number.NaN), 'float32'));
        backend.free(backend.upload(new Float32Array(p.m * p.n).fill(Number.NaN), 'float32'));
        expectClose(run(backend, a, b, p), naive(a, b, p), tolerance(p.k));
      }),
    );
  });

  it('never reads what pads an operand', () => {
    // Fills all memory with NaN first, so that scratch and the spare bytes behind each block are NaN.
    for (let i = 0; i < 3; i++)
      backend.free(backend.upload(new Float32Array(300_000).fill(Number.NaN), 'float32'));
    for (const [transposeA, transposeB] of TRANSPOSES) {
      for (let d = 1; d < 20; d++) {
        const p: Product = { batchA: 1, batchB: 1, m: d, n: d, k: d, transposeA, transposeB };
        expectProduct(backend, p, d);
      }
    }
  });

  it('gives zeros for an empty inner axis', () => {
    const p: Product = { batchA: 2, batchB: 2, m: 3, n: 9, k: 0, transposeA: false, transposeB: false };
    const none = new Float32Array(0);
    backend.free(backend.upload(new Float32Array(54).fill(7), 'float32'));
    expect(run(backend, none, none, p)).toEqual(new Float32Array(54));
  });
});
