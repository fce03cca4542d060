// Logarithms, and softplus, which is one; see polynomial.ts.

import { choose, madd, nmadd } from '../simd';
import { exp4 } from './exp';
import { constant, HALF, horner, LN2_HIGH, LN2_LOW, ONE, SIGN_BIT } from './polynomial';

const INFINITE = memory.data<f32>([Infinity]);
const MINUS_INFINITE = memory.data<f32>([-Infinity]);
const MIN_NORMAL = memory.data<f32>([1.17549435e-38]);
const TWO_TO_23 = memory.data<f32>([8388608]);
const EXPONENT_SHIFT = memory.data<i32>([23]);
const MANTISSA_BITS = memory.data<u32>([0x007fffff]);
const SQRT2_MINUS_ONE = memory.data<f32>([0.41421356237]);
const SQRT_HALF_MINUS_ONE = memory.data<f32>([-0.29289321881]);
const SQRT_HALF_BITS = memory.data<u32>([0x3f3504f3]);
/** (ln(1 + f) − f + f²/2) / f³ from √½ − 1 to √2 − 1. */
const LOG = memory.data<f32>([
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1,
  -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
]);

/** Natural logarithm: −∞ at ±0, NaN below. */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const isTiny = f32x4.lt(x, constant(MIN_NORMAL));
  const normal = choose(isTiny, f32x4.mul(x, constant(TWO_TO_23)), x);
  const tinyShift = v128.and(isTiny, constant(EXPONENT_SHIFT));
  const e = f32x4.convert_i32x4_s(i32x4.sub(exponentOf(normal), tinyShift));
  return withLogLimits(x, log1pScaled(fractionOf(normal), e));
}

/** e of x = 2ᵉ·(1 + f) with 1 + f from √½ to √2: counted from the bits of √½, the exponent is rounded down. */
// @ts-ignore: decorator
@inline
function exponentOf(x: v128): v128 {
  return i32x4.shr_s(i32x4.sub(x, constant(SQRT_HALF_BITS)), 23);
}

/** f of the same. */
// @ts-ignore: decorator
@inline
function fractionOf(x: v128): v128 {
  const bits = v128.and(i32x4.sub(x, constant(SQRT_HALF_BITS)), constant(MANTISSA_BITS));
  return f32x4.sub(i32x4.add(bits, constant(SQRT_HALF_BITS)), constant(ONE));
}

/** ln(1 + x). Where 1 + x is rounded to u, ln(1 + x) = ln u + ln(1 + (1 + x − u) / u), the last of which is small. */
// @ts-ignore: decorator
@inline
export function log1p4(x: v128): v128 {
  const u = f32x4.add(x, constant(ONE));
  const isNear = v128.and(f32x4.gt(x, constant(SQRT_HALF_MINUS_ONE)), f32x4.lt(x, constant(SQRT2_MINUS_ONE)));
  const e = v128.andnot(f32x4.convert_i32x4_s(exponentOf(u)), isNear);
  const lost = f32x4.div(f32x4.sub(x, f32x4.sub(u, constant(ONE))), u);
  const result = f32x4.add(log1pScaled(choose(isNear, x, fractionOf(u)), e), v128.andnot(lost, isNear));
  return v128.or(withLogLimits(u, result), v128.and(x, constant(SIGN_BIT)));
}

/** ln(1 + f) + e·ln 2, for f from √½ − 1 to √2 − 1. */
// @ts-ignore: decorator
@inline
function log1pScaled(f: v128, e: v128): v128 {
  // ln(1 + f) = f − f²/2 + f³·sum; the small parts are added up first.
  const square = f32x4.mul(f, f);
  let small = f32x4.mul(logTail(f), f32x4.mul(f, square));
  small = madd(e, constant(LN2_LOW), small);
  small = nmadd(square, constant(HALF), small);
  return madd(e, constant(LN2_HIGH), f32x4.add(f, small));
}

// @ts-ignore: decorator
@inline
function logTail(f: v128): v128 {
  let sum = horner(constant(LOG), f, LOG, 1);
  sum = horner(sum, f, LOG, 2);
  sum = horner(sum, f, LOG, 3);
  sum = horner(sum, f, LOG, 4);
  sum = horner(sum, f, LOG, 5);
  sum = horner(sum, f, LOG, 6);
  sum = horner(sum, f, LOG, 7);
  return horner(sum, f, LOG, 8);
}

/** The logarithms of zeros, negative numbers, ∞ and NaN put in. */
// @ts-ignore: decorator
@inline
function withLogLimits(x: v128, result: v128): v128 {
  const zero = f32x4.splat(0);
  const upper = choose(f32x4.lt(x, constant(INFINITE)), result, x);
  return v128.or(choose(f32x4.eq(x, zero), constant(MINUS_INFINITE), upper), f32x4.lt(x, zero));
}

/** ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|): nothing overflows, and below 0 all digits stay. */
// @ts-ignore: decorator
@inline
export function softplus4(x: v128): v128 {
  const decay = log1pUnit(exp4(v128.or(x, constant(SIGN_BIT))));
  // In this order pmax lets a NaN in x through.
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), decay);
}

/** ln(1 + u) for u from 0 to 1, where 1 + u would lose the digits of a small u; beyond √2 − 1 it is ln((1 + u)/2) + ln 2. */
// @ts-ignore: decorator
@inline
function log1pUnit(u: v128): v128 {
  const isLarge = f32x4.gt(u, constant(SQRT2_MINUS_ONE));
  const f = choose(isLarge, f32x4.mul(f32x4.sub(u, constant(ONE)), constant(HALF)), u);
  return log1pScaled(f, v128.and(isLarge, constant(ONE)));
}
