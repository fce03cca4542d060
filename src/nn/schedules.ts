/** How the learning rate goes from step to step. Explained in docs/learn/11-training.md. */
import { type OptionNames, requireKnown } from '../tensor/checks/options.js';
import {
  type Failure,
  requireNotNegative,
  requireNumber,
  requirePositive,
  requireWhole,
} from '../tensor/checks/values.js';
import { ConfigError } from '../tensor/index.js';

/** The learning rate of a step; steps count from 0. */
export type Schedule = (step: number) => number;

/** Options of `constantSchedule`. */
export interface ConstantScheduleOptions {
  /** The rate after the warm-up. */
  readonly learningRate: number;
  /** Steps of linear warm-up, default 0. */
  readonly warmupSteps?: number;
}

/** Options of the schedules that decay; rates are per step. */
export interface DecayScheduleOptions extends ConstantScheduleOptions {
  /** The rate at the end and after it, default 0. */
  readonly minLearningRate?: number;
  /** The step at which the rate reaches its minimum, warm-up included. */
  readonly totalSteps: number;
}

/** Options of `cosineSchedule`. */
export type CosineScheduleOptions = DecayScheduleOptions;

/** Options of `logarithmicSchedule`. */
export interface LogarithmicScheduleOptions extends DecayScheduleOptions {
  /** ρ: the smaller, the more of the decay happens at once; default 0.1. */
  readonly curvature?: number;
}

const CONSTANT_OPTIONS: OptionNames<ConstantScheduleOptions> = { learningRate: true, warmupSteps: true };
const DECAY_OPTIONS: OptionNames<DecayScheduleOptions> = {
  ...CONSTANT_OPTIONS,
  minLearningRate: true,
  totalSteps: true,
};
const LOGARITHMIC_OPTIONS: OptionNames<LogarithmicScheduleOptions> = { ...DECAY_OPTIONS, curvature: true };

/**
 * Linear warm-up, then always the same rate.
 * @throws ConfigError for negative settings.
 * @example
 * const rate = constantSchedule({ learningRate: 0.1, warmupSteps: 4 });
 * rate(1) // 0.04
 * rate(100) // 0.1
 */
export function constantSchedule(options: ConstantScheduleOptions): Schedule {
  requireKnown('schedule', options, CONSTANT_OPTIONS);
  const { learningRate, warmupSteps = 0 } = options;
  requireNotNegative('learningRate', learningRate, failure);
  requireWhole('warmupSteps', warmupSteps, 0, { failure });
  return (step) => {
    requireNumber('schedule', 'the step', step);
    return step < warmupSteps ? warmUp(learningRate, step, warmupSteps) : learningRate;
  };
}

/**
 * Linear warm-up to `learningRate`, half a cosine down to `minLearningRate` at `totalSteps`, that rate from then
 * on: nanoGPT's `get_lr`. A warm-up longer than `totalSteps` is finished first.
 * @throws ConfigError for negative settings.
 * @example
 * const rate = cosineSchedule({ learningRate: 0.1, totalSteps: 100 });
 * rate(0) // 0.1
 * rate(50) // 0.05
 * rate(100) // 0
 */
export function cosineSchedule(options: CosineScheduleOptions): Schedule {
  return decaySchedule(options, (progress) => 0.5 * (1 + Math.cos(Math.PI * progress)));
}

/**
 * As `cosineSchedule`, along a straight line.
 * @throws ConfigError for negative settings.
 * @example
 * const rate = linearSchedule({ learningRate: 0.1, minLearningRate: 0.02, totalSteps: 10 });
 * rate(5) // 0.06
 */
export function linearSchedule(options: DecayScheduleOptions): Schedule {
  return decaySchedule(options, (progress) => 1 - progress);
}

/**
 * As `cosineSchedule`, with the decay of "Training nGPT" (arXiv:2608.01284): a part r of the way down the rate stands at
 * min + (max − min) (1 − log(1 + r/ρ) / log(1 + 1/ρ)): fast first, with a long flat end. Their warm-up takes a tenth of the
 * steps. We know no value of theirs for ρ; that of 0.1 is ours.
 * @throws ConfigError for negative settings, or a curvature that is not above 0.
 * @example
 * const rate = logarithmicSchedule({ learningRate: 0.1, totalSteps: 100 });
 * rate(0) // 0.1
 * rate(50) // 0.0253
 */
export function logarithmicSchedule(options: LogarithmicScheduleOptions): Schedule {
  requireKnown('schedule', options, LOGARITHMIC_OPTIONS);
  const { curvature = 0.1, ...decay } = options;
  requirePositive('curvature', curvature, failure);
  const whole = Math.log1p(1 / curvature);
  return decaySchedule(decay, (progress) => 1 - Math.log1p(progress / curvature) / whole);
}

/** @param weight - how much of the way from the minimum to the rate is left, by the part of the decay that is done */
function decaySchedule(options: DecayScheduleOptions, weight: (progress: number) => number): Schedule {
  requireKnown('schedule', options, DECAY_OPTIONS);
  const { learningRate, minLearningRate = 0, warmupSteps = 0, totalSteps } = options;
  requireNotNegative('learningRate', learningRate, failure);
  requireNotNegative('minLearningRate', minLearningRate, failure);
  requireWhole('warmupSteps', warmupSteps, 0, { failure });
  requireWhole('totalSteps', totalSteps, 0, { failure });
  return (step) => {
    requireNumber('schedule', 'the step', step);
    if (step < warmupSteps) return warmUp(learningRate, step, warmupSteps);
    // `>=` where nanoGPT has `>`: the same value, and no 0/0 when the warm-up takes all the steps.
    if (step >= totalSteps) return minLearningRate;
    const progress = (step - warmupSteps) / (totalSteps - warmupSteps);
    return minLearningRate + weight(progress) * (learningRate - minLearningRate);
  };
}

/** The first step already moves, and the first one after the warm-up has the full rate. */
function warmUp(learningRate: number, step: number, warmupSteps: number): number {
  return (learningRate * (step + 1)) / (warmupSteps + 1);
}

const failure: Failure = (message) => new ConfigError(`schedule: ${message}`);
