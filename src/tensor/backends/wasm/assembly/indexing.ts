// Rows taken from a table, or added to one, at int32 indices; an index outside of the table is passed over.

import { copyRow } from './movement';
import { addRows, demoteRow, STRIP, TOTALS } from './reduce';
import { storePart, VECTOR } from './simd';

/** Of more updates to one row the sum is taken in doubles: a million floats in a row are off in the second digit after the point. */
const MOST_OF_ROW = 4096;

/** out[i] = table[indices[i]], rows of `width`; zeros for an index outside [0, rows). */
export function gather(table: usize, indices: usize, out: usize, count: i32, rows: i32, width: i32): void {
  const rowBytes = <usize>width << 2;
  for (let i = 0; i < count; i++) {
    const row = load<i32>(indices);
    // A negative index is a huge unsigned one.
    if (<u32>row < <u32>rows) copyRow(table + <usize>row * rowBytes, out, width);
    else memory.fill(out, 0, rowBytes);
    indices += 4;
    out += rowBytes;
  }
}

/** The first of the indices that is neither in [0, limit) nor, if `ignores`, `ignored`; −1 where there is none. */
export function firstOutside(indices: usize, count: i32, limit: i32, ignores: bool, ignored: i32): i32 {
  for (let i = 0; i < count; i++) {
    const index = load<i32>(indices);
    if (<u32>index >= <u32>limit && !(ignores && index == ignored)) return i;
    indices += 4;
  }
  return -1;
}

/** Of the `lists` that scatterAdd wants: none where no row can have too many updates. */
export function scatterAddScratchBytes(count: i32, rows: i32): usize {
  return count > MOST_OF_ROW ? <usize>(rows + 1 + count) << 2 : 0;
}

/**
 * out [rows, width] = zeros, with updates[i] added to row indices[i] in the order given; `lists` has scatterAddScratchBytes.
 */
export function scatterAdd(
  indices: usize, updates: usize, out: usize, count: i32, rows: i32, width: i32, lists: usize,
): void {
  const rowBytes = <usize>width << 2;
  memory.fill(out, 0, <usize>rows * rowBytes);
  if (count > MOST_OF_ROW && countRows(indices, count, rows, lists) > MOST_OF_ROW) {
    addRowByRow(indices, updates, out, count, rows, width, lists);
    return;
  }
  for (let i = 0; i < count; i++) {
    const row = load<i32>(indices);
    if (<u32>row < <u32>rows) addRow(updates, out + <usize>row * rowBytes, width);
    indices += 4;
    updates += rowBytes;
  }
}

/** counts[row + 1] = how many updates go to the row; returns the largest count. */
function countRows(indices: usize, count: i32, rows: i32, counts: usize): i32 {
  memory.fill(counts, 0, <usize>(rows + 1) << 2);
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const row = load<i32>(indices + (<usize>i << 2));
    if (<u32>row >= <u32>rows) continue;
    const at = counts + (<usize>(row + 1) << 2);
    const sofar = load<i32>(at) + 1;
    store<i32>(at, sofar);
    largest = max(largest, sofar);
  }
  return largest;
}

/** The same with the updates of one row after those of the other, each in the order given; `lists` begins with the counts. */
function addRowByRow(
  indices: usize, updates: usize, out: usize, count: i32, rows: i32, width: i32, lists: usize,
): void {
  const rowBytes = <usize>width << 2;
  const order = lists + (<usize>(rows + 1) << 2);
  // Sums of the counts tell where the list of each row begins; once it is written, where it ends.
  for (let row = 0; row < rows; row++) {
    const at = lists + (<usize>row << 2);
    store<i32>(at, load<i32>(at) + load<i32>(at, 4), 4);
  }
  for (let i = 0; i < count; i++) {
    const row = load<i32>(indices + (<usize>i << 2));
    if (<u32>row >= <u32>rows) continue;
    const at = lists + (<usize>row << 2);
    const place = load<i32>(at);
    store<i32>(order + (<usize>place << 2), i);
    store<i32>(at, place + 1);
  }
  let first = order;
  for (let row = 0; row < rows; row++) {
    const end = order + (<usize>load<i32>(lists + (<usize>row << 2)) << 2);
    if (end - first > <usize>MOST_OF_ROW << 2) {
      sumInDoubles(first, end, updates, out, width);
    } else {
      for (let at = first; at < end; at += 4) addRow(updates + <usize>load<i32>(at) * rowBytes, out, width);
    }
    first = end;
    out += rowBytes;
  }
}

/** out = the sum of the rows of `updates` that the list from `first` to `end` names. */
function sumInDoubles(first: usize, end: usize, updates: usize, out: usize, width: i32): void {
  for (let start = 0; start < width; start += STRIP) {
    const columns = min(STRIP, width - start);
    const offset = <usize>start << 2;
    memory.fill(TOTALS, 0, <usize>columns << 3);
    for (let at = first; at < end; at += 4) {
      addRows(updates + ((<usize>load<i32>(at) * <usize>width) << 2) + offset, 0, 1, columns, TOTALS);
    }
    demoteRow(TOTALS, out + offset, columns);
  }
}

// @ts-ignore: decorator
@inline
function addRow(source: usize, target: usize, length: i32): void {
  for (; length > 0; length -= 4) {
    storePart(target, f32x4.add(v128.load(target), v128.load(source)), length);
    source += VECTOR;
    target += VECTOR;
  }
}
