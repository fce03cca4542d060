// Sums along rows and down columns. They are taken in doubles: a million floats add up to the last digit, squares neither
// overflow nor vanish, and the order of the terms does not show.

import { loadPair, madd64, VECTOR } from '../simd';

/** Columns that are summed together; their totals stay in the innermost cache. */
export const STRIP = 512;
export const TOTALS = memory.data(STRIP << 3, 16);

/** The sum of two pairs of doubles. */
// @ts-ignore: decorator
@inline
export function sumPairs(a: v128, b: v128): f64 {
  const sum = f64x2.add(a, b);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Σ xᵢ. */
export function sumOf(x: usize, length: i32): f64 {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (; length >= 8; length -= 8) {
    a = f64x2.add(a, loadPair(x));
    b = f64x2.add(b, loadPair(x + 8));
    c = f64x2.add(c, loadPair(x + 16));
    d = f64x2.add(d, loadPair(x + 24));
    x += 2 * VECTOR;
  }
  let sum = sumPairs(f64x2.add(a, b), f64x2.add(c, d));
  for (; length > 0; length--) {
    sum += load<f32>(x);
    x += 4;
  }
  return sum;
}

/** Σ aᵢ bᵢ. */
export function dot(x: usize, y: usize, length: i32): f64 {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (; length >= 8; length -= 8) {
    a = madd64(loadPair(x), loadPair(y), a);
    b = madd64(loadPair(x + 8), loadPair(y + 8), b);
    c = madd64(loadPair(x + 16), loadPair(y + 16), c);
    d = madd64(loadPair(x + 24), loadPair(y + 24), d);
    x += 2 * VECTOR;
    y += 2 * VECTOR;
  }
  let sum = sumPairs(f64x2.add(a, b), f64x2.add(c, d));
  for (; length > 0; length--) {
    sum += <f64>load<f32>(x) * <f64>load<f32>(y);
    x += 4;
    y += 4;
  }
  return sum;
}

/** Σ xᵢ². */
export function squares(x: usize, length: i32): f64 {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (; length >= 8; length -= 8) {
    a = squarePair(x, a);
    b = squarePair(x + 8, b);
    c = squarePair(x + 16, c);
    d = squarePair(x + 24, d);
    x += 2 * VECTOR;
  }
  let sum = sumPairs(f64x2.add(a, b), f64x2.add(c, d));
  for (; length > 0; length--) {
    const value: f64 = load<f32>(x);
    sum += value * value;
    x += 4;
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function squarePair(x: usize, sum: v128): v128 {
  const pair = loadPair(x);
  return madd64(pair, pair, sum);
}

/** [rows, columns] → [rows]. */
export function sumRows(x: usize, out: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    store<f32>(out, <f32>sumOf(x, columns));
    x += <usize>columns << 2;
    out += 4;
  }
}

/** [outer, length, inner] → [outer, inner]. */
export function sumColumns(x: usize, out: usize, outer: i32, length: i32, inner: i32): void {
  for (let i = 0; i < outer; i++) {
    for (let start = 0; start < inner; start += STRIP) {
      const width = min(STRIP, inner - start);
      memory.fill(TOTALS, 0, <usize>width << 3);
      addRows(x + (<usize>start << 2), <usize>inner << 2, length, width, TOTALS);
      demoteRow(TOTALS, out, width);
      out += <usize>width << 2;
    }
    x += (<usize>length * <usize>inner) << 2;
  }
}

/** Doubles to floats. */
export function demoteRow(source: usize, out: usize, length: i32): void {
  for (; length > 0; length--) {
    store<f32>(out, <f32>load<f64>(source));
    source += 8;
    out += 4;
  }
}

/** Adds `rows` rows, `stride` bytes apart, to the doubles at `totals`; four at a time, to touch them less. */
export function addRows(x: usize, stride: usize, rows: i32, width: i32, totals: usize): void {
  for (; rows >= 4; rows -= 4) {
    addFourRows(x, x + stride, x + 2 * stride, x + 3 * stride, width, totals);
    x += 4 * stride;
  }
  for (; rows > 0; rows--) {
    for (let column = 0; column < width; column++) {
      const total = totals + (<usize>column << 3);
      store<f64>(total, load<f64>(total) + <f64>load<f32>(x + (<usize>column << 2)));
    }
    x += stride;
  }
}

// @ts-ignore: decorator
@inline
function addFourRows(a: usize, b: usize, c: usize, d: usize, width: i32, totals: usize): void {
  let column = 0;
  for (; column < width - 1; column += 2) {
    const at = <usize>column << 2;
    const sum = f64x2.add(
      f64x2.add(loadPair(a + at), loadPair(b + at)),
      f64x2.add(loadPair(c + at), loadPair(d + at)),
    );
    const total = totals + 2 * at;
    v128.store(total, f64x2.add(v128.load(total), sum));
  }
  if (column < width) {
    const at = <usize>column << 2;
    const left = <f64>load<f32>(a + at) + <f64>load<f32>(b + at);
    const right = <f64>load<f32>(c + at) + <f64>load<f32>(d + at);
    const total = totals + 2 * at;
    store<f64>(total, load<f64>(total) + (left + right));
  }
}

/** Σ x² over everything. */
export function sumSquares(x: usize, out: usize, length: i32): void {
  store<f32>(out, <f32>squares(x, length));
}
