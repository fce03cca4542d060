/**
 * Adam's step as shaders, one for each of the moments and one for the parameter, and the sum of squares.
 * Explained in docs/gpu.md.
 */
import type { AdamSettings, FusedKernels, Operand } from '../../backend.js';
import { sumMiddle } from './reduce.js';
import type { Device } from './runtime/device.js';
import { type Program, program } from './runtime/program.js';

export function adamKernels(device: Device): Pick<FusedKernels, 'sumSquares' | 'adamStepInPlace'> {
  /** target ← kernel(inputs) */
  function update(target: Operand, kernel: Program, inputs: readonly Operand[], numbers: number[]) {
    const result = device.compute(kernel, inputs, target.shape, numbers);
    device.assign(target.buffer, result.buffer);
    device.freeAll(result);
  }

  return {
    sumSquares(x) {
      const squares = { name: 'sumSquares', inputs: [x], parameters: 'x', term: 'x[at] * x[at]' };
      return sumMiddle(device, squares, [1, x.buffer.length, 1]).buffer;
    },

    adamStepInPlace(parameter, gradient, m, v, gradientScale, settings) {
      const { beta1, beta2 } = settings;
      const g = gradientScale === null ? [gradient] : [gradient, gradientScale];
      const [moment, square] = gradientScale === null ? [MOMENT, SQUARE] : [SCALED_MOMENT, SCALED_SQUARE];
      update(m, moment, [m, ...g], [beta1, 1 - beta1]);
      update(v, square, [v, ...g], [beta2, 1 - beta2]);
      update(parameter, STEP, [parameter, m, v], ratesOf(settings));
    },
  };
}

/** The numbers of STEP, worked out in double precision on the host. */
function ratesOf({ learningRate, beta1, beta2, epsilon, weightDecay, step }: AdamSettings): number[] {
  const correction = 1 / Math.sqrt(1 - beta2 ** step);
  return [learningRate / (1 - beta1 ** step), correction, epsilon, 1 - learningRate * weightDecay];
}

const MOMENT = program('adamStep', 'm, g, kept, taken', '  return kept * m[i] + taken * g[i];');
const SCALED_MOMENT = program(
  'adamStep',
  'm, g, scale, kept, taken',
  '  return kept * m[i] + taken * (g[i] * scale[0]);',
);

const SQUARE = program('adamStep', 'v, g, kept, taken', '  return kept * v[i] + taken * g[i] * g[i];');
const SCALED_SQUARE = program(
  'adamStep',
  'v, g, scale, kept, taken',
  '  const s = g[i] * scale[0];\n  return kept * v[i] + taken * s * s;',
);

const STEP = program(
  'adamStep',
  'p, m, v, rate, correction, epsilon, decay',
  '  return p[i] * decay - rate * m[i] / (Math.sqrt(v[i]) * correction + epsilon);',
);
