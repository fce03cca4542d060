// SwiGLU: each row of x holds u and then v, of `width` each.

import { sigmoid4 } from './math';
import { madd, storePart, VECTOR } from './simd';

/** u ⊙ v ⊙ sigmoid(v). */
export function swiglu(x: usize, out: usize, rows: i32, width: i32): void {
  const rowBytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    swigluRow(x, x + rowBytes, out, width);
    x += 2 * rowBytes;
    out += rowBytes;
  }
}

function swigluRow(u: usize, v: usize, out: usize, length: i32): void {
  // Two vectors a turn, as in elementwise.ts.
  for (; length >= 8; length -= 8) {
    const first = gated(v128.load(u), v128.load(v));
    const second = gated(v128.load(u, VECTOR), v128.load(v, VECTOR));
    v128.store(out, first);
    v128.store(out, second, VECTOR);
    u += 2 * VECTOR;
    v += 2 * VECTOR;
    out += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    storePart(out, gated(v128.load(u), v128.load(v)), length);
    u += VECTOR;
    v += VECTOR;
    out += VECTOR;
  }
}

// @ts-ignore: decorator
@inline
function gated(u: v128, v: v128): v128 {
  return f32x4.mul(u, f32x4.mul(v, sigmoid4(v)));
}

/** du = g v σ(v) and dv = g u σ(v) (1 + v (1 − σ(v))), side by side in `out` as u and v are in x. */
export function swigluBackward(g: usize, x: usize, out: usize, rows: i32, width: i32): void {
  const rowBytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    swigluBackwardRow(g, x, x + rowBytes, out, out + rowBytes, width);
    g += rowBytes;
    x += 2 * rowBytes;
    out += 2 * rowBytes;
  }
}

function swigluBackwardRow(g: usize, u: usize, v: usize, du: usize, dv: usize, length: i32): void {
  for (; length >= 8; length -= 8) {
    swigluBackwardPart(g, u, v, du, dv, 4);
    swigluBackwardPart(g + VECTOR, u + VECTOR, v + VECTOR, du + VECTOR, dv + VECTOR, 4);
    g += 2 * VECTOR;
    u += 2 * VECTOR;
    v += 2 * VECTOR;
    du += 2 * VECTOR;
    dv += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    swigluBackwardPart(g, u, v, du, dv, length);
    g += VECTOR;
    u += VECTOR;
    v += VECTOR;
    du += VECTOR;
    dv += VECTOR;
  }
}

/** The first `count` of four elements. */
// @ts-ignore: decorator
@inline
function swigluBackwardPart(g: usize, u: usize, v: usize, du: usize, dv: usize, count: i32): void {
  const gradient = v128.load(g);
  const values = v128.load(v);
  const gate = sigmoid4(values);
  const gated = f32x4.mul(values, gate);
  // σ (1 + v (1 − σ)) = σ + vσ (1 − σ)
  const slope = madd(gated, f32x4.sub(f32x4.splat(1), gate), gate);
  storePart(du, f32x4.mul(gradient, gated), count);
  storePart(dv, f32x4.mul(f32x4.mul(gradient, v128.load(u)), slope), count);
}
