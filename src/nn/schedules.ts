import { type Failure, requireNotNegative, requireWhole } from '../tensor/checks.js';
import { ConfigError } from '../tensor/index.js';

/** The learning rate of a step; steps count from 0. */
export type Schedule = (step: number) => number;

export interface ConstantScheduleOptions {
  /** The rate after the warm-up. */
  readonly learningRate: number;
  /** Steps of linear warm-up, default 0. */
  readonly warmupSteps?: number;
}

export interface CosineScheduleOptions extends ConstantScheduleOptions {
  /** The rate at the end and after it, default 0. */
  readonly minLearningRate?: number;
  /** The step at which the rate reaches its minimum, warm-up included. */
  readonly totalSteps: number;
}

/** Linear warm-up, then always the same rate. @throws ConfigError for negative settings. */
export function constantSchedule(options: ConstantScheduleOptions): Schedule {
  const { learningRate, warmupSteps = 0 } = options;
  requireNotNegative('learningRate', learningRate, failure);
  requireWhole('warmupSteps', warmupSteps, 0, { failure });
  return (step) => (step < warmupSteps ? warmUp(learningRate, step, warmupSteps) : learningRate);
}

/**
 * Linear warm-up to `learningRate`, half a cosine down to `minLearningRate` at `totalSteps`, that rate from then
 * on: nanoGPT's `get_lr`. A warm-up longer than `totalSteps` is finished first.
 * @throws ConfigError for negative settings.
 */
export function cosineSchedule(options: CosineScheduleOptions): Schedule {
  const { learningRate, minLearningRate = 0, warmupSteps = 0, totalSteps } = options;
  requireNotNegative('learningRate', learningRate, failure);
  requireNotNegative('minLearningRate', minLearningRate, failure);
  requireWhole('warmupSteps', warmupSteps, 0, { failure });
  requireWhole('totalSteps', totalSteps, 0, { failure });
  return (step) => {
    if (step < warmupSteps) return warmUp(learningRate, step, warmupSteps);
    // `>=` where nanoGPT has `>`: the same value, and no 0/0 when the warm-up takes all the steps.
    if (step >= totalSteps) return minLearningRate;
    const progress = (step - warmupSteps) / (totalSteps - warmupSteps);
    const weight = 0.5 * (1 + Math.cos(Math.PI * progress));
    return minLearningRate + weight * (learningRate - minLearningRate);
  };
}

/** The first step already moves, and the first one after the warm-up has the full rate. */
function warmUp(learningRate: number, step: number, warmupSteps: number): number {
  return (learningRate * (step + 1)) / (warmupSteps + 1);
}

const failure: Failure = (message) => new ConfigError(`schedule: ${message}`);
