import type { Kernels } from '../../backend.js';
import { addressOf, type Device } from './device.js';

export interface MatmulExports {
  matmul(a: number, b: number, c: number, batch: number, m: number, n: number, k: number): void;
}

export function matmulKernels(device: Device<MatmulExports>): Pick<Kernels, 'matmul'> {
  return {
    matmul(a, b, transposeA, transposeB) {
      const [batchA, rowsA, columnsA] = a.shape;
      const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
      const n = b.shape[transposeB ? 1 : 2];
      const batch = batchA === 1 ? b.shape[0] : batchA;
      const product = device.allocate('float32', batch * m * n);
      device.exports.matmul(addressOf(a.buffer), addressOf(b.buffer), product.address, batch, m, n, k);
      return product;
    },
  };
}
