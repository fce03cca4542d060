/**
 * The host side of rows made unit, of root-mean-square normalization and of the step on the sphere.
 * Explained in docs/learn/12-kernels.md.
 */
import type { FusedKernels } from '../../backend.js';
import { sizeOf } from '../../shape.js';
import { addressOf, type Device } from './runtime/device.js';
import { rowsOf } from './runtime/rows.js';

type NormalizeKernels = Pick<
  FusedKernels,
  | 'unit'
  | 'unitBackward'
  | 'unitInPlace'
  | 'rmsNorm'
  | 'rmsNormBackward'
  | 'sphereStep'
  | 'sphereStepBackward'
>;

export function normalizeKernels(device: Device): NormalizeKernels {
  const { exports } = device;

  /** Room for one double per column. */
  const totals = (columns: number) => device.scratch((columns + 3) * 8);

  return {
    unit(x) {
      const { rows, columns } = rowsOf(x);
      const result = device.allocate('float32', x.buffer.length);
      exports.unit(addressOf(x.buffer), result.address, rows, columns);
      return result;
    },

    unitBackward(gradient, x) {
      const { rows, columns } = rowsOf(x);
      const dx = device.allocate('float32', x.buffer.length);
      exports.unitBackward(addressOf(gradient.buffer), addressOf(x.buffer), dx.address, rows, columns);
      return dx;
    },

    unitInPlace(x, axis) {
      const address = addressOf(x.buffer);
      const length = x.shape[axis];
      const inner = sizeOf(x.shape.slice(axis + 1));
      const outer = sizeOf(x.shape.slice(0, axis));
      if (inner === 1) exports.unit(address, address, outer, length);
      else exports.unitColumns(address, outer, length, inner);
    },

    rmsNorm(x, weight, epsilon) {
      const { rows, columns } = rowsOf(x);
      const result = device.allocate('float32', x.buffer.length);
      const [from, by] = [addressOf(x.buffer), addressOf(weight.buffer)];
      exports.rmsNorm(from, by, result.address, rows, columns, epsilon);
      return result;
    },

    rmsNormBackward(gradient, x, weight, epsilon) {
      const { rows, columns } = rowsOf(x);
      const dx = device.allocate('float32', x.buffer.length);
      const dWeight = device.allocate('float32', columns);
      exports.rmsNormBackward(
        addressOf(gradient.buffer),
        addressOf(x.buffer),
        addressOf(weight.buffer),
        dx.address,
        dWeight.address,
        totals(columns),
        rows,
        columns,
        epsilon,
      );
      return [dx, dWeight];
    },

    sphereStep(h, target, alpha) {
      const { rows, columns } = rowsOf(h);
      const result = device.allocate('float32', h.buffer.length);
      const [from, to, rate] = [addressOf(h.buffer), addressOf(target.buffer), addressOf(alpha.buffer)];
      exports.sphereStep(from, to, rate, result.address, rows, columns);
      return result;
    },

    sphereStepBackward(gradient, h, target, alpha) {
      const { rows, columns } = rowsOf(h);
      const dh = device.allocate('float32', h.buffer.length);
      const dTarget = device.allocate('float32', h.buffer.length);
      const dAlpha = device.allocate('float32', columns);
      exports.sphereStepBackward(
        addressOf(gradient.buffer),
        addressOf(h.buffer),
        addressOf(target.buffer),
        addressOf(alpha.buffer),
        dh.address,
        dTarget.address,
        dAlpha.address,
        totals(columns),
        rows,
        columns,
      );
      return [dh, dTarget, dAlpha];
    },
  };
}
