// Rows taken from a table, or added to one, at int32 indices; an index outside of the table is passed over.

import { copyRow } from './movement';
import { storePart, VECTOR } from './simd';

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

/** out [rows, width] = zeros, with updates[i] added to row indices[i] in the order given. */
export function scatterAdd(
  indices: usize, updates: usize, out: usize, count: i32, rows: i32, width: i32,
): void {
  const rowBytes = <usize>width << 2;
  memory.fill(out, 0, <usize>rows * rowBytes);
  for (let i = 0; i < count; i++) {
    const row = load<i32>(indices);
    if (<u32>row < <u32>rows) addRow(updates, out + <usize>row * rowBytes, width);
    indices += 4;
    updates += rowBytes;
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
