// Rotary position embedding: pairs of neighbours times a 2 × 2 matrix that depends on the position.

import { madd, storePart, VECTOR } from './simd';

/** (a, b, c, d) → (b, a, d, c). */
// @ts-ignore: decorator
@inline
function swapPairs(x: v128): v128 {
  return v128.shuffle<f32>(x, x, 1, 0, 3, 2);
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
  for (; length > 0; length -= 4) {
    const values = v128.load(x);
    const crossed = f32x4.mul(swapPairs(values), v128.load(cross));
    storePart(out, madd(values, v128.load(diagonal), crossed), length);
    x += VECTOR;
    diagonal += VECTOR;
    cross += VECTOR;
    out += VECTOR;
  }
}

// @ts-ignore: decorator
@inline
function rotateBack(x: usize, diagonal: usize, cross: usize, out: usize, length: i32): void {
  for (; length > 0; length -= 4) {
    const values = v128.load(x);
    const crossed = swapPairs(f32x4.mul(values, v128.load(cross)));
    storePart(out, madd(values, v128.load(diagonal), crossed), length);
    x += VECTOR;
    diagonal += VECTOR;
    cross += VECTOR;
    out += VECTOR;
  }
}
