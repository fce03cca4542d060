/** What predictions of numbers are off by. Input and target have one shape, whatever it is. */

import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { requireNotNegative, requirePositive } from '../../tensor/checks/values.js';
import { scope, type Tensor } from '../../tensor/index.js';
import { LOSS_OPTIONS, type LossOptions, reduced, requireSameShapes } from './reduction.js';

/**
 * The squared error (input − target)²; by default its mean, a scalar.
 * @throws ShapeError for different shapes, DTypeError for integers, ConfigError for an unknown reduction.
 * @example mseLoss(tensor([1, 2]), tensor([1, 4])) // 2
 */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  requireKnown('mseLoss', options, LOSS_OPTIONS);
  requireSameShapes('mseLoss', input, target);
  return scope(() => reduced(input.sub(target).square(), options.reduction));
}

/**
 * The absolute error |input − target|; by default its mean, a scalar. Its slope is 0 where the error is.
 * @throws ShapeError for different shapes, DTypeError for integers, ConfigError for an unknown reduction.
 * @example l1Loss(tensor([1, 2]), tensor([1, 4])) // 1
 */
export function l1Loss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  requireKnown('l1Loss', options, LOSS_OPTIONS);
  requireSameShapes('l1Loss', input, target);
  return scope(() => reduced(input.sub(target).abs(), options.reduction));
}

/** Options of `huberLoss`. */
export interface HuberLossOptions extends LossOptions {
  /** Where the parabola goes over into lines, default 1. */
  readonly delta?: number;
}

const HUBER_OPTIONS: OptionNames<HuberLossOptions> = { ...LOSS_OPTIONS, delta: true };

/**
 * Half the squared error up to an error of `delta`, from there a line that goes on with the same slope, δ (|e| − δ/2), so
 * that outliers count for less (Huber 1964); by default its mean, a scalar.
 * @throws ShapeError for different shapes, DTypeError for integers, ConfigError unless delta > 0.
 * @example huberLoss(tensor([0.5, 3]), tensor([0, 0]), { reduction: 'none' }) // [0.125, 2.5]
 */
export function huberLoss(input: Tensor, target: Tensor, options: HuberLossOptions = {}): Tensor {
  requireKnown('huberLoss', options, HUBER_OPTIONS);
  const { delta = 1, reduction } = options;
  requireSameShapes('huberLoss', input, target);
  requirePositive('delta', delta);
  return scope(() => reduced(huber(input.sub(target), delta), reduction));
}

/** c (e − c/2), c being the error e held between ±δ: e²/2 within them, δ (|e| − δ/2) outside. */
function huber(error: Tensor, delta: number): Tensor {
  const held = error.clamp(-delta, delta);
  return held.mul(error.sub(held.mul(0.5)));
}

/** Options of `smoothL1Loss`. */
export interface SmoothL1LossOptions extends LossOptions {
  /** Where the parabola goes over into lines, default 1; 0 is `l1Loss`. */
  readonly beta?: number;
}

const SMOOTH_L1_OPTIONS: OptionNames<SmoothL1LossOptions> = { ...LOSS_OPTIONS, beta: true };

/**
 * The absolute error with its corner rounded: e²/(2β) up to β, |e| − β/2 beyond, which is `huberLoss` divided by its δ; by
 * default its mean, a scalar.
 * @throws ShapeError for different shapes, DTypeError for integers, ConfigError unless beta is at least 0 and finite.
 * @example smoothL1Loss(tensor([0.5, 3]), tensor([0, 0]), { reduction: 'none' }) // [0.125, 2.5]
 */
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1LossOptions = {}): Tensor {
  requireKnown('smoothL1Loss', options, SMOOTH_L1_OPTIONS);
  const { beta = 1, reduction } = options;
  requireSameShapes('smoothL1Loss', input, target);
  requireNotNegative('beta', beta);
  return scope(() => {
    const error = input.sub(target);
    return reduced(beta === 0 ? error.abs() : huber(error, beta).div(beta), reduction);
  });
}
