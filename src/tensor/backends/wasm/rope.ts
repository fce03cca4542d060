/** The host side of rotary position embedding. Explained in docs/learn/09-attention.md. */
import type { FusedKernels } from '../../backend.js';
import { addressOf, type Device } from './runtime/device.js';

export function ropeKernels(device: Device): Pick<FusedKernels, 'rope'> {
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
