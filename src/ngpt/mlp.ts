import { type Linear, Module } from '../nn/index.js';
import { requireLast } from '../nn/layers/checks.js';
import { requireRoom } from '../tensor/create/place.js';
import { requireGenerator } from '../tensor/create/random.js';
import { type Generator, scaledSwiglu, scope, type Tensor, unit } from '../tensor/index.js';
import { blockWeights, type ModelConfig, requireConfig } from './config/config.js';
import { projectionMatrix, unitMatrix } from './matrices.js';
import { type FixedScale, type Scale, scaleOf } from './scale.js';

/**
 * The MLP of nGPT (paper 2.4): h_M = unit(W_mlp · (u ⊙ silu(v))), u and v scaled by s_u and s_v, from a hidden state on
 * the sphere to one.
 * Explained in docs/learn/10-ngpt.md.
 */
export class NormalizedMLP extends Module {
  /** W_fc: the rows of u, then those of v. */
  readonly expansion: Linear;
  readonly projection: Linear;
  /** s_u, then s_v. */
  readonly suv: Scale | FixedScale;

  constructor(
    readonly config: ModelConfig,
    generator: Generator,
  ) {
    requireConfig('NormalizedMLP', config);
    requireGenerator('NormalizedMLP', generator);
    requireRoom('NormalizedMLP', [blockWeights(config)]);
    super();
    const { dMlp, suv, suvInit, suvScale } = config;
    this.expansion = this.register('c_fc', unitMatrix(config, 2 * dMlp, generator));
    this.projection = this.register('mlp_c_proj', projectionMatrix(config, dMlp, generator));
    this.suv = this.register('suv', scaleOf(suv, 2 * dMlp, { init: suvInit, scale: suvScale }, 2));
  }

  /** h [B, T, d] → h_M [B, T, d], unit vectors both. */
  forward(h: Tensor): Tensor {
    requireLast('NormalizedMLP', h, this.config.nEmbd);
    // Unit rows times a unit h are cosines of size 1/√d; √d brings v to where silu is not a straight line
    // (paper eq. 20 and 21).
    return scope(() => {
      const scale = this.suv.value().mul(Math.sqrt(this.config.nEmbd));
      const uv = this.expansion.forward(h); // paper eq. 17
      return unit(this.projection.forward(scaledSwiglu(uv, scale))); // paper eq. 18 and 19
    });
  }
}
