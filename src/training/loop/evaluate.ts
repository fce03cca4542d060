/** The loss of a model on data, by random batches or all of it, alone or shared out among threads. */
import { noGrad } from '../../autograd/index.js';
import type { LanguageModel } from '../../ngpt/index.js';
import { requireModel } from '../../ngpt/language-model.js';
import { requireFunction, requireObject, requireWhole } from '../../tensor/checks/values.js';
import { Generator, scope } from '../../tensor/index.js';
import { type Batch, BatchSampler, batchesOver, batchTensors, shareOf, splitBatch } from '../data/batches.js';
import type { Dataset, Tokens } from '../data/dataset.js';
import { planOf } from '../settings/estimate-memory.js';
import type { TrainSettings } from '../settings/settings.js';
import { nextTurn } from './event-loop.js';
import { ALONE, requireTeam, type Team } from './team.js';

/** Options of `estimateLoss`. */
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
  /** Shares out each batch; all members evaluate the same. Default: nobody else. */
  readonly team?: Team | null;
}

/** Where one thread evaluates what all of them train on: in as many parts as they all make of a batch. */
export function evaluationParts(settings: TrainSettings): number {
  const { gradAccumulation, threads } = planOf(settings);
  return gradAccumulation * threads;
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
  options: EvaluateOptions,
  stopRequested: StopRequested = () => false,
): Promise<number | null> {
  requireModel('estimateLoss', model);
  requireObject('estimateLoss', 'options', options);
  const { batchSize, parts = 1, evalIters, seed, onBatch = () => {}, team = null } = options;
  requireWhole('parts', parts, 1);
  requireWhole('evalIters', evalIters, 1);
  requireFunction('estimateLoss', 'onBatch', onBatch);
  requireFunction('estimateLoss', 'stopRequested', stopRequested);
  requireTeam('estimateLoss', team);
  const sampler = new BatchSampler(tokens, model.config.blockSize, batchSize, new Generator(seed));
  const { index, size } = team ?? ALONE;
  const [first, end] = shareOf(batchSize, index, size);
  let total = 0;
  for (let i = 0; i < evalIters; i++) {
    const isOver = stopRequested();
    if (team === null ? isOver : await team.agree(isOver)) return null;
    const own = await lossSum(model, sampler.next(first, end), parts);
    total += (team === null ? own : await team.sum(own)) / batchSize;
    onBatch();
  }
  return total / evalIters;
}

/** Both losses of an evaluation. */
export interface Losses {
  readonly trainLoss: number;
  readonly valLoss: number;
}

/** What a run evaluates, over the same random batches each time; null if it was stopped. */
export async function evaluateBoth(
  model: LanguageModel,
  { train, val }: Pick<Dataset, 'train' | 'val'>,
  settings: TrainSettings,
  { team = null, onBatch }: Pick<EvaluateOptions, 'team' | 'onBatch'> = {},
  stopRequested: StopRequested = () => false,
): Promise<Losses | null> {
  const parts = evaluationParts(settings) / (team?.size ?? 1);
  const options = { ...settings, parts, team, ...(onBatch === undefined ? {} : { onBatch }) };
  const trainLoss = await estimateLoss(model, train, options, stopRequested);
  const valLoss = trainLoss === null ? null : await estimateLoss(model, val, options, stopRequested);
  return trainLoss === null || valLoss === null ? null : { trainLoss, valLoss };
}

/** What `fullLoss` found. */
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
  requireModel('fullLoss', model);
  requireWhole('parts', parts, 1);
  let total = 0;
  for (const batch of batchesOver(tokens, model.config.blockSize, batchSize)) {
    total += batch.blockSize * (await lossSum(model, batch, parts));
  }
  const predicted = tokens.length - 1;
  return { loss: total / predicted, tokens: predicted };
}

/** The losses of all rows, added up. */
async function lossSum(model: LanguageModel, batch: Batch, parts: number): Promise<number> {
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
  return total;
}
