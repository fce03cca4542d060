/** Bends for neural networks beside those of `elementwise.ts`. All take and return any shape. */
import { shown } from '../../checks/describe.js';
import { type OptionNames, requireKnown } from '../../checks/options.js';
import { requireFloats, requireNumber } from '../../checks/values.js';
import { ConfigError } from '../../errors.js';
import { scope } from '../../scope.js';
import type { Tensor } from '../../tensor.js';
import { where } from '../compare.js';
import { affine, erf, mul, sigmoid, square, tanh } from '../elementwise.js';
import { scalarLike } from '../fill.js';

/**
 * x where it is positive, else negativeSlope · x (Maas and others 2013); its slope at 0 is negativeSlope.
 * @throws DTypeError for integers.
 * @example leakyRelu(tensor([-2, 3]), 0.1) // [-0.2, 3]
 */
export function leakyRelu(x: Tensor, negativeSlope = 0.01): Tensor {
  requireFloats('leakyRelu', x);
  return scope(() => where(x.gt(0), x, x.mul(negativeSlope)));
}

/**
 * x where it is positive, else alpha · (eˣ − 1) (Clevert and others, arXiv:1511.07289); its slope at 0 is alpha.
 * @throws DTypeError for integers.
 * @example elu(tensor([-1, 3])) // [-0.6321, 3]
 */
export function elu(x: Tensor, alpha = 1): Tensor {
  requireFloats('elu', x);
  return scope(() => {
    const isPositive = x.gt(0);
    // Not the product but what goes in is replaced: the exponential of large values would be infinite.
    const negative = where(isPositive, scalarLike(0, x), x);
    return where(isPositive, x, negative.expm1().mul(alpha));
  });
}

/**
 * x held between `min` and `max`. As in PyTorch its slope at the bounds is 0, where that of `clamp` is 1.
 * @throws DTypeError for integers, ConfigError unless min < max.
 * @example hardtanh(tensor([-2, 0.5, 3])) // [-1, 0.5, 1]
 */
export function hardtanh(x: Tensor, min = -1, max = 1): Tensor {
  requireFloats('hardtanh', x);
  requireNumber('hardtanh', 'min', min);
  requireNumber('hardtanh', 'max', max);
  if (!(min < max)) throw new ConfigError(`hardtanh: min must be below max, got ${min} and ${max}`);
  return scope(() => {
    const raised = where(x.le(min), scalarLike(min, x), x);
    return where(x.ge(max), scalarLike(max, x), raised);
  });
}

/**
 * log sigmoid(x) = −log(1 + e⁻ˣ), where sigmoid itself would be 0.
 * @throws DTypeError for integers.
 * @example logSigmoid(tensor([0, -1000])) // [-0.6931, -1000]
 */
export function logSigmoid(x: Tensor): Tensor {
  requireFloats('logSigmoid', x);
  return scope(() => x.neg().softplus().neg());
}

/**
 * x · sigmoid(x), the gate of SwiGLU.
 * @example silu(tensor([0, 1])) // [0, 0.7311]
 */
export function silu(x: Tensor): Tensor {
  requireFloats('silu', x);
  return scope(() => mul(x, sigmoid(x)));
}

/** Options of `gelu`. */
export interface GeluOptions {
  /** `none` (default), or `tanh` for ½x (1 + tanh(√(2/π) (x + 0.044715 x³))), which GPT-2 was trained with. */
  readonly approximate?: 'none' | 'tanh';
}

const GELU_OPTIONS: OptionNames<GeluOptions> = { approximate: true };

/**
 * x · Φ(x) of any shape, Φ(x) the chance that a normal value is below x (Hendrycks and Gimpel, arXiv:1606.08415). As in
 * PyTorch, NaN at −∞. `gelu(tensor([1]))` is [0.8413], with `{ approximate: 'tanh' }` [0.8412].
 * @throws DTypeError for integers, ConfigError for another approximation.
 * @example gelu(tensor([0, 1])) // [0, 0.8413]
 */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  requireKnown('gelu', options, GELU_OPTIONS);
  const { approximate = 'none' } = options;
  requireFloats('gelu', x);
  if (approximate !== 'none' && approximate !== 'tanh') {
    throw new ConfigError(`gelu: approximate must be none or tanh, got ${shown(approximate)}`);
  }
  return scope(() => {
    const centred = approximate === 'tanh' ? tanh(mul(x, tanhSlope(x))) : erf(mul(x, Math.SQRT1_2));
    return mul(x, affine(centred, 0.5, 0.5));
  });
}

/** √(2/π) (1 + 0.044715 x²). */
function tanhSlope(x: Tensor): Tensor {
  const slope = Math.sqrt(2 / Math.PI);
  return affine(square(x), 0.044715 * slope, slope);
}
