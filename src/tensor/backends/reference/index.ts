import type { Backend, BackendOptions } from '../../backend.js';
import { shown } from '../../checks/describe.js';
import { ConfigError, ShapeError } from '../../errors.js';
import { elementwiseKernels } from './elementwise.js';
import { firstOutside, indexingKernels } from './indexing.js';
import { matmulKernels } from './matmul.js';
import { movementKernels } from './movement.js';
import { reduceKernels } from './reduce.js';
import { Memory } from './runtime/memory.js';
import { sortKernels } from './sort.js';

/**
 * The meaning of every kernel, in loops written to be read. It has no fused kernels, since their definitions
 * are their meaning. `dtype` chooses what new float tensors are: 'float32' (default) or 'float64'; it holds
 * tensors of both. Explained in docs/learn/00-first-tensor.md and docs/learn/12-kernels.md.
 * @throws ConfigError for another dtype, or for a mode other than `auto`: it has none to choose from.
 */
export function createReferenceBackend(options: BackendOptions = {}): Backend {
  const { dtype = 'float32', mode = 'auto' } = options;
  if (dtype !== 'float32' && dtype !== 'float64') {
    throw new ConfigError(`reference: dtype must be float32 or float64, got ${shown(dtype)}`);
  }
  if (mode !== 'auto' && mode !== dtype) {
    throw new ConfigError(`reference: the mode is its dtype, ${dtype}, got ${shown(mode)}`);
  }
  const memory = new Memory();
  return {
    name: 'reference',
    mode: dtype,
    floatType: dtype,
    kernels: {
      ...elementwiseKernels(memory),
      ...reduceKernels(memory),
      ...matmulKernels(memory),
      ...movementKernels(memory),
      ...indexingKernels(memory),
      ...sortKernels(memory),
    },
    fused: {},

    upload(values, dtype) {
      const buffer = memory.allocate(dtype, values.length);
      memory.values(buffer).set(values);
      return buffer;
    },

    write(buffer, values) {
      if (values.length !== buffer.length) {
        throw new ShapeError(`write: ${values.length} values do not fit a buffer of ${buffer.length}`);
      }
      memory.values(buffer).set(values);
    },

    read: async (buffer) => memory.values(buffer).slice(),
    readSync: (buffer) => memory.values(buffer).slice(),
    view: (buffer) => memory.values(buffer),
    firstOutside: (indices, limit, ignored) => firstOutside(memory, indices, limit, ignored),
    free: (buffer) => memory.free(buffer),
    memory: () => memory.info(),
    room: () => memory.room(),
  };
}
