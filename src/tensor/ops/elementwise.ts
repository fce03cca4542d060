/**
 * The ops that compute every element by itself, of one operand or of two that broadcast.
 * Explained in docs/learn/00-first-tensor.md.
 */
import type { BinaryOp, UnaryOp } from '../backend.js';
import { shown } from '../checks/describe.js';
import { requireFloats, requireNumber, requireNumeric, requireTensor } from '../checks/values.js';
import { apply, wrap } from '../dispatch.js';
import { type DType, isDType } from '../dtype.js';
import { ConfigError, DTypeError } from '../errors.js';
import { scope } from '../scope.js';
import { broadcastShapes } from '../shape.js';
import type { Numeric, Tensor } from '../tensor.js';
import { requireSameDType, withNumber } from './operands.js';

const NONE = {};

function unary(op: UnaryOp) {
  return (x: Tensor): Tensor => {
    requireFloats(op, x);
    return apply(op, [x], NONE, () => wrap(x.backend, x.backend.kernels.unary(op, x), x.shape));
  };
}

/**
 * −x, of any shape.
 * @throws DTypeError for integers.
 * @example neg(tensor([1, -2])) // [-1, 2]
 */
export const neg = unary('neg');
/**
 * |x|, of any shape; its slope at 0 is 0.
 * @throws DTypeError for integers.
 * @example abs(tensor([1, -2])) // [1, 2]
 */
export const abs = unary('abs');
/**
 * −1, 0 or 1, as x of any shape is negative, 0 or positive; its slope is 0 everywhere.
 * @throws DTypeError for integers.
 * @example sign(tensor([-3, 0, 5])) // [-1, 0, 1]
 */
export const sign = unary('sign');
/**
 * The largest whole number that is not above x. Like all that makes whole numbers it is flat: its slope is 0.
 * @example floor(tensor([1.5, -1.5])) // [1, -2]
 */
export const floor = unary('floor');
/**
 * The smallest whole number that is not below x.
 * @example ceil(tensor([1.5, -1.5])) // [2, -1]
 */
export const ceil = unary('ceil');
/**
 * The nearest whole number, of two the even one: `round(tensor([0.5, 1.5, -2.6]))` is [0, 2, -3].
 * @example round(tensor([1.5, 2.5])) // [2, 2]
 */
export const round = unary('round');
/**
 * x without its fraction: `trunc(tensor([1.7, -1.7]))` is [1, -1].
 * @example trunc(tensor([1.5, -1.5])) // [1, -1]
 */
export const trunc = unary('trunc');
/**
 * eˣ, of any shape.
 * @throws DTypeError for integers.
 * @example exp(tensor([0, 1])) // [1, 2.7183]
 */
export const exp = unary('exp');
/**
 * eˣ − 1, with all digits near 0, where `exp` loses them to the 1.
 * @example expm1(tensor([0, 1])) // [0, 1.7183]
 */
export const expm1 = unary('expm1');
/**
 * The natural logarithm, of any shape: −∞ at 0, NaN below.
 * @throws DTypeError for integers.
 * @example log(tensor([1, Math.E])) // [0, 1]
 */
export const log = unary('log');
/**
 * log(1 + x), with all digits near 0; −∞ at −1, NaN below.
 * @example log1p(tensor([0, 1])) // [0, 0.6931]
 */
export const log1p = unary('log1p');
/**
 * √x, of any shape; NaN below 0.
 * @throws DTypeError for integers.
 * @example sqrt(tensor([4, 9])) // [2, 3]
 */
export const sqrt = unary('sqrt');
/**
 * 1 / x, of any shape; ±∞ at 0.
 * @throws DTypeError for integers.
 * @example reciprocal(tensor([2, 4])) // [0.5, 0.25]
 */
export const reciprocal = unary('reciprocal');
/**
 * x², of any shape.
 * @throws DTypeError for integers.
 * @example square(tensor([-3, 2])) // [9, 4]
 */
export const square = unary('square');
/**
 * The sine of x radians, of any shape.
 * @throws DTypeError for integers.
 * @example sin(tensor([0, Math.PI / 2])) // [0, 1]
 */
export const sin = unary('sin');
/**
 * The cosine of x radians, of any shape.
 * @throws DTypeError for integers.
 * @example cos(tensor([0, Math.PI])) // [1, -1]
 */
