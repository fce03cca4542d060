/** The Transformer that nGPT is compared with, and its layer. Explained in docs/learn/10-ngpt.md. */
import {
  CausalSelfAttention,
  Embedding,
  initialise,
  type LayerCache,
  Module,
  Parameter,
  RMSNorm,
  type Rotary,
  SwiGLUMLP,
} from '../nn/index.js';
import { requireLast } from '../nn/layers/checks.js';
import { requireRoom } from '../tensor/create/place.js';
import { requireGenerator } from '../tensor/create/random.js';
import { type Generator, scope, type Tensor } from '../tensor/index.js';
import { type ModelConfig, modelWeights, requireConfig } from './config/config.js';
import { LanguageModel } from './language-model.js';
import { rotaryOf } from './rotary.js';

/** One layer of the baseline: normalize, transform, add; twice. */
class Block extends Module {
  readonly attention: CausalSelfAttention;
  readonly mlp: SwiGLUMLP;
  readonly attentionNorm: RMSNorm;
  readonly mlpNorm: RMSNorm;

  constructor(config: ModelConfig, rotary: Rotary | null, generator: Generator) {
    super();
    const { nEmbd, nHead, nLayer, dMlp } = config;
    const initialiser = initialise.normal({ std: 0.02 });
    // Smaller by √(2 L), so that the sum of all residuals keeps its variance (GPT-2).
    const projectionInitialiser = initialise.normal({ std: 0.02 / Math.sqrt(2 * nLayer) });
    const options = { initialiser, projectionInitialiser };
    this.attention = this.register(
      '',
      new CausalSelfAttention(nEmbd, nHead, generator, { rotary, ...options }),
    );
    this.mlp = this.register('', new SwiGLUMLP(nEmbd, dMlp, generator, options));
    this.attentionNorm = this.register('rmsnorm_att', new RMSNorm(nEmbd));
    this.mlpNorm = this.register('rmsnorm_mlp', new RMSNorm(nEmbd));
  }

  /** x [B, T, d] → [B, T, d] */
  forward(x: Tensor, cache: LayerCache | null = null): Tensor {
    return this.mlpStep(this.attentionStep(x, cache));
  }

  /** Paper eq. 4. */
  attentionStep(x: Tensor, cache: LayerCache | null = null): Tensor {
    return x.add(this.attention.forward(this.attentionNorm.forward(x), cache));
  }

  /** Paper eq. 5. */
  mlpStep(x: Tensor): Tensor {
    return x.add(this.mlp.forward(this.mlpNorm.forward(x)));
  }

  attentionWeights(x: Tensor): Tensor {
    return scope(() => this.attention.weights(this.attentionNorm.forward(x)));
  }
}

/**
 * The baseline that nGPT is compared with (paper 2): a pre-norm Transformer with RMSNorm, rotary embedding and
 * SwiGLU, of the same size and with the same tensor names where it has the same tensors.
 * @example
 * const config = modelConfig({ arch: 'gpt', vocabSize: 10, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 16 });
 * const model = new GPT(config, new Generator(1));
 * model.forward(tensor(Int32Array.of(1, 2, 3), [1, 3])) // shape [1, 3, 10]
 */
export class GPT extends LanguageModel {
  readonly embedding: Embedding;
  readonly blocks: readonly Block[];
  readonly norm: RMSNorm;
  readonly head: Parameter;

  constructor(config: ModelConfig, generator: Generator) {
    requireConfig('GPT', config);
    requireGenerator('GPT', generator);
    // Before anything is drawn for a part of it.
    requireRoom('GPT', [modelWeights(config)]);
    super(config);
    const { vocabSize, nLayer, nEmbd, tieWeights } = config;
    const initialiser = initialise.normal({ std: 0.02 });
    const rotary = rotaryOf(config);
    if (rotary !== null) this.register('rotary', rotary);
    this.embedding = this.register(
      'transformer.wte',
      new Embedding(vocabSize, nEmbd, generator, { initialiser }),
    );
    this.blocks = Array.from({ length: nLayer }, (_, layer) =>
      this.register(`transformer.h.${layer}`, new Block(config, rotary, generator)),
    );
    this.norm = this.register('rmsnorm_f', new RMSNorm(nEmbd));
    this.head = this.register(
      'lm_head.weight',
      tieWeights ? this.embedding.weight : Parameter.from(() => initialiser([vocabSize, nEmbd], generator)),
    );
  }

  /** Paper eq. 1, of states normalized once more. */
  logits(x: Tensor): Tensor {
    requireLast('logits', x, this.config.nEmbd);
    return scope(() => this.norm.forward(x).matmul(this.head, { transposeB: true }));
  }
}
