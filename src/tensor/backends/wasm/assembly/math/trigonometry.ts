// Sine and cosine of four floats at once, within 4 units in the last place over all of float32; see polynomial.ts.

import { choose, demote, madd, madd64, promoteHigh, promoteLow } from '../simd';

/** From here on an argument in radians needs more bits of π than two doubles hold. */
const LARGE_ANGLE = memory.data<f32>([1048576]);
/** 1.5·2⁵²: a small double added to it is rounded to an integer, which lies in the low bits of the sum. */
const ROUNDER = memory.data<f64>([6755399441055744]);
const TWO_OVER_PI = memory.data<f64>([0.63661977236758134308]);
/** −½π in two parts; the first has 25 bits, so that its product with a number of quarter turns is exact. */
const HALF_PI_HIGH = memory.data<f64>([-1.5707963109016418457]);
const HALF_PI_LOW = memory.data<f64>([-1.58932547735281966916e-8]);

/** (sin r) / r and cos r in powers of r², for |r| ≤ ¼π. */
const SINE = memory.data<f32>([-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1, 1]);
const COSINE = memory.data<f32>([2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2, -0.5, 1]);

// @ts-ignore: decorator
@inline
export function sin4(x: v128): v128 {
  const isLarge = f32x4.gt(f32x4.abs(x), v128.load32_splat(LARGE_ANGLE));
  const sines = sineShifted(x, 0);
  return v128.any_true(isLarge) ? choose(isLarge, sineOfEach(x), sines) : sines;
}

// @ts-ignore: decorator
@inline
export function cos4(x: v128): v128 {
  const isLarge = f32x4.gt(f32x4.abs(x), v128.load32_splat(LARGE_ANGLE));
  const cosines = sineShifted(x, 1);
  return v128.any_true(isLarge) ? choose(isLarge, cosineOfEach(x), cosines) : cosines;
}

/** sin(x + quarterTurns·½π). */
// @ts-ignore: decorator
@inline
function sineShifted(x: v128, quarterTurns: i32): v128 {
  const low = promoteLow(x);
  const high = promoteHigh(x);
  const turnsLow = roundedTurns(low);
  const turnsHigh = roundedTurns(high);
  const r = demote(remainder(low, turnsLow), remainder(high, turnsHigh));
  const turns = i8x16.shuffle(turnsLow, turnsHigh, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  const quadrant = i32x4.add(turns, i32x4.splat(quarterTurns));
  const isOdd = i32x4.shr_s(i32x4.shl(quadrant, 31), 31);
  const sign = i32x4.shl(i32x4.shr_u(quadrant, 1), 31);
  return v128.xor(choose(isOdd, cosineNearZero(r), sineNearZero(r)), sign);
}

/** ROUNDER + the number of quarter turns in two angles. */
// @ts-ignore: decorator
@inline
function roundedTurns(x: v128): v128 {
  return madd64(x, v128.load64_splat(TWO_OVER_PI), v128.load64_splat(ROUNDER));
}

/** What the quarter turns leave, within ±¼π; in doubles, since near multiples of π the leading digits cancel. */
// @ts-ignore: decorator
@inline
function remainder(x: v128, rounded: v128): v128 {
  const turns = f64x2.sub(rounded, v128.load64_splat(ROUNDER));
  return madd64(turns, v128.load64_splat(HALF_PI_LOW), madd64(turns, v128.load64_splat(HALF_PI_HIGH), x));
}

/** A product with r, so that −0 stays −0. */
// @ts-ignore: decorator
@inline
function sineNearZero(r: v128): v128 {
  const square = f32x4.mul(r, r);
  let sum = madd(v128.load32_splat(SINE), square, v128.load32_splat(SINE, 4));
  sum = madd(sum, square, v128.load32_splat(SINE, 8));
  return f32x4.mul(r, madd(sum, square, v128.load32_splat(SINE, 12)));
}

// @ts-ignore: decorator
@inline
function cosineNearZero(r: v128): v128 {
  const square = f32x4.mul(r, r);
  let sum = madd(v128.load32_splat(COSINE), square, v128.load32_splat(COSINE, 4));
  sum = madd(sum, square, v128.load32_splat(COSINE, 8));
  sum = madd(sum, square, v128.load32_splat(COSINE, 12));
  return madd(sum, square, v128.load32_splat(COSINE, 16));
}

// Large angles are rare: one by one, in doubles, with as many digits of π as they need.
function sineOfEach(x: v128): v128 {
  return f32x4(
    <f32>NativeMath.sin(f32x4.extract_lane(x, 0)),
    <f32>NativeMath.sin(f32x4.extract_lane(x, 1)),
    <f32>NativeMath.sin(f32x4.extract_lane(x, 2)),
    <f32>NativeMath.sin(f32x4.extract_lane(x, 3)),
  );
}

function cosineOfEach(x: v128): v128 {
  return f32x4(
    <f32>NativeMath.cos(f32x4.extract_lane(x, 0)),
    <f32>NativeMath.cos(f32x4.extract_lane(x, 1)),
    <f32>NativeMath.cos(f32x4.extract_lane(x, 2)),
    <f32>NativeMath.cos(f32x4.extract_lane(x, 3)),
  );
}
