/** Measures the loss position by position, in blocks of any length. Explained in docs/experiments.md. */
import { noGrad } from '../../autograd/index.js';
import type { LanguageModel } from '../../ngpt/index.js';
import { crossEntropy, KeyValueCache, logitBlocks } from '../../nn/index.js';
import { concat, scope, type Tensor } from '../../tensor/index.js';
import { type Batch, batchTensors, splitBatch } from '../../training/data/batches.js';
import { nextTurn } from '../../training/loop/event-loop.js';
import type { BlockSizeLoss } from './length-report.js';
import { PositionTotals } from './position-totals.js';

export interface LossByPositionOptions {
  /**
   * So many at most go through the model at a time: blocks take turns, and long ones go in pieces, which see those before
   * them through what attention remembers.
   */
  readonly tokensAtOnce: number;
  /** Told now and then how many tokens it has been through. */
  readonly told?: (tokens: number) => void;
}

/**
 * The loss at every position of blocks of one size, which may be longer than those the model was trained with: its
 * rotary table must reach that far. Shorter blocks, such as the rest of a text, count at the positions they have.
 */
export async function lossByPosition(
  model: LanguageModel,
  blockSize: number,
  batches: Iterable<Batch>,
  { tokensAtOnce, told = () => {} }: LossByPositionOptions,
): Promise<BlockSizeLoss> {
  const totals = new PositionTotals(blockSize);
  let tokens = 0;
  const rows = Math.max(1, Math.floor(tokensAtOnce / blockSize));
  for (const batch of batches) {
    for (const part of splitBatch(batch, Math.ceil(batch.rows / rows))) {
      await addLosses(model, part, tokensAtOnce, totals);
      tokens += part.rows * part.blockSize;
      told(tokens);
    }
  }
  return totals.result();
}

/** All rows of a batch, piece by piece. */
async function addLosses(
  model: LanguageModel,
  batch: Batch,
  tokensAtOnce: number,
  totals: PositionTotals,
): Promise<void> {
  const { rows, blockSize } = batch;
  const length = Math.max(1, Math.floor(tokensAtOnce / rows));
  const cache = length < blockSize ? new KeyValueCache(model.config.nLayer) : null;
  const { inputs, targets } = batchTensors(batch);
  try {
    for (let start = 0; start < blockSize; start += length) {
      const end = Math.min(blockSize, start + length);
      const piece = (x: Tensor) => x.slice(1, start, end);
      const losses = noGrad(() =>
        scope(() => tokenLosses(model, model.hidden(piece(inputs), { cache }), piece(targets))),
      );
      totals.add(await losses.takeData(), start, end - start);
      await nextTurn();
    }
  } finally {
    for (const tensor of [inputs, targets]) tensor.dispose();
    cache?.clear();
  }
}

/** The loss of each of `targets` [B, T] after hidden states [B, T, d]: [B·T]. Logits are made for some at a time. */
function tokenLosses(model: LanguageModel, h: Tensor, targets: Tensor): Tensor {
  const rows = h.reshape([targets.size, model.config.nEmbd]);
  const wanted = targets.reshape([targets.size]);
  const length = Math.ceil(targets.size / logitBlocks(targets.size, model.config.vocabSize));
  const losses: Tensor[] = [];
  for (let start = 0; start < targets.size; start += length) {
    const end = Math.min(targets.size, start + length);
    losses.push(
      scope(() =>
        crossEntropy(model.logits(rows.slice(0, start, end)), wanted.slice(0, start, end), {
          reduction: 'none',
        }),
      ),
    );
  }
  return concat(losses);
}
