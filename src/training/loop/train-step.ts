import type { Schedule } from '../../nn/index.js';
import { requireFunction, requireNotNegative } from '../../tensor/checks/values.js';
import { NumericError, scope } from '../../tensor/index.js';
import { batchTensors, shareOf, splitBatch } from '../data/batches.js';
import { planOf } from '../settings/estimate-memory.js';
import { requireSettings } from '../settings/require-settings.js';
import type { TrainSettings } from '../settings/settings.js';
import { requireTeam, type Team } from './team.js';
import { requireState, type TrainingState } from './training-state.js';

/**
 * One step: forward, backward, clip, update. Returns the loss of the whole batch before the update.
 * Explained in docs/learn/11-training.md and docs/learn/13-threads-and-gpu.md.
 * @throws NumericError for a loss that is no number, BackendError where a device fails; model and optimizer then are
 *   as they were before the step.
 */
export async function trainStep(
  state: TrainingState,
  settings: TrainSettings,
  schedule: Schedule,
  team: Team | null,
): Promise<number> {
  requireState('trainStep', state);
  requireSettings('trainStep', settings);
  requireFunction('trainStep', 'the schedule', schedule);
  requireTeam('trainStep', team);
  const { model, optimizer, sampler } = state;
  const { batchSize, gradClip, logitPreconditioning } = settings;
  const { gradAccumulation, recompute } = planOf(settings);
  return allOrNothing(state, async () => {
    // Before a batch is drawn for nothing.
    const learningRate = schedule(state.step);
    requireNotNegative('the rate of the schedule', learningRate);
    const [first, end] = team === null ? [0, batchSize] : shareOf(batchSize, team.index, team.size);
    const batch = sampler.next(first, end);

    let value = 0;
    for (const part of splitBatch(batch, gradAccumulation)) {
      const own = scope(() => {
        const { inputs, targets } = batchTensors(part);
        const loss = model
          .loss(inputs, targets, { recompute, logitPreconditioning })
          .mul(part.rows / batchSize);
        loss.backward();
        return loss.detach();
      });
      value += await own.takeItem();
    }
    const loss = team === null ? value : await team.sumGradients(value);
    if (!Number.isFinite(loss)) throw new NumericError(`the loss became ${loss} at step ${state.step + 1}`);
    const maxNorm = gradClip > 0 ? gradClip : null;
    const clip = team === null ? { maxNorm } : { gradientScale: await team.clipScale(maxNorm) };
    optimizer.learningRate = learningRate;
    optimizer.step(clip);
    optimizer.zeroGrad();
    await team?.shareParameters();

    return loss;
  });
}

/** Counts the step if `step` succeeds; else brings back what was there before it. */
async function allOrNothing<T>(state: TrainingState, step: () => Promise<T>): Promise<T> {
  const { optimizer, model } = state;
  const { stepCount } = optimizer;
  const transaction = model.backend.transaction?.();
  try {
    const result = await step();
    await transaction?.commit();
    state.step++;
    return result;
  } catch (error) {
    transaction?.rollback();
    optimizer.stepCount = stepCount;
    optimizer.zeroGrad();
    throw error;
  }
}
