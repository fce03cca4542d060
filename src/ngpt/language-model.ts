/**
 * What nGPT and the baseline share: the way from tokens through blocks to logits and a loss.
 * Explained in docs/learn/10-ngpt.md.
 */
import { recompute } from '../autograd/index.js';
import {
  crossEntropyInBlocks,
  type Embedding,
  KeyValueCache,
  type LayerCache,
  logitBlocks,
  Module,
} from '../nn/index.js';
import { described } from '../tensor/checks/describe.js';
import { type Inside, requireInside } from '../tensor/checks/inside.js';
import { type OptionNames, requireKnown } from '../tensor/checks/options.js';
import { requireIntegers, requireTensor } from '../tensor/checks/values.js';
import { requireInt } from '../tensor/dtype.js';
import { ArgumentError, type Backend, formatShape, ShapeError, scope, type Tensor } from '../tensor/index.js';
import type { ModelConfig } from './config/config.js';

/** A layer, that of nGPT in block.ts, that of GPT in gpt.ts: hidden states [B, T, d] to hidden states [B, T, d]. */
interface Block extends Module {
  /** The attention step, then the MLP step. */
  forward(h: Tensor, cache?: LayerCache | null): Tensor;
  attentionStep(h: Tensor, cache?: LayerCache | null): Tensor;
  mlpStep(h: Tensor): Tensor;
  /** How much each token looks at those up to itself: h, as it goes into the block → [B, heads, T, T]. */
  attentionWeights(h: Tensor): Tensor;
}

export interface HiddenOptions {
  /** What was read before: `tokens` continue the text in it. */
  readonly cache?: KeyValueCache | null;
  /** Keep only what goes into each block, and run the block again in the backward pass. Default false. */
  readonly recompute?: boolean;
}

export interface LossOptions extends Pick<HiddenOptions, 'recompute'> {
  /** q of `logitSlope`: changes gradients, not the loss. Default 0, none. */
  readonly logitPreconditioning?: number;
}

const HIDDEN_OPTIONS: OptionNames<HiddenOptions> = { cache: true, recompute: true };
const LOSS_OPTIONS: OptionNames<LossOptions> = { recompute: true, logitPreconditioning: true };

/** What NGPT and the baseline GPT share: embed the tokens, pass them through the blocks, read off logits. */
export abstract class LanguageModel extends Module {
  abstract readonly embedding: Embedding;
  abstract readonly blocks: readonly Block[];

  constructor(readonly config: ModelConfig) {
    super();
  }

  /** Where its parameters live. */
  get backend(): Backend {
    return this.embedding.weight.backend;
  }

  /** Hidden states [B, T, d] → logits [B, T, V]. `preconditioning` is the q of `logitSlope`, 0 for none; for nGPT. */
  abstract logits(h: Tensor, preconditioning?: number): Tensor;

  /**
   * Tokens, int32 [B, T] with T ≤ blockSize → logits [B, T, V].
   * @throws DataError for a token outside the vocabulary, where the backend is not `gpu`; there it counts as a row of zeros.
   */
  forward(tokens: Tensor): Tensor {
    return scope(() => this.logits(this.hidden(tokens)));
  }

  /** The hidden state after the last block, [B, T, d]. */
  hidden(tokens: Tensor, options: HiddenOptions = {}): Tensor {
    requireKnown('hidden', options, HIDDEN_OPTIONS);
    this.requireTokens(tokens);
    this.requireCache(options.cache ?? null);
    return scope(() => {
      let h = this.embedding.forward(tokens);
      this.blocks.forEach((block, layer) => {
        const before = h;
        const forward = (x: Tensor) => block.forward(x, options.cache?.layers[layer]);
        // What a block makes on the way goes with its scope; what backward needs, the tape keeps by itself.
        h = options.recompute ? recompute(forward, before) : scope(() => forward(before));
        before.dispose();
      });
      return h;
    });
  }

  /** The hidden states after the embedding and after every block: nLayer + 1 of [B, T, d]. */
  hiddenStates(tokens: Tensor): Tensor[] {
    this.requireTokens(tokens);
    return scope(() => {
      const states = [this.embedding.forward(tokens)];
      for (const block of this.blocks) states.push(scope(() => block.forward(states[states.length - 1])));
      return states;
    });
  }

  /**
   * Mean cross-entropy in nats, −log P of paper eq. 2, of `targets` [B, T], the tokens that follow; −1 is ignored. Of a large vocabulary the
   * logits are made for some rows at a time.
   * @throws DataError as `forward`, for targets too.
   */
  loss(tokens: Tensor, targets: Tensor, options: LossOptions = {}): Tensor {
    requireKnown('loss', options, LOSS_OPTIONS);
    this.requireTokens(tokens);
    requireIntegers('model', 'the targets', targets);
    requireInside('model', 'the targets', targets, { ...this.vocabulary, ignoreIndex: -1 });
    const { recompute = false, logitPreconditioning } = options;
    return scope(() => {
      const h = this.hidden(tokens, { recompute });
      const logits = (some: Tensor) => this.logits(some, logitPreconditioning);
      const blocks = logitBlocks(targets.size, this.config.vocabSize);
      return crossEntropyInBlocks(h, targets, logits, blocks);
    });
  }

  /** @throws ArgumentError unless it is null or has a place for every block. */
  private requireCache(cache: unknown): void {
    if (cache === null) return;
    if (cache instanceof KeyValueCache && cache.layers.length === this.blocks.length) return;
    const given = cache instanceof KeyValueCache ? `one of ${cache.layers.length}` : described(cache);
    throw new ArgumentError(
      `model: a cache is a KeyValueCache of ${this.blocks.length} layers, got ${given}`,
    );
  }

  /** @throws DTypeError or ShapeError unless they are int32 [B, T] with T ≤ blockSize, DataError for one outside the vocabulary. */
  private requireTokens(tokens: Tensor): void {
    requireTensor('model', 'the tokens', tokens);
    requireInt('model', 'the tokens', tokens.dtype);
    const { shape, rank } = tokens;
    if (rank !== 2) {
      const hint = rank === 1 ? `; reshape([1, ${shape[0]}]) makes one row of them` : '';
      throw new ShapeError(`model: wants tokens [B, T], got ${formatShape(shape)}${hint}`);
    }
    const { blockSize } = this.config;
    if (shape[1] > blockSize) {
      throw new ShapeError(
        `model: ${shape[1]} tokens in a row are more than blockSize ${blockSize}, got ${formatShape(shape)}`,
      );
    }
    requireInside('model', 'the tokens', tokens, this.vocabulary);
  }

  private get vocabulary(): Inside {
    return { limit: this.config.vocabSize, of: 'tokens of its vocabulary' };
  }
}

/** @throws ArgumentError unless it is a language model. */
export function requireModel(op: string, model: unknown): void {
  if (model instanceof LanguageModel) return;
  throw new ArgumentError(`${op}: wants a model as createModel() makes it, got ${described(model)}`);
}
