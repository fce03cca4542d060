/** The host side of taking rows from a table, adding to one, and looking for indices outside of it. */
import type { Kernels, Operand } from '../../backend.js';
import { addressOf, type Device } from './runtime/device.js';
import type { WasmBuffer } from './runtime/memory.js';

export function indexingKernels(device: Device): Pick<Kernels, 'gather' | 'scatterAdd'> {
  return {
    gather(table, indices) {
      const [rows, width] = table.shape;
      const count = indices.buffer.length;
      const result = device.allocate(table.dtype, count * width);
      const [from, at] = [addressOf(table.buffer), addressOf(indices.buffer)];
      device.exports.gather(from, at, result.address, count, rows, width);
      return result;
    },

    scatterAdd(indices, updates, rows) {
      const width = updates.shape[updates.shape.length - 1];
      const count = indices.buffer.length;
      const result = device.allocate('float32', rows * width);
      // For the updates of each row in turn, where one may have too many for sums of floats.
      const bytes = device.exports.scatterAddScratchBytes(count, rows) >>> 0;
      const lists = bytes > 0 ? device.allocate('int32', bytes / Int32Array.BYTES_PER_ELEMENT) : null;
      const [at, from] = [addressOf(indices.buffer), addressOf(updates.buffer)];
      device.exports.scatterAdd(at, from, result.address, count, rows, width, lists?.address ?? 0);
      if (lists !== null) device.memory.release(lists);
      return result;
    },
  };
}

export function firstOutside(
  device: Device,
  indices: Operand,
  limit: number,
  ignored: number | null,
): number {
  const { address, length } = indices.buffer as WasmBuffer;
  return device.exports.firstOutside(address, length, limit, ignored !== null, ignored ?? 0);
}
