/**
 * Normalization by the root of the mean square, which nGPT does without and its baseline does not.
 * Explained in docs/learn/07-fused-ops.md and docs/learn/10-ngpt.md.
 */
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { requireNumber } from '../../tensor/checks/values.js';
import { ones, rmsNorm, type Tensor } from '../../tensor/index.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';

/** Options of `RMSNorm`. */
export interface RMSNormOptions {
  /** Added to the mean square, default 1e-6. */
  readonly epsilon?: number;
}

const RMS_NORM_OPTIONS: OptionNames<RMSNormOptions> = { epsilon: true };

/**
 * x / √(mean(x²) + ε) ⊙ weight along the last axis (Zhang and Sennrich 2019). Name: `weight` [size], first 1.
 * @example new RMSNorm(2).forward(tensor([3, 4])) // [0.8485, 1.1314]
 */
export class RMSNorm extends Module {
  readonly weight: Parameter;
  readonly epsilon: number;

  constructor(size: number, options: RMSNormOptions = {}) {
    super();
    requireKnown('RMSNorm', options, RMS_NORM_OPTIONS);
    const { epsilon = 1e-6 } = options;
    requireNumber('RMSNorm', 'epsilon', epsilon);
    this.epsilon = epsilon;
    this.weight = this.register(
      'weight',
      Parameter.from(() => ones([size])),
    );
  }

  /** [..., size] → [..., size] */
  forward(x: Tensor): Tensor {
    return rmsNorm(x, this.weight, this.epsilon);
  }
}
