import type { FusedKernels } from '../../backend.js';
import { SIGMOID } from './elementwise.js';
import type { Device } from './runtime/device.js';
import { program } from './runtime/program.js';

export function swigluKernels(device: Device): Pick<FusedKernels, 'swiglu' | 'swigluBackward'> {
  return {
    swiglu(x) {
      const half = x.shape[x.shape.length - 1] / 2;
      return device.launch(swigluProgram(half), [x], 'float32', x.buffer.length / 2);
    },

    swigluBackward(gradient, x) {
      const half = x.shape[x.shape.length - 1] / 2;
      return device.launch(swigluBackwardProgram(half), [gradient, x], 'float32', x.buffer.length);
    },
  };
}

const swigluProgram = (half: number) =>
  program(
    'swiglu',
    'x',
    `  const row = quotient(i, ${half});
  const u = x[row * ${half} + i];
  const v = x[row * ${half} + i + ${half}];
  return u * v * (${SIGMOID});`,
  );

/** One thread per element of x: the first half of a row is u, the second v. */
const swigluBackwardProgram = (half: number) =>
  program(
    'swigluBackward',
    'gradient, x',
    `  const row = quotient(i, ${2 * half});
  const column = i - row * ${2 * half};
  const isU = column < ${half};
  const at = row * ${2 * half} + (isU ? column : column - ${half});
  const g = gradient[row * ${half} + (isU ? column : column - ${half})];
  const u = x[at];
  const v = x[at + ${half}];
  const s = ${SIGMOID};
  if (isU) return g * v * s;
  return g * u * s * (1 + v * (1 - s));`,
  );
