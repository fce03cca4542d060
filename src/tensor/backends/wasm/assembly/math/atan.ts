// The angle of a tangent; see polynomial.ts.

import { choose, madd } from '../simd';
import { constant, horner, ONE, SIGN_BIT } from './polynomial';

/** tan π/8 and tan 3π/8, where atan changes its reduction. */
const TAN_EIGHTH = memory.data<f32>([0.41421356237]);
const TAN_THREE_EIGHTHS = memory.data<f32>([2.41421356237]);
const QUARTER_PI = memory.data<f32>([0.78539816339744831]);
const HALF_PI = memory.data<f32>([1.57079632679489662]);
/** (atan z − z) / z³ in powers of z². */
const ATAN = memory.data<f32>([8.05374449538e-2, -1.38776856032e-1, 1.99777106478e-1, -3.33329491539e-1]);

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
