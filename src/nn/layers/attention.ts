/** Attention as a layer: projections, positions and heads around the op. Explained in docs/learn/09-attention.md. */
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { requireNumber } from '../../tensor/checks/values.js';
import { requireGenerator } from '../../tensor/create/random.js';
import {
  attention,
  attentionWeights,
  ConfigError,
  type Generator,
  scope,
  type Tensor,
} from '../../tensor/index.js';
import type { Initialiser } from '../initialisers.js';
import { Module } from '../module.js';
import { requireInitialiser, requireLayerCache, requireRotary, requireStates } from './checks.js';
import type { LayerCache } from './key-value-cache.js';
import { Linear } from './linear.js';
import type { Rotary } from './rotary.js';

/** Options of `CausalSelfAttention`. */
export interface CausalSelfAttentionOptions {
  /** Turns queries and keys by their position; default null, no positions. It may be shared by all blocks. */
  readonly rotary?: Rotary | null;
  /** Factor of q·k before the softmax, default 1/√headDim. */
  readonly scale?: number | undefined;
  /** First values of `query`, `key` and `value`; default that of Linear. */
  readonly initialiser?: Initialiser | undefined;
  /** First values of `att_c_proj`; default that of Linear. */
  readonly projectionInitialiser?: Initialiser | undefined;
}

const ATTENTION_OPTIONS: OptionNames<CausalSelfAttentionOptions> = {
  rotary: true,
  scale: true,
  initialiser: true,
  projectionInitialiser: true,
};

/**
 * Causal multi-head self-attention, that of the baseline GPT: every position looks at itself and the past. Names:
 * `query.weight`, `key.weight`, `value.weight` and `att_c_proj.weight`, all [size, size].
 * @example
 * const attention = new CausalSelfAttention(8, 2, new Generator(1), { rotary: new Rotary(16, 4) });
 * attention.forward(ones([1, 5, 8])) // shape [1, 5, 8]
 */
export class CausalSelfAttention extends Module {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly projection: Linear;
  readonly headDim: number;
  readonly scale: number;
  private readonly rotary: Rotary | null;

  /** @throws ConfigError unless `size` divides into `heads` equal parts. */
  constructor(
    readonly size: number,
    readonly heads: number,
    generator: Generator,
    options: CausalSelfAttentionOptions = {},
  ) {
    super();
    requireGenerator('CausalSelfAttention', generator);
    requireKnown('CausalSelfAttention', options, ATTENTION_OPTIONS);
    requireNumber('CausalSelfAttention', 'size', size);
    requireNumber('CausalSelfAttention', 'heads', heads);
    this.headDim = size / heads;
    if (!Number.isInteger(this.headDim) || this.headDim < 1) {
      throw new ConfigError(`attention: a size of ${size} does not divide into ${heads} heads`);
    }
    const {
      rotary = null,
      scale = 1 / Math.sqrt(this.headDim),
      initialiser,
      projectionInitialiser,
    } = options;
    requireNumber('CausalSelfAttention', 'scale', scale);
    requireInitialiser('CausalSelfAttention', projectionInitialiser);
    if (rotary !== null) requireRotary('CausalSelfAttention', rotary);
    this.scale = scale;
    const input = (name: string) => this.register(name, new Linear(size, size, generator, { initialiser }));
    this.query = input('query');
    this.key = input('key');
    this.value = input('value');
    this.projection = this.register(
      'att_c_proj',
      new Linear(size, size, generator, { initialiser: projectionInitialiser }),
    );
    this.rotary = rotary === null ? null : this.register('rotary', rotary);
  }

  /** x [B, T, size] → [B, T, size]; with a cache, x continues the positions in it. */
  forward(x: Tensor, cache: LayerCache | null = null): Tensor {
    requireStates('CausalSelfAttention', x, this.size);
    requireLayerCache('CausalSelfAttention', cache);
    return scope(() => {
      const [q, k] = this.queriesAndKeys(x, cache?.length ?? 0);
      const v = this.split(this.value.forward(x));
      const [keys, values] = cache === null ? [k, v] : cache.append(k, v);
      const heads = attention(q, keys, values, this.scale); // nGPT paper, eq. 13
      return this.projection.forward(heads.reshape(x.shape)); // eq. 14
    });
  }

  /** How much each position looks at those up to itself: x [B, T, size] → [B, heads, T, T]. */
  weights(x: Tensor): Tensor {
    requireStates('CausalSelfAttention', x, this.size);
    return scope(() => {
      const [q, k] = this.queriesAndKeys(x, 0);
      return attentionWeights(q.permute([0, 2, 1, 3]), k.permute([0, 2, 1, 3]), this.scale);
    });
  }

  /** [B, T, heads, headDim] each (nGPT paper, eq. 12), at positions `position` … position+T−1. */
  private queriesAndKeys(x: Tensor, position: number): [queries: Tensor, keys: Tensor] {
    const turned = (projected: Tensor) => this.turned(this.split(projected), position);
    return [turned(this.query.forward(x)), turned(this.key.forward(x))];
  }

  /** [B, T, size] → [B, T, heads, headDim] */
  private split(x: Tensor): Tensor {
    const [batch, length] = x.shape;
    return x.reshape([batch, length, this.heads, this.headDim]);
  }

  private turned(x: Tensor, position: number): Tensor {
    return this.rotary === null ? x : this.rotary.forward(x, position);
  }
}
