/** Rows taken from a table or added to one, and a look for indices outside of it, in plain loops. */
import type { Kernels, Operand } from '../../backend.js';
import type { Memory } from './runtime/memory.js';

export function indexingKernels(memory: Memory): Pick<Kernels, 'gather' | 'scatterAdd'> {
  return {
    gather(table, indices) {
      const [rows, width] = table.shape;
      const values = memory.values(table.buffer);
      const at = memory.values(indices.buffer);
      const result = memory.allocate(table.dtype, at.length * width);
      const y = memory.values(result);
      at.forEach((row, i) => {
        if (row < 0 || row >= rows) return; // the row stays zero
        for (let j = 0; j < width; j++) y[i * width + j] = values[row * width + j];
      });
      return result;
    },

    scatterAdd(indices, updates, rows) {
      const width = updates.shape[updates.shape.length - 1];
      const values = memory.values(updates.buffer);
      const at = memory.values(indices.buffer);
      const result = memory.allocate(updates.dtype, rows * width);
      const totals = new Float64Array(rows * width);
      at.forEach((row, i) => {
        if (row < 0 || row >= rows) return;
        for (let j = 0; j < width; j++) totals[row * width + j] += values[i * width + j];
      });
      memory.values(result).set(totals);
      return result;
    },
  };
}

export function firstOutside(
  memory: Memory,
  indices: Operand,
  limit: number,
  ignored: number | null,
): number {
  const at = memory.values(indices.buffer);
  return at.findIndex((index) => (index < 0 || index >= limit) && index !== ignored);
}
