import { type LayerCache, type Linear, Module, type Rotary } from '../nn/index.js';
import { requireLayerCache, requireStates } from '../nn/layers/checks.js';
import { requireRoom } from '../tensor/create/place.js';
import { requireGenerator } from '../tensor/create/random.js';
import { attention, attentionWeights, type Generator, scope, type Tensor, unit } from '../tensor/index.js';
import { blockWeights, headDim, type ModelConfig, requireConfig } from './config/config.js';
import { projectionMatrix, unitMatrix } from './matrices.js';
import { requireRotaryOf } from './rotary.js';
import { type FixedScale, type Scale, scaleOf } from './scale.js';

/**
 * The attention of nGPT (paper 2.3): h_A = unit(W_o · heads), from a hidden state on the sphere to one.
 * Explained in docs/learn/10-ngpt.md.
 */
export class NormalizedAttention extends Module {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly projection: Linear;
  /** Shared by all blocks; the model registers it. Null where `rope` is none. */
  readonly #rotary: Rotary | null;
  /** s_qk, for queries and keys alike. */
  readonly sqk: Scale | FixedScale;

  constructor(
    readonly config: ModelConfig,
    rotary: Rotary | null,
    generator: Generator,
  ) {
    requireConfig('NormalizedAttention', config);
    requireGenerator('NormalizedAttention', generator);
    requireRoom('NormalizedAttention', [blockWeights(config)]);
    requireRotaryOf('NormalizedAttention', config, rotary);
    super();
    this.#rotary = rotary;
    const { nEmbd, sqk, sqkInit, sqkScale } = config;
    this.query = this.register('query', unitMatrix(config, nEmbd, generator));
    this.key = this.register('key', unitMatrix(config, nEmbd, generator));
    this.value = this.register('value', unitMatrix(config, nEmbd, generator));
    this.projection = this.register('att_c_proj', projectionMatrix(config, nEmbd, generator));
    this.sqk = this.register('sqk', scaleOf(sqk, nEmbd, { init: sqkInit, scale: sqkScale }));
  }

  /** h [B, T, d] → h_A [B, T, d], unit vectors both; with a cache, h continues the positions in it. */
  forward(h: Tensor, cache: LayerCache | null = null): Tensor {
    requireStates('NormalizedAttention', h, this.config.nEmbd);
    requireLayerCache('NormalizedAttention', cache);
    return scope(() => {
      const [q, k] = this.queriesAndKeys(h, cache?.length ?? 0);
      const v = this.split(this.value.forward(h));
      const [keys, values] = cache === null ? [k, v] : cache.append(k, v);
      const heads = attention(q, keys, values, this.softmaxScale()); // paper eq. 13
      return unit(this.projection.forward(heads.reshape(h.shape))); // paper eq. 14, and Norm of table 1
    });
  }

  /** How much each token looks at those up to itself: h [B, T, d] → [B, heads, T, T]. */
  weights(h: Tensor): Tensor {
    requireStates('NormalizedAttention', h, this.config.nEmbd);
    return scope(() => {
      const [q, k] = this.queriesAndKeys(h, 0);
      return attentionWeights(q.permute([0, 2, 1, 3]), k.permute([0, 2, 1, 3]), this.softmaxScale());
    });
  }

  /** [B, T, heads, d_k] each (paper eq. 12), at positions `position` … position+T−1. */
  private queriesAndKeys(h: Tensor, position: number): [queries: Tensor, keys: Tensor] {
    const sqk = this.sqk.value().reshape([this.config.nHead, headDim(this.config)]);
    const turned = (x: Tensor) => this.turned(this.split(x), position);
    return [this.scaled(turned(this.query.forward(h)), sqk), this.scaled(turned(this.key.forward(h)), sqk)];
  }

  /** √d_k, not 1/√d_k: the product of unit vectors has variance 1/d_k, and the softmax wants variance 1 (paper 2.3.2). */
  private softmaxScale(): number {
    const root = Math.sqrt(headDim(this.config));
    return this.config.softmaxScale === 'sqrt' ? root : 1 / root;
  }

  /** q ← s_qk ⊙ unit(q), per head (paper eq. 15 and 16); without `qkNorm` only the scale acts. */
  private scaled(q: Tensor, sqk: Tensor): Tensor {
    return (this.config.qkNorm ? unit(q) : q).mul(sqk);
  }

  /** [B, T, d] → [B, T, heads, d_k] */
  private split(x: Tensor): Tensor {
    return x.reshape([x.shape[0], x.shape[1], this.config.nHead, headDim(this.config)]);
  }

  private turned(x: Tensor, position: number): Tensor {
    return this.#rotary === null ? x : this.#rotary.forward(x, position);
  }
}
