import { noGrad } from '../../autograd/index.js';
import type { LanguageModel } from '../../ngpt/index.js';
import { Generator, scope } from '../../tensor/index.js';
import { type Batch, BatchSampler, batchAt, batchTensors, splitBatch } from '../data/batches.js';
import type { Tokens } from '../data/dataset.js';
import { planOf } from '../settings/estimate-memory.js';
import type { TrainSettings } from '../settings/settings.js';
import { nextTurn } from './event-loop.js';

export interface EvaluateOptions {
  readonly batchSize: number;
  /** In how many parts a batch is worked through, for less memory; default 1. */
  readonly parts?: number;
  /** How many random batches. */
  readonly evalIters: number;
  /** The same seed draws the same batches, so that losses along a run can be compared. */
  readonly seed: number;
  /** Called after each batch. */
  readonly onBatch?: () => void;
}

/** One thread evaluates what all of them train on: in as many parts as they all make of a batch. */
export function evaluationParts(settings: TrainSettings): number {
  return planOf(settings).gradAccumulation * settings.threads;
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
  { batchSize, parts = 1, evalIters, seed, onBatch = () => {} }: EvaluateOptions,
  stopRequested: StopRequested = () => false,
): Promise<number | null> {
  const sampler = new BatchSampler(tokens, model.config.blockSize, batchSize, new Generator(seed));
  let total = 0;
  for (let i = 0; i < evalIters; i++) {
    if (stopRequested()) return null;
    total += await batchLoss(model, sampler.next(), parts);
    onBatch();
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
export async function fullLoss(
  model: LanguageModel,
  tokens: Tokens,
  batchSize: number,
  parts = 1,
): Promise<FullLoss> {
  const { blockSize } = model.config;
  const predicted = tokens.length - 1;
  const whole = Math.floor(predicted / blockSize);
  let total = 0;
  for (let block = 0; block < whole; block += batchSize) {
    const rows = Math.min(batchSize, whole - block);
    const starts = Array.from({ length: rows }, (_, row) => (block + row) * blockSize);
    total += rows * blockSize * (await batchLoss(model, batchAt(tokens, starts, blockSize), parts));
  }
  const rest = predicted - whole * blockSize;
  if (rest > 0) total += rest * (await batchLoss(model, batchAt(tokens, [whole * blockSize], rest), 1));
  return { loss: total / predicted, tokens: predicted };
}

async function batchLoss(model: LanguageModel, batch: Batch, parts: number): Promise<number> {
  let total = 0;
  for (const part of splitBatch(batch, parts)) {
    const loss = noGrad(() =>
      scope(() => {
        const { inputs, targets } = batchTensors(part);
        return model.loss(inputs, targets);
      }),
    );
    total += part.rows * (await loss.takeItem());
    await nextTurn();
  }
  return total / batch.rows;
}