export const cos = unary('cos');
/**
 * The angle in radians, from −π/2 to π/2, whose tangent is x, of any shape.
 * @throws DTypeError for integers.
 * @example atan(tensor([0, 1])) // [0, 0.7854]
 */
export const atan = unary('atan');
/**
 * The hyperbolic tangent, from −1 to 1, of any shape.
 * @throws DTypeError for integers.
 * @example tanh(tensor([0, 1])) // [0, 0.7616]
 */
export const tanh = unary('tanh');
/**
 * 1 / (1 + e⁻ˣ), from 0 to 1, of any shape.
 * @throws DTypeError for integers.
 * @example sigmoid(tensor([0, 2])) // [0.5, 0.8808]
 */
export const sigmoid = unary('sigmoid');
/**
 * log(1 + eˣ), a smooth max(x, 0): the integral of sigmoid.
 * @example softplus(tensor([0, 100])) // [0.6931, 100]
 */
export const softplus = unary('softplus');
/**
 * max(x, 0); never −0, and flat at 0, unlike `maximum`.
 * @example relu(tensor([-2, 3])) // [0, 3]
 */
export const relu = unary('relu');
/**
 * 2/√π ∫₀ˣ e^−t² dt, the error function: the chance that a normal value lies within ±√2·x.
 * @example erf(tensor([0, 1])) // [0, 0.8427]
 */
export const erf = unary('erf');

function binary(op: BinaryOp, a: Tensor, b: Tensor): Tensor {
  requireFloats(op, a, 'its first operand');
  requireNumeric(op, b);
  requireSameDType(op, a, b);
  const shape = broadcastShapes(op, a.shape, b.shape);
  return apply(op, [a, b], NONE, () => wrap(a.backend, a.backend.kernels.binary(op, a, b, shape), shape));
}

/**
 * a + b
 * @example add(tensor([[1], [2]]), tensor([10, 20])) // [[11, 21], [12, 22]]
 */
export function add(a: Tensor, b: Numeric): Tensor {
  requireTensor('add', 'a', a);
  return typeof b === 'number' ? scaled('add', a, 1, b) : binary('add', a, b);
}

/**
 * a − b
 * @example sub(tensor([5, 7]), 2) // [3, 5]
 */
export function sub(a: Tensor, b: Numeric): Tensor {
  requireTensor('sub', 'a', a);
  return typeof b === 'number' ? scaled('sub', a, 1, -b) : binary('sub', a, b);
}

/**
 * a · b, elementwise
 * @example mul(tensor([1, 2]), tensor([3, 4])) // [3, 8]
 */
export function mul(a: Tensor, b: Numeric): Tensor {
  requireTensor('mul', 'a', a);
  return typeof b === 'number' ? scaled('mul', a, b, 0) : binary('mul', a, b);
}

/**
 * a / b
 * @example div(tensor([6, 8]), tensor([3, 4])) // [2, 2]
 */
export function div(a: Tensor, b: Numeric): Tensor {
  requireTensor('div', 'a', a);
  return withNumber('div', a, b, (other) => binary('div', a, other));
}

/**
 * a ** b, as in IEEE 754 and PyTorch: 1 where b is 0 or a is 1, whatever the other, NaN included, and where a is −1 and b
 * infinite. The slope in a is 0 where b is 0.
 * @example pow(tensor([2, 3]), 2) // [4, 9]
 */
export function pow(a: Tensor, b: Numeric): Tensor {
  requireTensor('pow', 'a', a);
  return withNumber('pow', a, b, (other) => binary('pow', a, other));
}

/**
 * What is left of a when as many whole b as fit are taken away: a − ⌊a / b⌋·b, with the sign of b, as in PyTorch and NumPy.
 * `remainder(tensor([-7, 7]), 3)` is [2, 1], `remainder(tensor([-7, 7]), -3)` [-1, -2]. Exact before the step to the sign of
 * b; NaN where a is infinite or b is 0. Its slope is 1 in a and −⌊a / b⌋ in b.
 * @example remainder(tensor([5, -5]), 3) // [2, 1]
 */
export function remainder(a: Tensor, b: Numeric): Tensor {
  requireTensor('remainder', 'a', a);
  return withNumber('remainder', a, b, (other) => binary('remainder', a, other));
}

