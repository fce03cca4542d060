/** Rows taken from a table or added to one, as shaders. Explained in docs/gpu.md. */
import type { Kernels } from '../../backend.js';
import type { Device } from './runtime/device.js';
import { type Program, program } from './runtime/program.js';

export function indexingKernels(device: Device): Pick<Kernels, 'gather' | 'scatterAdd'> {
  return {
    gather(table, indices) {
      const [rows, width] = table.shape;
      const length = indices.buffer.length * width;
      return device.launch(gatherProgram(rows, width), [table, indices], table.dtype, length);
    },

    scatterAdd(indices, updates, rows) {
      const width = updates.shape[updates.shape.length - 1];
      const count = indices.buffer.length;
      return device.launch(scatterAddProgram(count, width), [indices, updates], updates.dtype, rows * width);
    },
  };
}

function gatherProgram(rows: number, width: number): Program {
  return program(
    'gather',
    'table, indices',
    `  const place = quotient(i, ${width});
  const row = indices[place];
  if (row < 0 || row >= ${rows}) return 0;
  return table[row * ${width} + i - place * ${width}];`,
  );
}

/**
 * Without atomic adds, each row of the result looks through all indices for its own. That reads every index once
 * for each element of the result, in exchange for sums in one order, the given one, in every run.
 */
function scatterAddProgram(count: number, width: number): Program {
  return program(
    'scatterAdd',
    'indices, updates',
    `  const row = quotient(i, ${width});
  const column = i - row * ${width};
  let total = 0;
  for (let k = 0; k < ${count}; k++) {
    if (indices[k] === row) total += updates[k * ${width} + column];
  }
  return total;`,
  );
}
