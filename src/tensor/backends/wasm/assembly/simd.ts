// Small helpers that every kernel file uses. Addresses are byte addresses; lengths count elements.
// Explained in docs/learn/12-kernels.md.

/** Bytes of one vector of four floats. */
export const VECTOR: usize = 16;

/** a·b + c: one rounding in the relaxed build, two in the plain one. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** c − a·b. */
// @ts-ignore: decorator
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/** a·b + c on two doubles. */
// @ts-ignore: decorator
@inline
export function madd64(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

// @ts-ignore: decorator
@inline
export function zero(): v128 {
  return f32x4.splat(0);
}

/** The first `count` (0 to 3) lanes all ones, the rest zero. */
// @ts-ignore: decorator
@inline
export function tailMask(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/**
 * `count` (1 to 3) elements and zeros after them. Reads a whole vector: every block of the allocator ends
 * at least one vector before the end of memory.
 */
// @ts-ignore: decorator
@inline
export function loadTail(address: usize, count: i32): v128 {
  return v128.and(v128.load(address), tailMask(count));
}

/** The first `count` elements, all four where `count` is more than that, and zeros after them. */
// @ts-ignore: decorator
@inline
export function loadPart(address: usize, count: i32): v128 {
  return count >= 4 ? v128.load(address) : loadTail(address, count);
}

/** Writes the first `count` (1 to 3) lanes and nothing more. */
// @ts-ignore: decorator
@inline
export function storeTail(address: usize, value: v128, count: i32): void {
  if (count == 1) {
    v128.store_lane<f32>(address, value, 0);
  } else {
    v128.store_lane<f64>(address, value, 0);
    if (count == 3) v128.store_lane<f32>(address, value, 2, 8);
  }
}

/** Writes the first `count` lanes, all four where `count` is more than that. */
// @ts-ignore: decorator
@inline
export function storePart(address: usize, value: v128, count: i32): void {
  if (count >= 4) v128.store(address, value);
  else storeTail(address, value, count);
}

/**
 * Two vectors side by side. Both are computed before either is stored: where a load lies between the stores, V8 does not
 * make one operation of 256 bits of each two that led to them. Nor does it where a vector comes as the parameter of a
 * function that is not inlined, or from a shuffle.
 */
// @ts-ignore: decorator
@inline
export function storeTwo(address: usize, first: v128, second: v128): void {
  v128.store(address, first);
  v128.store(address, second, VECTOR);
}

// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** The largest lane; NaN if there is one. */
// @ts-ignore: decorator
@inline
export function maxLanes(v: v128): f32 {
  const half = f32x4.max(v, i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  const all = f32x4.max(half, i8x16.shuffle(half, half, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
  return f32x4.extract_lane(all, 0);
}

/** Lanes of `a` where `mask` is set, of `b` elsewhere. */
// @ts-ignore: decorator
@inline
export function choose(mask: v128, a: v128, b: v128): v128 {
  return v128.bitselect(a, b, mask);
}

/** The two low floats as doubles. */
// @ts-ignore: decorator
@inline
export function promoteLow(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

/** The two high floats as doubles. */
// @ts-ignore: decorator
@inline
export function promoteHigh(v: v128): v128 {
  return f64x2.promote_low_f32x4(i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
}

/** Two floats at `address` as doubles: one instruction, where promoting half a vector takes two. */
// @ts-ignore: decorator
@inline
export function loadPair(address: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(address));
}

/** Four floats from two and two doubles. */
// @ts-ignore: decorator
@inline
export function demote(low: v128, high: v128): v128 {
  const a = f32x4.demote_f64x2_zero(low);
  const b = f32x4.demote_f64x2_zero(high);
  return i8x16.shuffle(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
}
