// Running sums, in doubles.

import { demote, loadPair, storePart, VECTOR } from '../simd';
import { STRIP, TOTALS } from './sum';

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
