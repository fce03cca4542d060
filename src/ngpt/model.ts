import type { Embedding, Parameter } from '../nn/index.js';
import { requireLast } from '../nn/layers/checks.js';
import { requireNumber } from '../tensor/checks/values.js';
import { requireRoom } from '../tensor/create/place.js';
import { requireGenerator } from '../tensor/create/random.js';
import { type Generator, mulPreconditioned, scope, type Tensor } from '../tensor/index.js';
import { NormalizedBlock } from './block.js';
import { type ModelConfig, modelWeights, requireConfig } from './config/config.js';
import { LanguageModel } from './language-model.js';
import { logitSlope } from './logit-preconditioning.js';
import { headInUse, unitEmbedding, unitHead } from './matrices.js';
import { rotaryOf } from './rotary.js';
import { type FixedScale, type Scale, scaleOf } from './scale.js';

/**
 * The normalized Transformer (arXiv:2410.01131). Token embeddings are points on the unit sphere, every block
 * moves them along it, and logits are cosines with the rows of the head, scaled by s_z (paper 2.1, eq. 3).
 * Explained in docs/learn/10-ngpt.md.
 * @example
 * const config = modelConfig({ vocabSize: 10, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 16 });
 * const model = new NGPT(config, new Generator(1));
 * model.forward(tensor(Int32Array.of(1, 2, 3), [1, 3])) // shape [1, 3, 10]
 */
export class NGPT extends LanguageModel {
  readonly embedding: Embedding;
  readonly blocks: readonly NormalizedBlock[];
  readonly head: Parameter;
  readonly sz: Scale | FixedScale;

  constructor(config: ModelConfig, generator: Generator) {
    requireConfig('NGPT', config);
    requireGenerator('NGPT', generator);
    // Before anything is drawn for a part of it.
    requireRoom('NGPT', [modelWeights(config)]);
    super(config);
    const { vocabSize, nLayer, tieWeights, sz, szInit, szScale } = config;
    const rotary = rotaryOf(config);
    if (rotary !== null) this.register('rotary', rotary);
    this.embedding = this.register('transformer.wte', unitEmbedding(config, generator));
    this.blocks = Array.from({ length: nLayer }, (_, layer) =>
      this.register(`transformer.h.${layer}`, new NormalizedBlock(config, rotary, generator)),
    );
    this.head = this.register(
      'lm_head.weight',
      tieWeights ? this.embedding.weight : unitHead(config, generator),
    );
    this.sz = this.register('sz', scaleOf(sz, vocabSize, { init: szInit, scale: szScale }));
  }

  /** Cosines with the rows of the head, scaled: the scale acts before the softmax, in training and sampling. */
  logits(h: Tensor, preconditioning = 0): Tensor {
    requireLast('logits', h, this.config.nEmbd);
    requireNumber('logits', 'preconditioning', preconditioning);
    return scope(() => {
      const cosines = h.matmul(headInUse(this.config, this.head), { transposeB: true }); // paper eq. 1
      const sz = this.sz.value();
      if (preconditioning === 0) return cosines.mul(sz); // paper eq. 3
      return mulPreconditioned(cosines, sz, logitSlope(sz, preconditioning));
    });
  }
}
