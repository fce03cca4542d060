// Elementary functions of four floats at once, within 4 units in the last place over all of float32: tiny
// arguments and results, zeros of either sign, infinities and NaN included. Each reduces its argument to a
// small range and evaluates a polynomial there; most of the polynomials are those of Cephes (S. L. Moshier).
//
// Constants lie in memory. A vector constant in the code costs V8 three instructions wherever it is used, and
// these functions use dozens: loading them instead makes exp4 half as fast again.

import { choose, madd, nmadd } from './simd';

const ONE = memory.data<f32>([1]);
const HALF = memory.data<f32>([0.5]);
const TWO = memory.data<f32>([2]);
const INFINITE = memory.data<f32>([Infinity]);
const MINUS_INFINITE = memory.data<f32>([-Infinity]);
const SIGN_BIT = memory.data<u32>([0x80000000]);

/** 1.5·2²³: a small float added to it is rounded to an integer, which lies in the low bits of the sum. */
const ROUNDER = memory.data<f32>([12582912]);

/** Outside of these eˣ is 0 or ∞. */
const EXP_LOWEST = memory.data<f32>([-104]);
const EXP_HIGHEST = memory.data<f32>([89]);
/** Below it eˣ − 1 is −1, even in floats. */
const EXPM1_LOWEST = memory.data<f32>([-30]);
/** Down to here 2ⁿ is a normal float. */
const DECAY_LOWEST = memory.data<f32>([-87]);
const LOG2_E = memory.data<f32>([1.44269504088896341]);
/** ln 2 in two parts; the first has so few bits that its product with an exponent is exact. */
const LN2_HIGH = memory.data<f32>([0.693359375]);
const LN2_LOW = memory.data<f32>([-2.1219444e-4]);
/** (eʳ − 1 − r) / r² on ±½·ln 2, the best in the largest error relative to eʳ − 1. */
const EXP = memory.data<f32>([1.3882498e-3, 8.3666472e-3, 4.1667204e-2, 1.6666542e-1, 4.9999997e-1]);

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

/** Where erf changes its formula, and from where on it is 1, even in floats. */
const ERF_MIDDLE = memory.data<f32>([0.925]);
const ERF_HIGHEST = memory.data<f32>([4]);
/** (erf x − x) / x in powers of x² up to there, the best in the largest error relative to erf x. */
const ERF = memory.data<f32>([
  -5.95374731e-4, 4.98594204e-3, -2.67617218e-2, 1.12816826e-1, -3.76124799e-1, 1.28379151e-1,
]);
/** −ln(1 − erf x) / x in powers of x beyond, the best in the same error. */
const ERF_TAIL = memory.data<f32>([
  -2.13983876e-4, 3.21494741e-3, -2.28899401e-2, 1.0526181e-1, 6.35718346e-1, 1.12851441,
]);

/** From here on tanh is 1, even in floats. */
const TANH_HIGHEST = memory.data<f32>([10]);

/** tan π/8 and tan 3π/8, where atan changes its reduction. */
const TAN_EIGHTH = memory.data<f32>([0.41421356237]);
const TAN_THREE_EIGHTHS = memory.data<f32>([2.41421356237]);
const QUARTER_PI = memory.data<f32>([0.78539816339744831]);
const HALF_PI = memory.data<f32>([1.57079632679489662]);
/** (atan z − z) / z³ in powers of z². */
const ATAN = memory.data<f32>([8.05374449538e-2, -1.38776856032e-1, 1.99777106478e-1, -3.33329491539e-1]);

/** A constant in all four lanes; `index` for those of a list. */
// @ts-ignore: decorator
@inline
function constant(list: usize, index: usize = 0): v128 {
  return v128.load32_splat(list + (index << 2));
}

/** One step of Horner's rule: sum·x + the coefficient at `index`. */
// @ts-ignore: decorator
@inline
function horner(sum: v128, x: v128, list: usize, index: usize): v128 {
  return madd(sum, x, constant(list, index));
}

/** ROUNDER + n, with n = x / ln 2 rounded: eˣ = 2ⁿ·eʳ. */
// @ts-ignore: decorator
@inline
function roundedExponent(x: v128): v128 {
  return madd(x, constant(LOG2_E), constant(ROUNDER));
}

/** 2ⁿ for n in the low bits; the higher ones are shifted out. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.add(i32x4.shl(n, 23), constant(ONE));
}

/** eʳ − 1 for r = x − n·ln 2, which lies within ±½·ln 2. */
// @ts-ignore: decorator
@inline
function expm1Remainder(x: v128, rounded: v128): v128 {
  const n = f32x4.sub(rounded, constant(ROUNDER));
  const r = nmadd(n, constant(LN2_LOW), nmadd(n, constant(LN2_HIGH), x));
  let sum = horner(constant(EXP), r, EXP, 1);
  sum = horner(sum, r, EXP, 2);
  sum = horner(sum, r, EXP, 3);
  sum = horner(sum, r, EXP, 4);
  return madd(sum, f32x4.mul(r, r), r);
}

