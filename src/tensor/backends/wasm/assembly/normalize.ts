// Rows divided by their length, and what is built on that. Lengths and factors are doubles: squares of floats
// neither overflow nor vanish there, and rows come out as unit vectors to the last digit.

import { dot, STRIP, TOTALS } from './reduce';
import { demote, loadPair, madd64, storePart, VECTOR } from './simd';

/** 1 / √squares; 1 for the zero vector, which stays zero. */
// @ts-ignore: decorator
@inline
export function inverseLength(squares: f64): f64 {
  if (squares == 0) return 1;
  // The difference is 0, but NaN for an infinite sum: a row with an infinity has no direction.
  return 1 / sqrt(squares) + (squares - squares);
}

/** Four floats times a double. */
// @ts-ignore: decorator
@inline
function scaleFour(x: usize, factor: v128): v128 {
  return demote(f64x2.mul(loadPair(x), factor), f64x2.mul(loadPair(x + 8), factor));
}

/** out = x·factor; may be in place. */
export function scaleRow(x: usize, out: usize, length: i32, factor: f64): void {
  const factors = f64x2.splat(factor);
  for (; length > 0; length -= 4) {
    storePart(out, scaleFour(x, factors), length);
    x += VECTOR;
    out += VECTOR;
  }
}

/** x / ‖x‖ for each row; `out` may be x. */
export function unit(x: usize, out: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    scaleRow(x, out, columns, inverseLength(dot(x, x, columns)));
    x += <usize>columns << 2;
    out += <usize>columns << 2;
  }
}

/** (g − y (y·g)) / ‖x‖ with y = x / ‖x‖, written g·r − x·(x·g) r³. */
export function unitBackward(g: usize, x: usize, out: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    unitBackwardRow(g, x, out, columns);
    g += <usize>columns << 2;
    x += <usize>columns << 2;
    out += <usize>columns << 2;
  }
}

/** One row; `out` may be x. */
export function unitBackwardRow(g: usize, x: usize, out: usize, columns: i32): void {
  const inverse = inverseLength(dot(x, x, columns));
  const along = dot(x, g, columns) * inverse * inverse * inverse;
  const gFactor = f64x2.splat(inverse);
  const xFactor = f64x2.splat(-along);
  for (let rest = columns; rest > 0; rest -= 4) {
    const low = madd64(loadPair(x), xFactor, f64x2.mul(loadPair(g), gFactor));
    const high = madd64(loadPair(x + 8), xFactor, f64x2.mul(loadPair(g + 8), gFactor));
    storePart(out, demote(low, high), rest);
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

/** x / √(mean(x²) + epsilon) ⊙ weight for each row. */
export function rmsNorm(x: usize, weight: usize, out: usize, rows: i32, columns: i32, epsilon: f64): void {
  for (let row = 0; row < rows; row++) {
    const factor = f64x2.splat(inverseRms(x, columns, epsilon));
    for (let column = 0; column < columns; column += 4) {
      const at = <usize>column << 2;
      const scaled = f32x4.mul(scaleFour(x + at, factor), v128.load(weight + at));
      storePart(out + at, scaled, columns - column);
    }
    x += <usize>columns << 2;
    out += <usize>columns << 2;
  }
}

// @ts-ignore: decorator
@inline
function inverseRms(x: usize, columns: i32, epsilon: f64): f64 {
  return 1 / sqrt(dot(x, x, columns) / <f64>columns + epsilon);
}

/**
 * The gradients dx = r (g w − x r² mean(g w x)), [rows, columns], and dWeight = Σ g x r, [columns], with
 * r = 1 / √(mean(x²) + epsilon). `totals` has room for columns + 3 doubles.
 */
export function rmsNormBackward(
  g: usize, x: usize, weight: usize, dx: usize, dWeight: usize, totals: usize,
  rows: i32, columns: i32, epsilon: f64,
): void {
  memory.fill(totals, 0, <usize>columns << 3);
  for (let row = 0; row < rows; row++) {
    const inverse = inverseRms(x, columns, epsilon);
    rmsNormBackwardRow(g, x, weight, dx, totals, columns, inverse);
    g += <usize>columns << 2;
    x += <usize>columns << 2;
    dx += <usize>columns << 2;
  }
  demoteRow(totals, dWeight, columns);
}

function rmsNormBackwardRow(
  g: usize, x: usize, weight: usize, dx: usize, totals: usize, columns: i32, inverse: f64,
): void {
  const mean = tripleDot(g, x, weight, columns) / <f64>columns;
  const factor = f64x2.splat(inverse);
  const xFactor = f64x2.splat(mean * inverse * inverse);
  for (let rest = columns; rest > 0; rest -= 4) {
    let low = f64x2.sub(f64x2.mul(loadPair(g), loadPair(weight)), f64x2.mul(loadPair(x), xFactor));
    let high = f64x2.sub(f64x2.mul(loadPair(g + 8), loadPair(weight + 8)), f64x2.mul(loadPair(x + 8), xFactor));
    storePart(dx, demote(f64x2.mul(low, factor), f64x2.mul(high, factor)), rest);
    low = f64x2.mul(f64x2.mul(loadPair(g), loadPair(x)), factor);
    high = f64x2.mul(f64x2.mul(loadPair(g + 8), loadPair(x + 8)), factor);
    v128.store(totals, f64x2.add(v128.load(totals), low));
    v128.store(totals, f64x2.add(v128.load(totals, VECTOR), high), VECTOR);
    g += VECTOR;
    x += VECTOR;
    weight += VECTOR;
    dx += VECTOR;
    totals += 2 * VECTOR;
  }
}

/** Σ aᵢ bᵢ cᵢ. */
function tripleDot(a: usize, b: usize, c: usize, length: i32): f64 {
  let low = f64x2.splat(0);
  let high = low;
  for (; length >= 4; length -= 4) {
    low = madd64(f64x2.mul(loadPair(a), loadPair(b)), loadPair(c), low);
    high = madd64(f64x2.mul(loadPair(a + 8), loadPair(b + 8)), loadPair(c + 8), high);
    a += VECTOR;
    b += VECTOR;
    c += VECTOR;
  }
  const sums = f64x2.add(low, high);
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (; length > 0; length--) {
    sum += <f64>load<f32>(a) * <f64>load<f32>(b) * <f64>load<f32>(c);
    a += 4;
    b += 4;
    c += 4;
  }
  return sum;
}

/** Doubles to floats. */
export function demoteRow(source: usize, out: usize, length: i32): void {
  for (; length > 0; length--) {
    store<f32>(out, <f32>load<f64>(source));
    source += 8;
    out += 4;
  }
}
