/** The host side of sorting, along the last axis or another. */
import type { Buffer, Kernels } from '../../backend.js';
import { permuteTo } from './movement.js';
import { addressOf, type Device } from './runtime/device.js';
import type { WasmBuffer } from './runtime/memory.js';

export function sortKernels(device: Device): Pick<Kernels, 'argsort'> {
  const { exports, memory } = device;

  function argsortRows(x: Buffer, length: number, descending: boolean): WasmBuffer {
    const result = device.allocate('int32', x.length);
    // Two lists of words of 64 bits; one that is not kept, since rows may be long.
    const words = device.allocate('int32', 4 * length);
    const rows = length === 0 ? 0 : x.length / length;
    exports.argsort(
      addressOf(x),
      result.address,
      rows,
      length,
      x.dtype === 'int32',
      descending,
      words.address,
    );
    memory.release(words);
    return result;
  }

  return {
    argsort(x, axis, descending) {
      const last = x.shape.length - 1;
      if (axis === last) return argsortRows(x.buffer, x.shape[axis], descending);
      // The axis exchanged with the last one, and back.
      const order = x.shape.map((_, i) => (i === axis ? last : i === last ? axis : i));
      const shape = order.map((i) => x.shape[i]);
      const moved = permuteTo(device, x, order);
      const sorted = argsortRows(moved, x.shape[axis], descending);
      const result = permuteTo(device, { buffer: sorted, shape, dtype: 'int32' }, order);
      memory.release(moved);
      memory.release(sorted);
      return result;
    },
  };
}
