/** SwiGLU, plain and scaled, and its derivatives as shaders. Explained in docs/gpu.md. */
import type { FusedKernels } from '../../backend.js';
import { SIGMOID } from './elementwise.js';
import { sumMiddle } from './reduce.js';
import type { Device } from './runtime/device.js';
import { viewOf } from './runtime/per-row.js';
import { program } from './runtime/program.js';

type SwigluKernels = Pick<
  FusedKernels,
  'swiglu' | 'swigluBackward' | 'scaledSwiglu' | 'scaledSwigluBackward'
>;

export function swigluKernels(device: Device): SwigluKernels {
  return {
    swiglu(x) {
      const half = x.shape[x.shape.length - 1] / 2;
      return device.launch(swigluProgram(half), [x], 'float32', x.buffer.length / 2);
    },

    swigluBackward(gradient, x) {
      const half = x.shape[x.shape.length - 1] / 2;
      return device.launch(swigluBackwardProgram(half), [gradient, x], 'float32', x.buffer.length);
    },

    scaledSwiglu(x, scale) {
      const half = scale.shape[0] / 2;
      return device.launch(scaledSwigluProgram(half), [x, scale], 'float32', x.buffer.length / 2);
    },

    scaledSwigluBackward(gradient, x, scale) {
      const width = scale.shape[0];
      const dScaled = device.compute(scaledSwigluBackwardProgram(width / 2), [gradient, x, scale], x.shape);
      const dx = device.compute(scaleProgram(width), [dScaled, scale], x.shape);
      const inputs = [dScaled, x];
      const terms = {
        name: 'scaledSwigluBackward',
        inputs,
        parameters: 'gradient, x',
        term: 'gradient[at] * x[at]',
      };
      const [, rows] = viewOf(x.shape, 0, x.shape.length - 2);
      const dScale = sumMiddle(device, terms, [1, rows, width]);
      device.freeAll(dScaled);
      return [dx.buffer, dScale.buffer];
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

const scaledSwigluProgram = (half: number) =>
  program(
    'scaledSwiglu',
    'x, scale',
    `  const row = quotient(i, ${half});
  const column = i - row * ${half};
  const u = x[row * ${half} + i] * scale[column];
  const v = x[row * ${half} + i + ${half}] * scale[column + ${half}];
  return u * v * (${SIGMOID});`,
  );

const swigluBackwardProgram = (half: number) =>
  backwardProgram('swigluBackward', 'gradient, x', half, 'x[at]', `x[at + ${half}]`);

/** The gradient of x ⊙ scale. */
const scaledSwigluBackwardProgram = (half: number) => {
  const [u, v] = ['x[at] * scale[pair]', `x[at + ${half}] * scale[pair + ${half}]`];
  return backwardProgram('scaledSwigluBackward', 'gradient, x, scale', half, u, v);
};

/** One thread per element of x: the first half of a row is u, the second v; both come from the column `pair` of its half. */
function backwardProgram(name: string, parameters: string, half: number, u: string, v: string) {
  return program(
    name,
    parameters,
    `  const row = quotient(i, ${2 * half});
  const column = i - row * ${2 * half};
  const isU = column < ${half};
  const pair = isU ? column : column - ${half};
  const at = row * ${2 * half} + pair;
  const g = gradient[row * ${half} + pair];
  const u = ${u};
  const v = ${v};
  const s = ${SIGMOID};
  if (isU) return g * v * s;
  return g * u * s * (1 + v * (1 - s));`,
  );
}

const scaleProgram = (width: number) =>
  program(
    'scaledSwigluBackward',
    'gradient, scale',
    `  return gradient[i] * scale[i - quotient(i, ${width}) * ${width}];`,
  );
