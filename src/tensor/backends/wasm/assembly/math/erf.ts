// The error function; see polynomial.ts.

import { choose, madd } from '../simd';
import { exp4 } from './exp';
import { constant, horner, ONE, SIGN_BIT } from './polynomial';

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
