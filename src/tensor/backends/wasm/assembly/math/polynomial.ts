// Elementary functions of four floats at once, within 4 units in the last place over all of float32: tiny
// arguments and results, zeros of either sign, infinities and NaN included. Each reduces its argument to a
// small range and evaluates a polynomial there; most of the polynomials are those of Cephes (S. L. Moshier).
//
// Constants lie in memory. A vector constant in the code costs V8 three instructions wherever it is used, and
// these functions use dozens: loading them instead makes exp4 half as fast again.

import { madd } from '../simd';

export const ONE = memory.data<f32>([1]);
export const HALF = memory.data<f32>([0.5]);
export const SIGN_BIT = memory.data<u32>([0x80000000]);

/** ln 2 in two parts; the first has so few bits that its product with an exponent is exact. */
export const LN2_HIGH = memory.data<f32>([0.693359375]);
export const LN2_LOW = memory.data<f32>([-2.1219444e-4]);

/** A constant in all four lanes; `index` for those of a list. */
// @ts-ignore: decorator
@inline
export function constant(list: usize, index: usize = 0): v128 {
  return v128.load32_splat(list + (index << 2));
}

/** One step of Horner's rule: sum·x + the coefficient at `index`. */
// @ts-ignore: decorator
@inline
export function horner(sum: v128, x: v128, list: usize, index: usize): v128 {
  return madd(sum, x, constant(list, index));
}
