import { type LayerCache, Module, type Rotary } from '../nn/index.js';
import { type Generator, scope, type Tensor, unit } from '../tensor/index.js';
import { NormalizedAttention } from './attention.js';
import { type ModelConfig, requireConfig } from './config/config.js';
import { NormalizedMLP } from './mlp.js';
import { type ResidualStep, residualStep } from './residual.js';
import { type FixedScale, type Scale, scaleOf } from './scale.js';

/**
 * One layer of nGPT (paper 2.2.2). There is no normalization layer and no residual sum: attention and MLP each
 * say where to go on the sphere, and the eigen learning rates α say how far, dimension by dimension.
 * Explained in docs/learn/08-sphere.md and docs/learn/10-ngpt.md.
 */
export class NormalizedBlock extends Module {
  readonly attention: NormalizedAttention;
  readonly mlp: NormalizedMLP;
  readonly attnAlpha: Scale | FixedScale;
  readonly mlpAlpha: Scale | FixedScale;
  private readonly step: ResidualStep;

  constructor(config: ModelConfig, rotary: Rotary | null, generator: Generator) {
    requireConfig('NormalizedBlock', config);
    super();
    const { nEmbd, alpha, alphaInit, alphaScale } = config;
    const rates = () => scaleOf(alpha, nEmbd, { init: alphaInit, scale: alphaScale });
    this.attention = this.register('', new NormalizedAttention(config, rotary, generator));
    this.mlp = this.register('', new NormalizedMLP(config, generator));
    this.attnAlpha = this.register('attn_alpha', rates());
    this.mlpAlpha = this.register('mlp_alpha', rates());
    this.step = residualStep(config);
  }

  /** h [B, T, d] → [B, T, d], unit vectors both: h ← unit(h + |α| ⊙ (target − h)), twice: `sphereStep`, or another step of residual.ts. */
  forward(h: Tensor, cache: LayerCache | null = null): Tensor {
    return scope(() => this.mlpStep(this.attentionStep(h, cache)));
  }

  /** The first half (paper eq. 10): as far towards h_A as α_A says. */
  attentionStep(h: Tensor, cache: LayerCache | null = null): Tensor {
    // Here unit(h) is h. What it changes is the gradient: embeddings, which come straight from their table, get
    // none along themselves on this path, as in the released code.
    return scope(() => this.step(unit(h), this.attention.forward(h, cache), this.attnAlpha.value()));
  }

  /** The second half (paper eq. 11): as far towards h_M as α_M says. */
  mlpStep(h: Tensor): Tensor {
    return scope(() => this.step(h, this.mlp.forward(h), this.mlpAlpha.value()));
  }

  /** How much each token looks at those up to itself: h [B, T, d], as it goes into the block → [B, heads, T, T]. */
  attentionWeights(h: Tensor): Tensor {
    return this.attention.weights(h);
  }
}
