// SwiGLU: each row of x holds u and then v, of `width` each; scaled, both are first multiplied by a row of scales.

import { gate4 } from './math';
import { addRows, demoteRow } from './reduce';
import { madd, storePart, storeTwo, VECTOR } from './simd';

/** Rows whose products are kept until they are added to the totals. */
const BLOCK_ROWS: i32 = 4;

/** u ⊙ v ⊙ sigmoid(v). */
export function swiglu(x: usize, out: usize, rows: i32, width: i32): void {
  const rowBytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    gateRow(false, x, x + rowBytes, 0, 0, out, width);
    x += 2 * rowBytes;
    out += rowBytes;
  }
}

/** The same of x ⊙ scale. */
export function scaledSwiglu(x: usize, scale: usize, out: usize, rows: i32, width: i32): void {
  const rowBytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    gateRow(true, x, x + rowBytes, scale, scale + rowBytes, out, width);
    x += 2 * rowBytes;
    out += rowBytes;
  }
}

// @ts-ignore: decorator
@inline
function gateRow(scaled: bool, u: usize, v: usize, uScale: usize, vScale: usize, out: usize, length: i32): void {
  for (; length >= 8; length -= 8) {
    let u0 = v128.load(u);
    let u1 = v128.load(u, VECTOR);
    let v0 = v128.load(v);
    let v1 = v128.load(v, VECTOR);
    if (scaled) {
      u0 = f32x4.mul(u0, v128.load(uScale));
      u1 = f32x4.mul(u1, v128.load(uScale, VECTOR));
      v0 = f32x4.mul(v0, v128.load(vScale));
      v1 = f32x4.mul(v1, v128.load(vScale, VECTOR));
    }
    storeTwo(out, gated(u0, v0), gated(u1, v1));
    u += 2 * VECTOR;
    v += 2 * VECTOR;
    uScale += 2 * VECTOR;
    vScale += 2 * VECTOR;
    out += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    let u0 = v128.load(u);
    let v0 = v128.load(v);
    if (scaled) {
      u0 = f32x4.mul(u0, v128.load(uScale));
      v0 = f32x4.mul(v0, v128.load(vScale));
    }
    storePart(out, gated(u0, v0), length);
    u += VECTOR;
    v += VECTOR;
    uScale += VECTOR;
    vScale += VECTOR;
    out += VECTOR;
  }
}

// @ts-ignore: decorator
@inline
function gated(u: v128, v: v128): v128 {
  return f32x4.mul(u, f32x4.mul(v, gate4(v)));
}

/** du = g v σ(v) and dv = g u σ(v) (1 + v (1 − σ(v))), side by side in `out` as u and v are in x. */
export function swigluBackward(g: usize, x: usize, out: usize, rows: i32, width: i32): void {
  const rowBytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    gateBackwardRow(g, x, x + rowBytes, out, out + rowBytes, width);
    g += rowBytes;
    x += 2 * rowBytes;
    out += 2 * rowBytes;
  }
}

function gateBackwardRow(g: usize, u: usize, v: usize, du: usize, dv: usize, length: i32): void {
  for (; length >= 8; length -= 8) {
    const g0 = v128.load(g);
    const g1 = v128.load(g, VECTOR);
    const v0 = v128.load(v);
    const v1 = v128.load(v, VECTOR);
    const gate0 = gate4(v0);
    const gate1 = gate4(v1);
    const dv0 = toGate(g0, v128.load(u), v0, gate0);
    const dv1 = toGate(g1, v128.load(u, VECTOR), v1, gate1);
    storeTwo(du, toValue(g0, v0, gate0), toValue(g1, v1, gate1));
    storeTwo(dv, dv0, dv1);
    g += 2 * VECTOR;
    u += 2 * VECTOR;
    v += 2 * VECTOR;
    du += 2 * VECTOR;
    dv += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    const gradient = v128.load(g);
    const values = v128.load(v);
    const gate = gate4(values);
    const toV = toGate(gradient, v128.load(u), values, gate);
    storePart(du, toValue(gradient, values, gate), length);
    storePart(dv, toV, length);
    g += VECTOR;
    u += VECTOR;
    v += VECTOR;
    du += VECTOR;
    dv += VECTOR;
  }
}

/** What reaches u: g v σ(v). */
// @ts-ignore: decorator
@inline
function toValue(g: v128, v: v128, gate: v128): v128 {
  return f32x4.mul(g, f32x4.mul(v, gate));
}

