/** Variances, standard deviations and norms. */
import { type OptionNames, requireKnown } from '../../checks/options.js';
import { requireFloats, requireNumber } from '../../checks/values.js';
import { ConfigError } from '../../errors.js';
import { scope } from '../../scope.js';
import { type Axes, normalizeAxes, requireNonEmpty } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { where } from '../compare.js';
import { scalarLike } from '../fill.js';

/** Options of `variance` and `std`. */
export interface VarianceOptions {
  /**
   * What is taken off the number of elements that the squares are divided by. Default 1, which makes the variance of a
   * sample an unbiased estimate, as in PyTorch; 0 as in NumPy.
   */
  readonly correction?: number;
  /** Leave axes of size 1 behind, default false. */
  readonly keepDims?: boolean;
}

const VARIANCE_OPTIONS: OptionNames<VarianceOptions> = { correction: true, keepDims: true };

/**
 * Σ(x − mean)² / (n − correction) over `axes` (default all), n elements each; NaN for fewer than correction + 1. In place
 * of options a boolean is `keepDims`. As a method, and in PyTorch, it is called `var`.
 * @throws ShapeError for axes that x lacks, DTypeError for integers.
 * @example
 * variance(tensor([1, 2, 3, 4])) // 1.6667
 * variance(tensor([1, 2, 3, 4]), undefined, { correction: 0 }) // 1.25
 */
export function variance(x: Tensor, axes?: Axes, options: VarianceOptions | boolean = {}): Tensor {
  if (typeof options !== 'boolean') requireKnown('variance', options, VARIANCE_OPTIONS);
  const { correction = 1, keepDims = false } = typeof options === 'boolean' ? { keepDims: options } : options;
  requireFloats('var', x);
  requireNumber('var', 'correction', correction);
  if (!Number.isFinite(correction)) {
    throw new ConfigError(`var: correction must be a finite number, got ${correction}`);
  }
  const over = normalizeAxes('var', axes, x.rank);
  const count = over.reduce((product, axis) => product * x.shape[axis], 1);
  return scope(() => {
    const squares = x.sub(x.mean(over, true)).square().sum(over, keepDims);
    return squares.mul(1 / Math.max(0, count - correction));
  });
}

/**
 * The standard deviation, √variance, with the same axes and options. Where all elements are equal its slope is 0, as in
 * PyTorch.
 * @throws ShapeError for axes that x lacks, DTypeError for integers.
 * @example std(tensor([1, 2, 3, 4])) // 1.2910
 */
export function std(x: Tensor, axes?: Axes, options: VarianceOptions | boolean = {}): Tensor {
  requireFloats('std', x);
  return scope(() => flatAtZero(variance(x, axes, options), (y) => y.sqrt()));
}

/**
 * (Σ|x|ᵖ)^(1/p) over `axes` (default all), p = `order` (default 2, the length); for Infinity the largest |x|. Neither the
 * squares nor their sum overflow. As in PyTorch its slope is 0 where the norm is, and |x|ᵖ has slope 0 at 0.
 * @throws ConfigError unless order > 0, ShapeError for axes that x lacks, or for Infinity over an empty one, DTypeError
 * for integers.
 * @example norm(tensor([3, 4])) // 5
 * @example norm(tensor([[3, -4], [1, 1]]), 1, 1) // [7, 2]
 */
export function norm(x: Tensor, order = 2, axes?: Axes, keepDims = false): Tensor {
  requireFloats('norm', x);
  requireNumber('norm', 'order', order);
  if (!(order > 0)) throw new ConfigError(`norm: order must be a number above 0 or Infinity, got ${order}`);
  const over = normalizeAxes('norm', axes, x.rank);
  if (order === Number.POSITIVE_INFINITY) requireNonEmpty('norm', 'largest', x.shape, over);
  return scope(() => {
    if (order === 1) return x.abs().sum(over, keepDims);
    if (order === Number.POSITIVE_INFINITY) return x.abs().max(over, keepDims);
    if (over.some((axis) => x.shape[axis] === 0)) return x.sum(over, keepDims);
    const scale = magnitude(x, over);
    const powers = powersOf(x.div(scale), order).sum(over, keepDims);
    const length = flatAtZero(powers, (y) => (order === 2 ? y.sqrt() : y.pow(1 / order)));
    return length.mul(scale.reshape(length.shape));
  });
}

/** The largest |x| over `axes`, or 1 where that is 0 or infinite: nothing of this size overflows when it is squared. */
function magnitude(x: Tensor, axes: readonly number[]): Tensor {
  const largest = x.detach().abs().max(axes, true);
  const one = scalarLike(1, largest);
  return where(largest.eq(0), one, where(largest.eq(Number.POSITIVE_INFINITY), one, largest));
}

/** |x|ᵖ */
function powersOf(x: Tensor, order: number): Tensor {
  return order === 2 ? x.square() : flatAtZero(x, (y) => y.abs().pow(order));
}

/** f(x), but 0 with slope 0 where x is 0. */
function flatAtZero(x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  const isZero = x.eq(0);
  // What goes into f is replaced too: an infinite slope times 0 would be NaN.
  return where(isZero, scalarLike(0, x), f(where(isZero, scalarLike(1, x), x)));
}
