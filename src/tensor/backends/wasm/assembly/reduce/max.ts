// Maxima along rows and down columns.

import { loadPart, maxLanes, storePart, VECTOR } from '../simd';

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
