import type { FusedKernels } from '../../backend.js';
import { addressOf, type Device } from './runtime/device.js';
import { rowsOf } from './runtime/rows.js';

export function swigluKernels(device: Device): Pick<FusedKernels, 'swiglu' | 'swigluBackward'> {
  return {
    swiglu(x) {
      const { rows, columns } = rowsOf(x);
      const result = device.allocate('float32', x.buffer.length / 2);
      device.exports.swiglu(addressOf(x.buffer), result.address, rows, columns / 2);
      return result;
    },

    swigluBackward(gradient, x) {
      const { rows, columns } = rowsOf(x);
      const dx = device.allocate('float32', x.buffer.length);
      const [from, at] = [addressOf(gradient.buffer), addressOf(x.buffer)];
      device.exports.swigluBackward(from, at, dx.address, rows, columns / 2);
      return dx;
    },
  };
}
