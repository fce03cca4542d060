/**
 * The host side of matrix products: shapes, addresses and scratch memory for the kernel.
 * Explained in docs/learn/12-kernels.md.
 */
import type { Kernels } from '../../backend.js';
import { addressOf, type Device } from './runtime/device.js';

export function matmulKernels(device: Device): Pick<Kernels, 'matmul'> {
  const { exports } = device;
  return {
    matmul(a, b, transposeA, transposeB) {
      const [batchA, rowsA, columnsA] = a.shape;
      const [batchB, rowsB, columnsB] = b.shape;
      const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
      const n = transposeB ? rowsB : columnsB;
      const batch = batchA === 1 ? batchB : batchA;
      const product = device.allocate('float32', batch * m * n);
      // A shared right operand sees all rows of the left ones as one tall matrix.
      const tall = batchB === 1 && !transposeA;
      exports.matmul(
        addressOf(a.buffer),
        batchA === 1 ? 0 : m * k * 4,
        transposeA,
        addressOf(b.buffer),
        batchB === 1 ? 0 : k * n * 4,
        transposeB,
        product.address,
        tall ? 1 : batch,
        tall ? batch * m : m,
        n,
        k,
        device.scratch(exports.matmulScratchBytes()),
      );
      return product;
    },
  };
}
