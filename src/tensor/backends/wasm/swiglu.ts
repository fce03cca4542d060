/** The host side of SwiGLU, plain and scaled. */
import type { FusedKernels } from '../../backend.js';
import { addressOf, type Device } from './runtime/device.js';
import { rowsOf } from './runtime/rows.js';

type SwigluKernels = Pick<
  FusedKernels,
  'swiglu' | 'swigluBackward' | 'scaledSwiglu' | 'scaledSwigluBackward'
>;

export function swigluKernels(device: Device): SwigluKernels {
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

    scaledSwiglu(x, scale) {
      const { rows, columns } = rowsOf(x);
      const result = device.allocate('float32', x.buffer.length / 2);
      const [from, by] = [addressOf(x.buffer), addressOf(scale.buffer)];
      device.exports.scaledSwiglu(from, by, result.address, rows, columns / 2);
      return result;
    },

    scaledSwigluBackward(gradient, x, scale) {
      const { rows, columns } = rowsOf(x);
      const dx = device.allocate('float32', x.buffer.length);
      const dScale = device.allocate('float32', columns);
      device.exports.scaledSwigluBackward(
        addressOf(gradient.buffer),
        addressOf(x.buffer),
        addressOf(scale.buffer),
        dx.address,
        dScale.address,
        device.scratch(device.exports.scaledSwigluScratchBytes(columns / 2) >>> 0),
        rows,
        columns / 2,
      );
      return [dx, dScale];
    },
  };
}
