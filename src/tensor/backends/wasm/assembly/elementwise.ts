// Kernels of one operand. The loop is one template with the operation as a compile-time constant, so that
// each exported kernel is a loop of its own with nothing left to decide inside.

import { atan4, cos4, erf4, exp4, expm14, log1p4, log4, sigmoid4, sin4, softplus4, tanh4 } from './math';
import { choose, demote, madd64, promoteHigh, promoteLow, storePart, VECTOR } from './simd';

const enum Unary {
  Neg, Abs, Sign, Floor, Ceil, Round, Trunc, Exp, Expm1, Log, Log1p, Sqrt, Reciprocal, Square, Sin, Cos, Atan,
  Tanh, Sigmoid, Softplus, Relu, Erf,
  FloatToInt, IntToFloat,
}

// @ts-ignore: decorator
@inline
function unaryOf(op: Unary, x: v128): v128 {
  switch (op) {
    case Unary.Neg: return f32x4.neg(x);
    case Unary.Abs: return f32x4.abs(x);
    case Unary.Sign: return sign4(x);
    case Unary.Floor: return f32x4.floor(x);
    case Unary.Ceil: return f32x4.ceil(x);
    case Unary.Round: return f32x4.nearest(x);
    case Unary.Trunc: return f32x4.trunc(x);
    case Unary.Exp: return exp4(x);
    case Unary.Expm1: return expm14(x);
    case Unary.Log: return log4(x);
    case Unary.Log1p: return log1p4(x);
    case Unary.Sqrt: return f32x4.sqrt(x);
    case Unary.Reciprocal: return f32x4.div(f32x4.splat(1), x);
    case Unary.Square: return f32x4.mul(x, x);
    case Unary.Sin: return sin4(x);
    case Unary.Cos: return cos4(x);
    case Unary.Atan: return atan4(x);
    case Unary.Tanh: return tanh4(x);
    case Unary.Sigmoid: return sigmoid4(x);
    case Unary.Softplus: return softplus4(x);
    case Unary.Relu: return relu4(x);
    case Unary.Erf: return erf4(x);
    case Unary.FloatToInt: return i32x4.trunc_sat_f32x4_s(x);
    default: return f32x4.convert_i32x4_s(x);
  }
}

/** x, and 0 where x ≤ 0: −0 goes, NaN stays. */
// @ts-ignore: decorator
@inline
function relu4(x: v128): v128 {
  return v128.andnot(x, f32x4.le(x, f32x4.splat(0)));
}

/** ±1 with the sign of x; zeros and NaN as they are. */
// @ts-ignore: decorator
@inline
function sign4(x: v128): v128 {
  const one = v128.or(v128.and(x, i32x4.splat(1 << 31)), f32x4.splat(1));
  return choose(f32x4.gt(f32x4.abs(x), f32x4.splat(0)), one, x);
}

// @ts-ignore: decorator
@inline
function unary(op: Unary, x: usize, out: usize, length: i32): void {
  // Two vectors a turn hide part of the time that each step of a long formula waits for the one before.
  for (; length >= 8; length -= 8) {
    const first = unaryOf(op, v128.load(x));
    const second = unaryOf(op, v128.load(x, VECTOR));
    v128.store(out, first);
    v128.store(out, second, VECTOR);
    x += 2 * VECTOR;
    out += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    storePart(out, unaryOf(op, v128.load(x)), length);
    x += VECTOR;
    out += VECTOR;
  }
}

/** scale·x + shift, in doubles: both are plain numbers of the host, and only the result is a float. */
export function affine(x: usize, out: usize, length: i32, scale: f64, shift: f64): void {
  for (; length > 0; length -= 4) {
    storePart(out, affine4(v128.load(x), scale, shift), length);
    x += VECTOR;
    out += VECTOR;
  }
}

// @ts-ignore: decorator
@inline
function affine4(x: v128, scale: f64, shift: f64): v128 {
  const low = madd64(promoteLow(x), f64x2.splat(scale), f64x2.splat(shift));
  const high = madd64(promoteHigh(x), f64x2.splat(scale), f64x2.splat(shift));
  return demote(low, high);
}

export function neg(x: usize, out: usize, length: i32): void {
  unary(Unary.Neg, x, out, length);
}

export function abs(x: usize, out: usize, length: i32): void {
  unary(Unary.Abs, x, out, length);
}

export function sign(x: usize, out: usize, length: i32): void {
  unary(Unary.Sign, x, out, length);
}

export function floor(x: usize, out: usize, length: i32): void {
  unary(Unary.Floor, x, out, length);
}

export function ceil(x: usize, out: usize, length: i32): void {
  unary(Unary.Ceil, x, out, length);
}

export function round(x: usize, out: usize, length: i32): void {
  unary(Unary.Round, x, out, length);
}

export function trunc(x: usize, out: usize, length: i32): void {
  unary(Unary.Trunc, x, out, length);
}

export function exp(x: usize, out: usize, length: i32): void {
  unary(Unary.Exp, x, out, length);
}

export function expm1(x: usize, out: usize, length: i32): void {
  unary(Unary.Expm1, x, out, length);
}

export function log(x: usize, out: usize, length: i32): void {
  unary(Unary.Log, x, out, length);
}

export function log1p(x: usize, out: usize, length: i32): void {
  unary(Unary.Log1p, x, out, length);
}

export function sqrt(x: usize, out: usize, length: i32): void {
  unary(Unary.Sqrt, x, out, length);
}

export function reciprocal(x: usize, out: usize, length: i32): void {
  unary(Unary.Reciprocal, x, out, length);
}

export function square(x: usize, out: usize, length: i32): void {
  unary(Unary.Square, x, out, length);
}

export function sin(x: usize, out: usize, length: i32): void {
  unary(Unary.Sin, x, out, length);
}

export function cos(x: usize, out: usize, length: i32): void {
  unary(Unary.Cos, x, out, length);
}

export function atan(x: usize, out: usize, length: i32): void {
  unary(Unary.Atan, x, out, length);
}

export function tanh(x: usize, out: usize, length: i32): void {
  unary(Unary.Tanh, x, out, length);
}

export function sigmoid(x: usize, out: usize, length: i32): void {
  unary(Unary.Sigmoid, x, out, length);
}

export function softplus(x: usize, out: usize, length: i32): void {
  unary(Unary.Softplus, x, out, length);
}

export function relu(x: usize, out: usize, length: i32): void {
  unary(Unary.Relu, x, out, length);
}

export function erf(x: usize, out: usize, length: i32): void {
  unary(Unary.Erf, x, out, length);
}

/** Towards zero; what int32 cannot hold becomes its nearest end, and NaN 0. */
export function floatToInt(x: usize, out: usize, length: i32): void {
  unary(Unary.FloatToInt, x, out, length);
}

export function intToFloat(x: usize, out: usize, length: i32): void {
  unary(Unary.IntToFloat, x, out, length);
}
