/** Rotary position embedding as a shader. Explained in docs/learn/09-attention.md and docs/gpu.md. */
import type { FusedKernels } from '../../backend.js';
import { sizeOf } from '../../shape.js';
import type { Device } from './runtime/device.js';
import { indices, program } from './runtime/program.js';

export function ropeKernels(device: Device): Pick<FusedKernels, 'rope'> {
  return {
    rope(x, table, offset, transposed) {
      const [, positions, size] = table.shape;
      // Axes of x: i0 batch, i1 position, i2 head, i3 place in the head; `other` is the other of the pair.
      const kernel = program(
        'rope',
        'x, table',
        `${indices(x.shape)}
  const half = quotient(i3, 2);
  const step = 1 - 2 * (i3 - 2 * half);
  const own = (i1 + ${offset}) * ${size} + i3;
  const cross = own + ${positions * size}${transposed ? ' + step' : ''};
  return x[i] * table[own] + x[i + step] * table[cross];`,
      );
      return device.launch(kernel, [x, table], 'float32', sizeOf(x.shape));
    },
  };
}
