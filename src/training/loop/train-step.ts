import type { LanguageModel } from '../../ngpt/index.js';
import { gradientClipScale, type Parameter, type Schedule } from '../../nn/index.js';
import { NumericError, scope, type Tensor, tensor } from '../../tensor/index.js';
import { type Batch, shareOf } from '../data/batches.js';
import type { TrainSettings } from '../settings/settings.js';
import type { TrainingState } from './training-state.js';

/**
 * Replicas of one model that share out every batch. All make the same optimizer step from the summed gradients, so
 * their parameters stay equal.
 */
export interface Team {
  /** Which member this is, from 0. */
  readonly index: number;
  readonly size: number;
  /** Replaces the gradients of all members by their sum, and returns the sum of their losses. */
  sum(parameters: readonly Parameter[], loss: number): Promise<number>;
}

/**
 * One step: forward, backward, clip, update. Returns the loss before the update.
 * @throws NumericError for a loss that is no number, BackendError where a device fails; model and optimizer then are
 *   as they were before the step.
 */
export async function trainStep(
  state: TrainingState,
  settings: TrainSettings,
  schedule: Schedule,
  team: Team | null,
): Promise<number> {
  const { optimizer, model } = state;
  const { stepCount } = optimizer;
  const transaction = model.parameters()[0].backend.transaction?.();
  try {
    const loss = await update(state, settings, schedule, team);
    await transaction?.commit();
    state.step++;
    return loss;
  } catch (error) {
    transaction?.rollback();
    optimizer.stepCount = stepCount;
    optimizer.zeroGrad();
    throw error;
  }
}

async function update(
  state: TrainingState,
  settings: TrainSettings,
  schedule: Schedule,
  team: Team | null,
): Promise<number> {
  const { model, optimizer, sampler } = state;
  const { batchSize, gradClip } = settings;
  const [first, end] = team === null ? [0, batchSize] : shareOf(batchSize, team.index, team.size);
  const own = await backward(model, sampler.next(first, end), (end - first) / batchSize);
  const loss = team === null ? own : await team.sum(model.parameters(), own);
  if (!Number.isFinite(loss)) throw new NumericError(`the loss became ${loss} at step ${state.step + 1}`);

  optimizer.learningRate = schedule(state.step);
  scope(() => {
    const scale = gradClip > 0 ? gradientClipScale(model.parameters(), gradClip).scale : null;
    optimizer.step(scale);
  });
  optimizer.zeroGrad();
  return loss;
}

/** Adds the gradients of `weight` · loss to the parameters, and returns it. */
async function backward(model: LanguageModel, batch: Batch, weight: number): Promise<number> {
  const loss = scope(() => {
    const { x, y } = batchTensors(batch);
    const mean = model.loss(x, y);
    const weighted = weight === 1 ? mean : mean.mul(weight);
    weighted.backward();
    return weighted.detach();
  });
  const value = await loss.item();
  loss.dispose();
  return value;
}

/** A batch on the current backend, sent there in one piece: tokens and targets, [rows, blockSize] each. */
export function batchTensors({ x, y, rows, blockSize }: Batch): { x: Tensor; y: Tensor } {
  return scope(() => {
    const both = new Int32Array(2 * x.length);
    both.set(x);
    both.set(y, x.length);
    const [tokens, targets] = tensor(both, [2, rows, blockSize]).split(2, 0);
    return { x: tokens.reshape([rows, blockSize]), y: targets.reshape([rows, blockSize]) };
  });
}
