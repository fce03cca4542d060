// Rows divided by their length, and what is built on that. Lengths are doubles: squares of floats neither
// overflow nor vanish there, and rows come out as unit vectors to the last digit.
// Explained in docs/learn/07-fused-ops.md.

import { squares, STRIP, sumPairs, TOTALS } from '../reduce';
import { demote, loadPair, madd64, nmadd, storePart, storeTwo, VECTOR } from '../simd';

/** 1 / √squares; 1 for the zero vector, which stays zero. */
// @ts-ignore: decorator
@inline
export function inverseLength(squares: f64): f64 {
  if (squares == 0) return 1;
  // The difference is 0, but NaN for an infinite sum: a row with an infinity has no direction.
  return 1 / sqrt(squares) + (squares - squares);
}

/** True where products with `factor` can be taken in floats without leaving their range on the way. */
// @ts-ignore: decorator
@inline
function isOrdinary(factor: f64): bool {
  return factor > 1e-30 && factor < 1e30;
}

/** Four floats times a double. */
// @ts-ignore: decorator
@inline
function scaleFour(x: usize, factor: v128): v128 {
  return demote(f64x2.mul(loadPair(x), factor), f64x2.mul(loadPair(x + 8), factor));
}

/** out = x·factor; may be in place. */
export function scaleRow(x: usize, out: usize, length: i32, factor: f64): void {
  if (isOrdinary(factor)) {
    scaleRowInFloats(x, out, length, f32x4.splat(<f32>factor));
    return;
  }
  const factors = f64x2.splat(factor);
  for (; length > 0; length -= 4) {
    storePart(out, scaleFour(x, factors), length);
    x += VECTOR;
    out += VECTOR;
  }
}

// @ts-ignore: decorator
@inline
function scaleRowInFloats(x: usize, out: usize, length: i32, factor: v128): void {
  for (; length >= 8; length -= 8) {
    storeTwo(out, f32x4.mul(v128.load(x), factor), f32x4.mul(v128.load(x, VECTOR), factor));
    x += 2 * VECTOR;
    out += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    storePart(out, f32x4.mul(v128.load(x), factor), length);
    x += VECTOR;
    out += VECTOR;
  }
}

/** x / ‖x‖ for each row; `out` may be x. */
export function unit(x: usize, out: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    scaleRow(x, out, columns, inverseLength(squares(x, columns)));
    x += <usize>columns << 2;
    out += <usize>columns << 2;
  }
}

/** (g − y (y·g)) / ‖x‖ with y = x / ‖x‖, for each row. */
export function unitBackward(g: usize, x: usize, out: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    unitBackwardRow(g, x, out, columns);
    g += <usize>columns << 2;
    x += <usize>columns << 2;
    out += <usize>columns << 2;
  }
}

/** One row; `out` may be x. */
export function unitBackwardRow(g: usize, x: usize, out: usize, length: i32): void {
  const inverse = inverseLength(squaresAndProduct(x, g, length));
  tangentRow(g, x, out, length, inverse, product * inverse);
}

/** Σ xᵢ gᵢ of the last call of `squaresAndProduct`: kernels return one number. */
let product: f64 = 0;

/** Σ xᵢ², and at the same time Σ xᵢ gᵢ. */
function squaresAndProduct(x: usize, g: usize, length: i32): f64 {
  let squaresLow = f64x2.splat(0);
  let squaresHigh = squaresLow;
  let productLow = squaresLow;
  let productHigh = squaresLow;
  for (; length >= 4; length -= 4) {
    const low = loadPair(x);
    const high = loadPair(x + 8);
    squaresLow = madd64(low, low, squaresLow);
    squaresHigh = madd64(high, high, squaresHigh);
    productLow = madd64(low, loadPair(g), productLow);
    productHigh = madd64(high, loadPair(g + 8), productHigh);
    x += VECTOR;
    g += VECTOR;
  }
  let sum = sumPairs(squaresLow, squaresHigh);
  product = sumPairs(productLow, productHigh);
  for (; length > 0; length--) {
    const value: f64 = load<f32>(x);
    sum += value * value;
    product += value * <f64>load<f32>(g);
    x += 4;
    g += 4;
  }
  return sum;
}

