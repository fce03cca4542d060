/**
 * The host side of Adam's step and of the sum of squares: addresses and factors for the kernels.
 * Explained in docs/learn/11-training.md.
 */
import type { FusedKernels } from '../../backend.js';
import { addressOf, type Device } from './runtime/device.js';

export function adamKernels(device: Device): Pick<FusedKernels, 'sumSquares' | 'adamStepInPlace'> {
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
