/**
 * Measures hidden states: their lengths, how far each layer turns them, and where attention looks.
 * Explained in docs/experiments.md.
 */
import { noGrad } from '../../autograd/index.js';
import type { LanguageModel } from '../../ngpt/index.js';
import { scope, type Tensor, tensor } from '../../tensor/index.js';
import { SpreadOf } from './distribution.js';
import type { LayerHidden, Spread } from './model-report.js';
import { angleAt, lengthAt } from './vectors.js';

/** What a layer does to the tokens of all blocks so far. */
class LayerTotals {
  readonly attentionAngle = new SpreadOf();
  readonly mlpAngle = new SpreadOf();
  readonly blockAngle = new SpreadOf();
  private readonly firstTokenShare: SpreadOf[];

  constructor(heads: number) {
    this.firstTokenShare = Array.from({ length: heads }, () => new SpreadOf());
  }

  /** Weights [heads, T−1] of the first token, for the tokens after it. */
  addShares(shares: ArrayLike<number>): void {
    const after = shares.length / this.firstTokenShare.length;
    for (let i = 0; i < shares.length; i++) this.firstTokenShare[Math.floor(i / after)].add(shares[i]);
  }

  result(blockSize: number): LayerHidden {
    return {
      attentionAngle: this.attentionAngle.result(),
      mlpAngle: this.mlpAngle.result(),
      blockAngle: this.blockAngle.result(),
      firstTokenShare: blockSize === 1 ? null : this.firstTokenShare.map((share) => share.result().mean),
    };
  }
}

/** Follows the hidden states of blocks of tokens through a model, one block at a time. */
export class HiddenMeasurement {
  private readonly norms: readonly SpreadOf[];
  private readonly layers: readonly LayerTotals[];

  /** For blocks of `blockSize` tokens. */
  constructor(
    private readonly model: LanguageModel,
    private readonly blockSize: number,
  ) {
    const { nLayer, nHead } = model.config;
    this.norms = Array.from({ length: nLayer + 1 }, () => new SpreadOf());
    this.layers = Array.from({ length: nLayer }, () => new LayerTotals(nHead));
  }

  async add(tokens: Int32Array): Promise<void> {
    const { model, norms, layers } = this;
    let state = noGrad(() => scope(() => model.embedding.forward(tensor(tokens, [1, tokens.length]))));
    let before = await state.data();
    addNorms(norms[0], before, model.config.nEmbd);
    for (const [layer, block] of model.blocks.entries()) {
      const { shares, half, next } = noGrad(() => scope(() => stepsOf(block, state)));
      state.dispose();
      state = next;
      layers[layer].addShares(await shares.takeData());
      const [between, after] = [await half.takeData(), await state.data()];
      const d = model.config.nEmbd;
      addAngles(layers[layer].attentionAngle, before, between, d);
      addAngles(layers[layer].mlpAngle, between, after, d);
      addAngles(layers[layer].blockAngle, before, after, d);
      addNorms(norms[layer + 1], after, d);
      before = after;
    }
    state.dispose();
  }

  result(): { norms: Spread[]; layers: LayerHidden[] } {
    return {
      norms: this.norms.map((norm) => norm.result()),
      layers: this.layers.map((layer) => layer.result(this.blockSize)),
    };
  }
}

/** One block, in halves. */
function stepsOf(
  block: LanguageModel['blocks'][number],
  h: Tensor,
): Record<'shares' | 'half' | 'next', Tensor> {
  const shares = scope(() => block.attentionWeights(h).slice(-1, 0, 1).slice(-2, 1));
  const half = block.attentionStep(h);
  return { shares, half, next: block.mlpStep(half) };
}

function addNorms(norms: SpreadOf, states: ArrayLike<number>, d: number): void {
  for (let start = 0; start < states.length; start += d) norms.add(lengthAt(states, start, d));
}

/** Of the states before and after, token by token. */
function addAngles(angles: SpreadOf, before: ArrayLike<number>, after: ArrayLike<number>, d: number): void {
  for (let start = 0; start < before.length; start += d) angles.add(angleAt(before, after, start, d));
}
