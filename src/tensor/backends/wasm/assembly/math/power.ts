// Powers and remainders of two floats, lane by lane: those of the standard library, with IEEE 754's corners put in.

import { choose } from '../simd';

/**
 * One by one: the standard library's power works in doubles. It follows JavaScript, where IEEE 754 has 1 for every power of
 * 1, NaN included, and for the infinite ones of −1.
 */
export function pow4(a: v128, b: v128): v128 {
  const one = f32x4.splat(1);
  const isInfinite = f32x4.eq(f32x4.abs(b), f32x4.splat(Infinity));
  const isOne = v128.or(f32x4.eq(a, one), v128.and(f32x4.eq(a, f32x4.splat(-1)), isInfinite));
  return choose(isOne, one, powers(a, b));
}

// @ts-ignore: decorator
@inline
function powers(a: v128, b: v128): v128 {
  return f32x4(
    NativeMathf.pow(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)),
    NativeMathf.pow(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)),
    NativeMathf.pow(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)),
    NativeMathf.pow(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)),
  );
}

/** The remainder of the standard library, one by one, is exact and has the sign of a; where that is not the sign of b, b more. */
export function remainder4(a: v128, b: v128): v128 {
  const rest = f32x4(
    NativeMathf.mod(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)),
    NativeMathf.mod(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)),
    NativeMathf.mod(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)),
    NativeMathf.mod(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)),
  );
  const differs = i32x4.shr_s(v128.xor(rest, b), 31);
  const isOther = v128.and(differs, f32x4.ne(rest, f32x4.splat(0)));
  return choose(isOther, f32x4.add(rest, b), rest);
}
