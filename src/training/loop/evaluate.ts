import { noGrad } from '../../autograd/index.js';
import type { LanguageModel } from '../../ngpt/index.js';
import { Generator, scope } from '../../tensor/index.js';
import { type Batch, BatchSampler, batchAt, batchTensors } from '../data/batches.js';
import type { Tokens } from '../data/dataset.js';
import { nextTurn } from './event-loop.js';

export interface EvaluateOptions {
  readonly batchSize: number;
  /** How many random batches. */
  readonly evalIters: number;
  /** The same seed draws the same batches, so that losses along a run can be compared. */
  readonly seed: number;
}

/** Asked between batches and steps; true ends the work there. */
export type StopRequested = () => boolean;

/** The mean loss in nats per token over random batches; null if it was stopped. */
export function estimateLoss(model: LanguageModel, tokens: Tokens, options: EvaluateOptions): Promise<number>;
export function estimateLoss(
  model: LanguageModel,
  tokens: Tokens,
  options: EvaluateOptions,
  stopRequested: StopRequested,
): Promise<number | null>;
export async function estimateLoss(
  model: LanguageModel,
  tokens: Tokens,
  { batchSize, evalIters, seed }: EvaluateOptions,
  stopRequested: StopRequested = () => false,
): Promise<number | null> {
  const sampler = new BatchSampler(tokens, model.config.blockSize, batchSize, new Generator(seed));
  let total = 0;
  for (let i = 0; i < evalIters; i++) {
    if (stopRequested()) return null;
    total += await batchLoss(model, sampler.next());
  }
  return total / evalIters;
}

export interface FullLoss {
  /** Mean in nats per token. */
  readonly loss: number;
  /** Tokens that were predicted. */
  readonly tokens: number;
}

/**
 * The mean loss over all of `tokens`, cut into blocks one after the other; every token but the first is predicted
 * exactly once, from those before it in its block.
 */
export async function fullLoss(model: LanguageModel, tokens: Tokens, batchSize: number): Promise<FullLoss> {
  const { blockSize } = model.config;
  const predicted = tokens.length - 1;
  const whole = Math.floor(predicted / blockSize);
  let total = 0;
  for (let block = 0; block < whole; block += batchSize) {
    const rows = Math.min(batchSize, whole - block);
    const starts = Array.from({ length: rows }, (_, row) => (block + row) * blockSize);
    total += rows * blockSize * (await batchLoss(model, batchAt(tokens, starts, blockSize)));
  }
  const rest = predicted - whole * blockSize;
  if (rest > 0) total += rest * (await batchLoss(model, batchAt(tokens, [whole * blockSize], rest)));
  return { loss: total / predicted, tokens: predicted };
}

async function batchLoss(model: LanguageModel, batch: Batch): Promise<number> {
  const loss = noGrad(() =>
    scope(() => {
      const { inputs, targets } = batchTensors(batch);
      return model.loss(inputs, targets);
    }),
  );
  const value = await loss.takeItem();
  await nextTurn();
  return value;
}