/** What reaches v: g u σ (1 + v (1 − σ)), with σ (1 + v (1 − σ)) = σ + vσ (1 − σ). */
// @ts-ignore: decorator
@inline
function toGate(g: v128, u: v128, v: v128, gate: v128): v128 {
  const slope = madd(f32x4.mul(v, gate), f32x4.sub(f32x4.splat(1), gate), gate);
  return f32x4.mul(f32x4.mul(g, u), slope);
}

/** Bytes of scratch for `scaledSwigluBackward`: a double per scale, and the products of a block of rows. */
export function scaledSwigluScratchBytes(width: i32): usize {
  return (<usize>width << 4) + 2 * VECTOR + (<usize>width << 3) * BLOCK_ROWS + 2 * VECTOR;
}

/** With dy, the gradient of x ⊙ scale: dx = dy ⊙ scale [rows, 2·width] and dScale = Σ dy ⊙ x [2·width]. */
export function scaledSwigluBackward(
  g: usize, x: usize, scale: usize, dx: usize, dScale: usize, scratch: usize, rows: i32, width: i32,
): void {
  const half = <usize>width << 2;
  const row = half << 1;
  const totals = scratch;
  const products = (totals + (row << 1) + VECTOR) & ~(VECTOR - 1);
  memory.fill(totals, 0, row << 1);
  for (; rows > 0; rows -= BLOCK_ROWS) {
    const block = min(rows, BLOCK_ROWS);
    for (let i = 0; i < block; i++) {
      const product = products + row * i;
      scaledBackwardRow(g, x, x + half, scale, scale + half, dx, dx + half, product, product + half, width);
      g += half;
      x += row;
      dx += row;
    }
    addRows(products, row, block, 2 * width, totals);
  }
  demoteRow(totals, dScale, 2 * width);
}

function scaledBackwardRow(
  g: usize, u: usize, v: usize, uScale: usize, vScale: usize,
  du: usize, dv: usize, uProduct: usize, vProduct: usize, length: i32,
): void {
  for (; length >= 8; length -= 8) {
    const g0 = v128.load(g);
    const g1 = v128.load(g, VECTOR);
    const u0 = v128.load(u);
    const u1 = v128.load(u, VECTOR);
    const v0 = v128.load(v);
    const v1 = v128.load(v, VECTOR);
    const su0 = v128.load(uScale);
    const su1 = v128.load(uScale, VECTOR);
    const sv0 = v128.load(vScale);
    const sv1 = v128.load(vScale, VECTOR);
    const scaledV0 = f32x4.mul(v0, sv0);
    const scaledV1 = f32x4.mul(v1, sv1);
    const gate0 = gate4(scaledV0);
    const gate1 = gate4(scaledV1);
    const toU0 = toValue(g0, scaledV0, gate0);
    const toU1 = toValue(g1, scaledV1, gate1);
    const toV0 = toGate(g0, f32x4.mul(u0, su0), scaledV0, gate0);
    const toV1 = toGate(g1, f32x4.mul(u1, su1), scaledV1, gate1);
    storeTwo(du, f32x4.mul(toU0, su0), f32x4.mul(toU1, su1));
    storeTwo(dv, f32x4.mul(toV0, sv0), f32x4.mul(toV1, sv1));
    storeTwo(uProduct, f32x4.mul(toU0, u0), f32x4.mul(toU1, u1));
    storeTwo(vProduct, f32x4.mul(toV0, v0), f32x4.mul(toV1, v1));
    g += 2 * VECTOR;
    u += 2 * VECTOR;
    v += 2 * VECTOR;
    uScale += 2 * VECTOR;
    vScale += 2 * VECTOR;
    du += 2 * VECTOR;
    dv += 2 * VECTOR;
    uProduct += 2 * VECTOR;
    vProduct += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    const gradient = v128.load(g);
    const uValues = v128.load(u);
    const vValues = v128.load(v);
    const scaledV = f32x4.mul(vValues, v128.load(vScale));
    const gate = gate4(scaledV);
    const toU = toValue(gradient, scaledV, gate);
    const toV = toGate(gradient, f32x4.mul(uValues, v128.load(uScale)), scaledV, gate);
    storePart(du, f32x4.mul(toU, v128.load(uScale)), length);
    storePart(dv, f32x4.mul(toV, v128.load(vScale)), length);
    storePart(uProduct, f32x4.mul(toU, uValues), length);
    storePart(vProduct, f32x4.mul(toV, vValues), length);
    g += VECTOR;
    u += VECTOR;
    v += VECTOR;
    uScale += VECTOR;
    vScale += VECTOR;
    du += VECTOR;
    dv += VECTOR;
    uProduct += VECTOR;
    vProduct += VECTOR;
  }
}
