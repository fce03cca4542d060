import type { FusedKernels } from '../../backend.js';
import { addressOf, type Device } from './runtime/device.js';

export interface AdamExports {
  sumSquares(x: number, out: number, length: number): void;
  /** `scale` is the address of one float, or 0 for none. */
  adamStep(
    parameter: number,
    gradient: number,
    m: number,
    v: number,
    scale: number,
    length: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    decay: number,
    rate: number,
    rootCorrection: number,
    epsilon: number,
  ): void;
}

export function adamKernels(
  device: Device<AdamExports>,
): Pick<FusedKernels, 'sumSquares' | 'adamStepInPlace'> {
  return {
    sumSquares(x) {
      const result = device.allocate('float32', 1);
      device.exports.sumSquares(addressOf(x.buffer), result.address, x.buffer.length);
      return result;
    },

    adamStepInPlace(parameter, gradient, m, v, gradientScale, settings) {
      const { learningRate, beta1, beta2, epsilon, weightDecay, step } = settings;
      device.exports.adamStep(
        addressOf(parameter.buffer),
        addressOf(gradient.buffer),
        addressOf(m.buffer),
        addressOf(v.buffer),
        gradientScale === null ? 0 : addressOf(gradientScale.buffer),
        parameter.buffer.length,
        beta1,
        1 - beta1,
        beta2,
        1 - beta2,
        1 - learningRate * weightDecay,
        learningRate / (1 - beta1 ** step),
        1 / Math.sqrt(1 - beta2 ** step),
        epsilon,
      );
    },
  };
}
