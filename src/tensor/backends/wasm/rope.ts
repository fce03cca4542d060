import type { FusedKernels } from '../../backend.js';
import { addressOf, type Device } from './runtime/device.js';

export interface RopeExports {
  rope(
    x: number,
    diagonal: number,
    cross: number,
    out: number,
    batch: number,
    length: number,
    heads: number,
    headDim: number,
    transposed: boolean,
  ): void;
}

export function ropeKernels(device: Device<RopeExports>): Pick<FusedKernels, 'rope'> {
  return {
    rope(x, table, offset, transposed) {
      const [batch, length, heads, headDim] = x.shape;
      const positions = table.shape[1];
      const result = device.allocate('float32', x.buffer.length);
      const diagonal = addressOf(table.buffer) + 4 * offset * headDim;
      const cross = diagonal + 4 * positions * headDim;
      const from = addressOf(x.buffer);
      device.exports.rope(from, diagonal, cross, result.address, batch, length, heads, headDim, transposed);
      return result;
    },
  };
}
