/** Normalization to mean 0 and variance 1, with a learned scale and shift. */
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { requireNumber } from '../../tensor/checks/values.js';
import { ones, scope, type Tensor, zeros } from '../../tensor/index.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { requireLast } from './checks.js';

/** Options of `LayerNorm`. */
export interface LayerNormOptions {
  /** Added to the variance, default 1e-5. */
  readonly epsilon?: number;
  /** Add a learned [size] at the end, default true. */
  readonly bias?: boolean;
}

const LAYER_NORM_OPTIONS: OptionNames<LayerNormOptions> = { epsilon: true, bias: true };

/**
 * (x − mean) / √(variance + ε) ⊙ weight + bias along the last axis (Ba and others 2016), with the variance that
 * divides by size. Names: `weight` [size], first 1; `bias` [size], first 0.
 * @example new LayerNorm(2).forward(tensor([1, 3])) // [-1.0000, 1.0000]
 */
export class LayerNorm extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly epsilon: number;

  constructor(size: number, options: LayerNormOptions = {}) {
    super();
    requireKnown('LayerNorm', options, LAYER_NORM_OPTIONS);
    const { epsilon = 1e-5, bias = true } = options;
    requireNumber('LayerNorm', 'epsilon', epsilon);
    this.epsilon = epsilon;
    this.weight = this.register(
      'weight',
      Parameter.from(() => ones([size])),
    );
    this.bias = bias
      ? this.register(
          'bias',
          Parameter.from(() => zeros([size])),
        )
      : null;
  }

  /** [..., size] → [..., size] */
  forward(x: Tensor): Tensor {
    requireLast('LayerNorm', x, this.weight.size);
    return scope(() => {
      const centred = x.sub(x.mean(-1, true));
      const deviation = centred.square().mean(-1, true).add(this.epsilon).sqrt();
      const scaled = centred.div(deviation).mul(this.weight);
      return this.bias === null ? scaled : scaled.add(this.bias);
    });
  }
}