/** (g − (x·inverse)·along)·inverse; `out` may be x. */
function tangentRow(g: usize, x: usize, out: usize, length: i32, inverse: f64, along: f64): void {
  // A row of one has no tangent: all of g cancels, and rounding to floats would be all that is left.
  if (isOrdinary(inverse) && length > 1) {
    tangentRowInFloats(g, x, out, length, f32x4.splat(<f32>inverse), f32x4.splat(<f32>along));
  } else {
    const inverses = f64x2.splat(inverse);
    const alongs = f64x2.splat(along * inverse);
    for (; length > 0; length -= 4) {
      const low = f64x2.sub(loadPair(g), f64x2.mul(loadPair(x), alongs));
      const high = f64x2.sub(loadPair(g + 8), f64x2.mul(loadPair(x + 8), alongs));
      storePart(out, demote(f64x2.mul(low, inverses), f64x2.mul(high, inverses)), length);
      g += VECTOR;
      x += VECTOR;
      out += VECTOR;
    }
  }
}

// @ts-ignore: decorator
@inline
function tangentRowInFloats(g: usize, x: usize, out: usize, length: i32, inverses: v128, alongs: v128): void {
  for (; length >= 8; length -= 8) {
    const first = nmadd(f32x4.mul(v128.load(x), inverses), alongs, v128.load(g));
    const second = nmadd(f32x4.mul(v128.load(x, VECTOR), inverses), alongs, v128.load(g, VECTOR));
    storeTwo(out, f32x4.mul(first, inverses), f32x4.mul(second, inverses));
    g += 2 * VECTOR;
    x += 2 * VECTOR;
    out += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    const tangent = nmadd(f32x4.mul(v128.load(x), inverses), alongs, v128.load(g));
    storePart(out, f32x4.mul(tangent, inverses), length);
    g += VECTOR;
    x += VECTOR;
    out += VECTOR;
  }
}

/** x [outer, length, inner] ← x / ‖x‖ along the middle axis. */
export function unitColumns(x: usize, outer: i32, length: i32, inner: i32): void {
  const rowBytes = <usize>inner << 2;
  for (let i = 0; i < outer; i++) {
    for (let start = 0; start < inner; start += STRIP) {
      unitStrip(x + (<usize>start << 2), rowBytes, length, min(STRIP, inner - start));
    }
    x += <usize>length * rowBytes;
  }
}

/** `width` columns at once, at most STRIP. */
function unitStrip(x: usize, rowBytes: usize, rows: i32, width: i32): void {
  memory.fill(TOTALS, 0, <usize>width << 3);
  for (let row = 0; row < rows; row++) addSquares(x + <usize>row * rowBytes, width);
  for (let column = 0; column < width; column++) {
    const total = TOTALS + (<usize>column << 3);
    store<f64>(total, inverseLength(load<f64>(total)));
  }
  for (let row = 0; row < rows; row++) multiplyByTotals(x + <usize>row * rowBytes, width);
}

// The totals of the last vector may be garbage beyond `width`, which nothing reads.
// @ts-ignore: decorator
@inline
function addSquares(x: usize, width: i32): void {
  let total = TOTALS;
  for (; width > 0; width -= 4) {
    const low = loadPair(x);
    const high = loadPair(x + 8);
    v128.store(total, madd64(low, low, v128.load(total)));
    v128.store(total, madd64(high, high, v128.load(total, VECTOR)), VECTOR);
    x += VECTOR;
    total += 2 * VECTOR;
  }
}

// @ts-ignore: decorator
@inline
function multiplyByTotals(x: usize, width: i32): void {
  let total = TOTALS;
  for (; width > 0; width -= 4) {
    const low = f64x2.mul(loadPair(x), v128.load(total));
    const high = f64x2.mul(loadPair(x + 8), v128.load(total, VECTOR));
    storePart(x, demote(low, high), width);
    x += VECTOR;
    total += 2 * VECTOR;
  }
}
