// Powers of e and what is made of them; see polynomial.ts.

import { choose, madd, nmadd } from '../simd';
import { constant, HALF, horner, LN2_HIGH, LN2_LOW, ONE, SIGN_BIT } from './polynomial';

const TWO = memory.data<f32>([2]);

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
/** (eʳ − 1 − r) / r² on ±½·ln 2, the best in the largest error relative to eʳ − 1. */
const EXP = memory.data<f32>([1.3882498e-3, 8.3666472e-3, 4.1667204e-2, 1.6666542e-1, 4.9999997e-1]);

/** From here on tanh is 1, even in floats. */
const TANH_HIGHEST = memory.data<f32>([10]);

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