/** eˣ. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // With their arguments in this order pmin and pmax let a NaN in x through.
  const bounded = f32x4.pmax(f32x4.pmin(x, constant(EXP_HIGHEST)), constant(EXP_LOWEST));
  const rounded = roundedExponent(bounded);
  const mantissa = f32x4.add(expm1Remainder(bounded, rounded), constant(ONE));
  // 2ⁿ may lie outside float32 where the result does not: two factors, of which only the last can round.
  const half = i32x4.shr_u(rounded, 1);
  const rest = i32x4.sub(rounded, half);
  return f32x4.mul(f32x4.mul(mantissa, powerOfTwo(half)), powerOfTwo(rest));
}

/** eˣ from −87 to 0 and of NaN: nothing to limit, and 2ⁿ is one normal float. */
// @ts-ignore: decorator
@inline
export function decay4(x: v128): v128 {
  const rounded = roundedExponent(x);
  return f32x4.mul(f32x4.add(expm1Remainder(x, rounded), constant(ONE)), powerOfTwo(rounded));
}

/** eˣ − 1 = 2ⁿ(eʳ − 1) + (2ⁿ − 1), so that small x keep all their digits; twice the half of it, since 2¹²⁸ is no float. */
// @ts-ignore: decorator
@inline
export function expm14(x: v128): v128 {
  const bounded = f32x4.pmax(f32x4.pmin(x, constant(EXP_HIGHEST)), constant(EXPM1_LOWEST));
  const rounded = roundedExponent(bounded);
  const scale = powerOfTwo(i32x4.sub(rounded, i32x4.splat(1)));
  const half = madd(scale, expm1Remainder(bounded, rounded), f32x4.sub(scale, constant(HALF)));
  // −0 has lost its sign.
  return v128.or(f32x4.add(half, half), v128.and(x, constant(SIGN_BIT)));
}

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

/** (e²ˣ − 1) / (e²ˣ + 1), from e²ˣ − 1 so that small x keep all their digits. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.abs(x), constant(TANH_HIGHEST));
  const doubled = f32x4.add(bounded, bounded);
  const rounded = roundedExponent(doubled);
  const scale = powerOfTwo(rounded);
  const expm1 = madd(scale, expm1Remainder(doubled, rounded), f32x4.sub(scale, constant(ONE)));
  const magnitude = f32x4.div(expm1, f32x4.add(expm1, constant(TWO)));
  return v128.or(magnitude, v128.and(x, constant(SIGN_BIT)));
}

/** 1 / (1 + e⁻ˣ), written with e^−|x| on both sides of 0 so that nothing overflows. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const decay = exp4(v128.or(x, constant(SIGN_BIT)));
  const numerator = choose(f32x4.lt(x, f32x4.splat(0)), decay, constant(ONE));
  return f32x4.div(numerator, f32x4.add(decay, constant(ONE)));
}

/** `sigmoid4`, but 0 below −87, where that is near the smallest normal float: four operations less. */
// @ts-ignore: decorator
@inline
export function gate4(x: v128): v128 {
  const exponent = v128.or(x, constant(SIGN_BIT));
  const bounded = f32x4.pmax(exponent, constant(DECAY_LOWEST));
  const decay = v128.andnot(decay4(bounded), f32x4.lt(exponent, constant(DECAY_LOWEST)));
  const numerator = choose(f32x4.lt(x, f32x4.splat(0)), decay, constant(ONE));
  return f32x4.div(numerator, f32x4.add(decay, constant(ONE)));
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

/** x + x·r(x²) near 0, and beyond it 1 − e^−w with w = −ln(1 − erf x), after N. Juffa. */
// @ts-ignore: decorator
@inline
export function erf4(x: v128): v128 {
  const size = f32x4.pmin(f32x4.abs(x), constant(ERF_HIGHEST));
  const near = madd(size, quintic(f32x4.mul(size, size), ERF), size);
  const w = f32x4.mul(size, quintic(size, ERF_TAIL));
  const far = f32x4.sub(constant(ONE), exp4(f32x4.neg(w)));
  const magnitude = choose(f32x4.lt(size, constant(ERF_MIDDLE)), near, far);
  return v128.or(magnitude, v128.and(x, constant(SIGN_BIT)));
}

/** The polynomial of the six coefficients in a list, that of x⁵ first. */
// @ts-ignore: decorator
@inline
function quintic(x: v128, list: usize): v128 {
  let sum = horner(constant(list), x, list, 1);
  sum = horner(sum, x, list, 2);
  sum = horner(sum, x, list, 3);
  sum = horner(sum, x, list, 4);
  return horner(sum, x, list, 5);
}

/** Angle whose tangent is x, within ±½π: atan x = ¼π + atan((x−1)/(x+1)) = ½π + atan(−1/x). */
// @ts-ignore: decorator
@inline
export function atan4(x: v128): v128 {
  const size = f32x4.abs(x);
  const isMiddle = f32x4.gt(size, constant(TAN_EIGHTH));
  const isLarge = f32x4.gt(size, constant(TAN_THREE_EIGHTHS));
  const one = constant(ONE);
  const numerator = choose(isLarge, f32x4.neg(one), choose(isMiddle, f32x4.sub(size, one), size));
  const denominator = choose(isLarge, size, choose(isMiddle, f32x4.add(size, one), one));
  const start = choose(isLarge, constant(HALF_PI), v128.and(isMiddle, constant(QUARTER_PI)));
  const z = f32x4.div(numerator, denominator);
  const square = f32x4.mul(z, z);
  let sum = horner(constant(ATAN), square, ATAN, 1);
  sum = horner(sum, square, ATAN, 2);
  sum = horner(sum, square, ATAN, 3);
  const angle = f32x4.add(start, madd(f32x4.mul(sum, square), z, z));
  return v128.or(angle, v128.and(x, constant(SIGN_BIT)));
}
