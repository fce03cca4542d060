// The step on the sphere (paper 2.2.2, eq. 10 and 11) and its derivative, one row at a time.
// Explained in docs/learn/08-sphere.md and docs/learn/12-kernels.md.

import { inverseLength, scaleRow, unitBackwardRow } from './unit';
import { squares } from '../reduce';
import { madd, promoteHigh, promoteLow, storePart, storeTwo, VECTOR } from '../simd';

/** unit(h + |alpha| ⊙ (target − h)) for each row. */
export function sphereStep(h: usize, target: usize, alpha: usize, out: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    step(h, target, alpha, out, columns);
    scaleRow(out, out, columns, inverseLength(squares(out, columns)));
    h += <usize>columns << 2;
    target += <usize>columns << 2;
    out += <usize>columns << 2;
  }
}

/** out = h + |alpha| ⊙ (target − h). */
function step(h: usize, target: usize, alpha: usize, out: usize, length: i32): void {
  for (; length >= 8; length -= 8) {
    const first = mixed(v128.load(h), v128.load(target), v128.load(alpha));
    const second = mixed(v128.load(h, VECTOR), v128.load(target, VECTOR), v128.load(alpha, VECTOR));
    storeTwo(out, first, second);
    h += 2 * VECTOR;
    target += 2 * VECTOR;
    alpha += 2 * VECTOR;
    out += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    storePart(out, mixed(v128.load(h), v128.load(target), v128.load(alpha)), length);
    h += VECTOR;
    target += VECTOR;
    alpha += VECTOR;
    out += VECTOR;
  }
}

// @ts-ignore: decorator
@inline
function mixed(h: v128, target: v128, alpha: v128): v128 {
  return madd(f32x4.abs(alpha), f32x4.sub(target, h), h);
}

/**
 * The gradients dh, dTarget [rows, columns] and dAlpha [columns] from g. `totals` has room for columns + 3
 * doubles.
 */
export function sphereStepBackward(
  g: usize, h: usize, target: usize, alpha: usize,
  dh: usize, dTarget: usize, dAlpha: usize, totals: usize, rows: i32, columns: i32,
): void {
  memory.fill(totals, 0, <usize>columns << 3);
  for (let row = 0; row < rows; row++) {
    // dh holds the vector before it was made unit, then that vector's gradient, then its own.
    step(h, target, alpha, dh, columns);
    unitBackwardRow(g, dh, dh, columns);
    stepBackwardRow(h, target, alpha, dh, dTarget, totals, columns);
    g += <usize>columns << 2;
    h += <usize>columns << 2;
    target += <usize>columns << 2;
    dh += <usize>columns << 2;
    dTarget += <usize>columns << 2;
  }
  for (let column = 0; column < columns; column++) {
    store<f32>(dAlpha, <f32>(load<f64>(totals) * signOf(load<f32>(alpha))));
    totals += 8;
    alpha += 4;
    dAlpha += 4;
  }
}

/** The sign as 1, −1 or 0; NaN for NaN. */
// @ts-ignore: decorator
@inline
function signOf(x: f32): f64 {
  return x > 0 ? 1 : x < 0 ? -1 : x;
}

/**
 * Splits dx, found at dh, into dh = (1 − |alpha|) dx and dTarget = |alpha| dx, and adds dx (target − h) to
 * `totals`, where what lies beyond `columns` is garbage that nothing reads.
 */
// @ts-ignore: decorator
@inline
function stepBackwardRow(
  h: usize, target: usize, alpha: usize, dh: usize, dTarget: usize, totals: usize, columns: i32,
): void {
  let rest = columns;
  for (; rest >= 8; rest -= 8) {
    const dx0 = v128.load(dh);
    const dx1 = v128.load(dh, VECTOR);
    const toTarget0 = f32x4.mul(dx0, f32x4.abs(v128.load(alpha)));
    const toTarget1 = f32x4.mul(dx1, f32x4.abs(v128.load(alpha, VECTOR)));
    const product0 = f32x4.mul(dx0, f32x4.sub(v128.load(target), v128.load(h)));
    const product1 = f32x4.mul(dx1, f32x4.sub(v128.load(target, VECTOR), v128.load(h, VECTOR)));
    storeTwo(dTarget, toTarget0, toTarget1);
    storeTwo(dh, f32x4.sub(dx0, toTarget0), f32x4.sub(dx1, toTarget1));
    addProducts(totals, product0);
    addProducts(totals + 2 * VECTOR, product1);
    h += 2 * VECTOR;
    target += 2 * VECTOR;
    alpha += 2 * VECTOR;
    dh += 2 * VECTOR;
    dTarget += 2 * VECTOR;
    totals += 4 * VECTOR;
  }
  for (; rest > 0; rest -= 4) {
    const dx = v128.load(dh);
    const toTarget = f32x4.mul(dx, f32x4.abs(v128.load(alpha)));
    addProducts(totals, f32x4.mul(dx, f32x4.sub(v128.load(target), v128.load(h))));
    storePart(dTarget, toTarget, rest);
    storePart(dh, f32x4.sub(dx, toTarget), rest);
    h += VECTOR;
    target += VECTOR;
    alpha += VECTOR;
    dh += VECTOR;
    dTarget += VECTOR;
    totals += 2 * VECTOR;
  }
}

// @ts-ignore: decorator
@inline
function addProducts(totals: usize, products: v128): void {
  v128.store(totals, f64x2.add(v128.load(totals), promoteLow(products)));
  v128.store(totals, f64x2.add(v128.load(totals, VECTOR), promoteHigh(products)), VECTOR);
}
