// Sums and maxima along rows and down columns. Sums are taken in doubles: a million floats add up to the last
// digit, squares neither overflow nor vanish, and the order of the terms does not show.

import { demote, loadPair, loadPart, madd64, maxLanes, storePart, VECTOR } from './simd';

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

/** Running sums along the middle of [outer, length, inner], with `reverse` from its end. */
export function cumsum(x: usize, out: usize, outer: i32, length: i32, inner: i32, reverse: bool): void {
  const rowBytes = <usize>inner << 2;
  const bytes = rowBytes * <usize>length;
  // Addresses are added modulo 2³²: this is a step back.
  const step = reverse ? 0 - rowBytes : rowBytes;
  const start = reverse ? bytes - rowBytes : 0;
  for (let i = 0; i < outer; i++) {
    if (inner == 1) cumsumRow(x + start, out + start, length, step);
    else cumsumColumns(x + start, out + start, length, inner, step);
    x += bytes;
    out += bytes;
  }
}

/** `length` elements `step` bytes apart. */
function cumsumRow(x: usize, out: usize, length: i32, step: usize): void {
  let sum: f64 = 0;
  for (; length > 0; length--) {
    sum += load<f32>(x);
    store<f32>(out, <f32>sum);
    x += step;
    out += step;
  }
}

/** `length` rows of `inner` columns, `step` bytes apart; a strip of columns at a time. */
function cumsumColumns(x: usize, out: usize, length: i32, inner: i32, step: usize): void {
  for (let start = 0; start < inner; start += STRIP) {
    const width = min(STRIP, inner - start);
    memory.fill(TOTALS, 0, <usize>width << 3);
    let offset = <usize>start << 2;
    for (let row = 0; row < length; row++) {
      addToTotals(x + offset, out + offset, width);
      offset += step;
    }
  }
}

/** Adds a row to the totals and writes them. */
// @ts-ignore: decorator
@inline
function addToTotals(x: usize, out: usize, width: i32): void {
  for (let column = 0; column < width; column += 4) {
    const at = <usize>column << 2;
    const totals = TOTALS + 2 * at;
    const low = f64x2.add(v128.load(totals), loadPair(x + at));
    const high = f64x2.add(v128.load(totals, VECTOR), loadPair(x + at + 8));
    v128.store(totals, low);
    v128.store(totals, high, VECTOR);
    storePart(out + at, demote(low, high), width - column);
  }
}

/** Σ x² over everything. */
export function sumSquares(x: usize, out: usize, length: i32): void {
  store<f32>(out, <f32>squares(x, length));
}

/**
 * The largest of at least one element; a NaN is passed over, unless it is the first. pmax is one instruction,
 * where max, which minds NaN, takes seven.
 */
export function largestOf(x: usize, length: i32): f32 {
  let a = v128.load32_splat(x);
  let b = a;
  for (; length >= 8; length -= 8) {
    a = f32x4.pmax(a, v128.load(x));
    b = f32x4.pmax(b, v128.load(x, VECTOR));
    x += 2 * VECTOR;
  }
  let largest = maxLanes(f32x4.pmax(a, b));
  for (; length > 0; length--) {
    const value = load<f32>(x);
    largest = value > largest ? value : largest;
    x += 4;
  }
  return largest;
}

function hasNaN(x: usize, length: i32): bool {
  let found = f32x4.splat(0);
  for (; length >= 4; length -= 4) {
    const lanes = v128.load(x);
    found = v128.or(found, f32x4.ne(lanes, lanes));
    x += VECTOR;
  }
  const tail = loadPart(x, length);
  return v128.any_true(v128.or(found, f32x4.ne(tail, tail)));
}

/** The largest of at least one element; NaN if there is one. */
function maxOf(x: usize, length: i32): f32 {
  return hasNaN(x, length) ? NaN : largestOf(x, length);
}

/** [rows, columns] → [rows]. */
export function maxRows(x: usize, out: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    store<f32>(out, maxOf(x, columns));
    x += <usize>columns << 2;
    out += 4;
  }
}

/** [outer, length, inner] → [outer, inner]. */
export function maxColumns(x: usize, out: usize, outer: i32, length: i32, inner: i32): void {
  const rowBytes = <usize>inner << 2;
  for (let i = 0; i < outer; i++) {
    memory.copy(out, x, rowBytes);
    x += rowBytes;
    for (let row = 1; row < length; row++) {
      for (let column = 0; column < inner; column += 4) {
        const at = <usize>column << 2;
        const count = inner - column;
        storePart(out + at, f32x4.max(loadPart(out + at, count), loadPart(x + at, count)), count);
      }
      x += rowBytes;
    }
    out += rowBytes;
  }
}

/** Index of the first largest in each row, of the first NaN where there is one: int32 [rows]. */
export function argmaxRows(x: usize, out: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    store<i32>(out, firstEqual(x, maxOf(x, columns)));
    x += <usize>columns << 2;
    out += 4;
  }
}

/** Where `value`, which must be there, stands first; any NaN counts as equal to NaN. */
function firstEqual(x: usize, value: f32): i32 {
  const wanted = f32x4.splat(value);
  const isNaN = f32x4.ne(wanted, wanted);
  let index = 0;
  while (true) {
    const lanes = v128.load(x);
    const found = v128.or(f32x4.eq(lanes, wanted), v128.and(isNaN, f32x4.ne(lanes, lanes)));
    if (v128.any_true(found)) return index + ctz(i32x4.bitmask(found));
    x += VECTOR;
    index += 4;
  }
}