/**
 * The larger of a and b, NaN where one is. The gradient goes to the larger; to both where one is NaN, and half to each where
 * they are equal, as in PyTorch. That holds for a plain number too: the slope of `x.maximum(0)` is ½ at 0, where that of
 * `clamp(x, 0)` is 1 and that of `relu(x)` 0.
 * @example maximum(tensor([1, 5]), tensor([4, 2])) // [4, 5]
 */
export function maximum(a: Tensor, b: Numeric): Tensor {
  requireTensor('maximum', 'a', a);
  return withNumber('maximum', a, b, (other) => binary('maximum', a, other));
}

/**
 * The smaller of a and b; of NaN and equal ones as `maximum`.
 * @example minimum(tensor([1, 5]), 3) // [1, 3]
 */
export function minimum(a: Tensor, b: Numeric): Tensor {
  requireTensor('minimum', 'a', a);
  return withNumber('minimum', a, b, (other) => binary('minimum', a, other));
}

/**
 * x of any shape, its elements below `min` raised to it, then those above `max` lowered to that; either bound may be left
 * out. Its slope is 1 between the bounds, which belong to it, and 0 outside, where `maximum` and `minimum` have ½ at the
 * bounds. As in PyTorch: NaN stays, and where min > max everything becomes max. `clamp(tensor([-2, 3]), 0)` is [0, 3].
 * @throws DTypeError for integers, ConfigError without bounds.
 * @example clamp(tensor([-2, 3, 9]), 0, 5) // [0, 3, 5]
 */
export function clamp(x: Tensor, min?: number, max?: number): Tensor {
  requireFloats('clamp', x);
  if (min === undefined && max === undefined) throw new ConfigError('clamp: wants min, max or both');
  if (min !== undefined) requireNumber('clamp', 'min', min);
  if (max !== undefined) requireNumber('clamp', 'max', max);
  const attributes = { min: min ?? Number.NEGATIVE_INFINITY, max: max ?? Number.POSITIVE_INFINITY };
  return apply('clamp', [x], attributes, () =>
    scope(() => {
      const raised = min === undefined ? x : maximum(x, min);
      return max === undefined ? raised : minimum(raised, max);
    }),
  );
}

/** The name of `clamp` in NumPy, and one of two in PyTorch. */
export { clamp as clip };

/**
 * x ⊙ scale, bit for bit, where the gradient of x is made with `slope` in place of the scale; all three broadcast. That is
 * not the derivative, but what a preconditioned step follows. The scale has its ordinary gradient, the slope none.
 * @example mulPreconditioned(tensor([2]), tensor([3]), tensor([1])) // [6]
 */
export function mulPreconditioned(x: Tensor, scale: Tensor, slope: Tensor): Tensor {
  requireTensor('mulPreconditioned', 'its input', x);
  requireTensor('mulPreconditioned', 'scale', scale);
  requireTensor('mulPreconditioned', 'slope', slope);
  return apply('mulPreconditioned', [x, scale, slope], {}, () => mul(x, scale));
}

/**
 * scale·x + shift with plain numbers: a product or sum with a constant needs no tensor for it.
 * @example affine(tensor([1, 2]), 10, 1) // [11, 21]
 */
export function affine(x: Tensor, scale: number, shift: number): Tensor {
  requireFloats('affine', x);
  requireNumber('affine', 'scale', scale);
  requireNumber('affine', 'shift', shift);
  return scaled('affine', x, scale, shift);
}

/** The same, in the name of what the user called. */
function scaled(op: string, x: Tensor, scale: number, shift: number): Tensor {
  requireFloats(op, x);
  return apply('affine', [x], { scale, shift }, () =>
    wrap(x.backend, x.backend.kernels.affine(x, scale, shift), x.shape),
  );
}

/**
 * The same values as another dtype. Floats become integers by truncation; what int32 cannot hold becomes its nearest end,
 * NaN 0.
 * @example cast(tensor([1.7, -1.7]), 'int32') // [1, -1]
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  requireTensor('cast', 'its input', x);
  if (!isDType(dtype)) {
    throw new DTypeError(`cast: a dtype is float32, int32 or float64, got ${shown(dtype)}`);
  }
  if (dtype === x.dtype) return x.alias();
  return apply('cast', [x], { dtype }, () => wrap(x.backend, x.backend.kernels.cast(x, dtype), x.shape));
}
