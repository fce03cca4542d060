// Rotary position embedding: pairs of neighbours times a 2 × 2 matrix that depends on the position.
// Explained in docs/learn/09-attention.md.

import { madd, storePart, storeTwo, VECTOR } from './simd';

/** (a, b, c, d) → (b, a, d, c), by shifts: V8 makes 256 bits of them, and none of shuffles. */
// @ts-ignore: decorator
@inline
function swapPairs(x: v128): v128 {
  return v128.or(i64x2.shl(x, 32), i64x2.shr_u(x, 32));
}

/**
 * x ⊙ diagonal + swap(x) ⊙ cross for x [batch, length, heads, headDim]; diagonal and cross [length, headDim]
 * are the same for all heads. Transposed: x ⊙ diagonal + swap(x ⊙ cross).
 */
export function rope(
  x: usize, diagonal: usize, cross: usize, out: usize,
  batch: i32, length: i32, heads: i32, headDim: i32, transposed: bool,
): void {
  const rowBytes = <usize>headDim << 2;
  for (let i = 0; i < batch; i++) {
    for (let position = 0; position < length; position++) {
      const start = <usize>position * rowBytes;
      for (let head = 0; head < heads; head++) {
        if (transposed) rotateBack(x, diagonal + start, cross + start, out, headDim);
        else rotate(x, diagonal + start, cross + start, out, headDim);
        x += rowBytes;
        out += rowBytes;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function rotate(x: usize, diagonal: usize, cross: usize, out: usize, length: i32): void {
  for (; length >= 8; length -= 8) {
    storeTwo(
      out,
      rotated(v128.load(x), v128.load(diagonal), v128.load(cross)),
      rotated(v128.load(x, VECTOR), v128.load(diagonal, VECTOR), v128.load(cross, VECTOR)),
    );
    x += 2 * VECTOR;
    diagonal += 2 * VECTOR;
    cross += 2 * VECTOR;
    out += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    storePart(out, rotated(v128.load(x), v128.load(diagonal), v128.load(cross)), length);
    x += VECTOR;
    diagonal += VECTOR;
    cross += VECTOR;
    out += VECTOR;
  }
}

// @ts-ignore: decorator
@inline
function rotated(x: v128, diagonal: v128, cross: v128): v128 {
  return madd(x, diagonal, f32x4.mul(swapPairs(x), cross));
}

// @ts-ignore: decorator
@inline
function rotateBack(x: usize, diagonal: usize, cross: usize, out: usize, length: i32): void {
  for (; length >= 8; length -= 8) {
    storeTwo(
      out,
      rotatedBack(v128.load(x), v128.load(diagonal), v128.load(cross)),
      rotatedBack(v128.load(x, VECTOR), v128.load(diagonal, VECTOR), v128.load(cross, VECTOR)),
    );
    x += 2 * VECTOR;
    diagonal += 2 * VECTOR;
    cross += 2 * VECTOR;
    out += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    storePart(out, rotatedBack(v128.load(x), v128.load(diagonal), v128.load(cross)), length);
    x += VECTOR;
    diagonal += VECTOR;
    cross += VECTOR;
    out += VECTOR;
  }
}

// @ts-ignore: decorator
@inline
function rotatedBack(x: v128, diagonal: v128, cross: v128): v128 {
  return madd(x, diagonal, swapPairs(f32x4.mul(x, cross)));
}
