// Packing: copies of a matrix in the order in which `tile` reads it. A panel is as wide as a tile; its row k
// holds the k-th elements of its columns side by side. Tiles then read memory straight on, where the matrix itself would
// have them jump from page to page.
import { VECTOR } from '../simd';
import { PANEL_STEP, TILE_COLUMNS } from './index';

/**
 * Panels of the columns of a matrix [k, columns], its rows `rowBytes` apart. What pads the last panel is
 * arbitrary.
 */
export function packColumns(source: usize, rowBytes: usize, columns: i32, k: i32, panels: usize): void {
  for (let j = 0; j < columns; j += TILE_COLUMNS) {
    let from = source + ((<usize>j) << 2);
    for (let p = 0; p < k; p++) {
      // In the last panel this may reach past the row: into the next one, or the spare bytes of the block.
      copyStep(from, panels);
      from += rowBytes;
      panels += PANEL_STEP;
    }
  }
}

/** Copies the floats of one step of k. */
// @ts-ignore: decorator
@inline
function copyStep(from: usize, to: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, VECTOR), VECTOR);
  if (TILE_COLUMNS > 8) {
    v128.store(to, v128.load(from, 2 * VECTOR), 2 * VECTOR);
    v128.store(to, v128.load(from, 3 * VECTOR), 3 * VECTOR);
  }
}

/** The same for the columns of a transposed matrix, stored [columns, k]. */
export function packRows(source: usize, rowBytes: usize, columns: i32, k: i32, panels: usize): void {
  for (let j = 0; j < columns; j += TILE_COLUMNS) {
    transpose(source, rowBytes, min(columns - j, TILE_COLUMNS), k, panels, PANEL_STEP);
    source += rowBytes * TILE_COLUMNS;
    panels += PANEL_STEP * k;
  }
}

/**
 * [rows, columns] with rows `sourceRow` bytes apart to [columns, rows] with rows `targetRow` bytes apart. The
 * target's rows are written in whole vectors: they need room for a multiple of four.
 */
export function transpose(
  source: usize,
  sourceRow: usize,
  rows: i32,
  columns: i32,
  target: usize,
  targetRow: usize,
): void {
  for (; rows > 0; rows -= 4) {
    transposeFourRows(source, sourceRow, rows, columns, target, targetRow);
    source += 4 * sourceRow;
    target += VECTOR;
  }
}

/** Rows that do not exist repeat the one before. */
function transposeFourRows(
  row0: usize,
  sourceRow: usize,
  rows: i32,
  columns: i32,
  target: usize,
  targetRow: usize,
): void {
  let row1 = row0 + (rows > 1 ? sourceRow : 0);
  let row2 = row1 + (rows > 2 ? sourceRow : 0);
  let row3 = row2 + (rows > 3 ? sourceRow : 0);
  for (; columns >= 4; columns -= 4) {
    const x0 = v128.load(row0);
    const x1 = v128.load(row1);
    const x2 = v128.load(row2);
    const x3 = v128.load(row3);
    // Interleave rows 0 with 1 and 2 with 3, then halves with halves.
    const low01 = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
    const high01 = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
    const low23 = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
    const high23 = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
    v128.store(target, i64x2.shuffle(low01, low23, 0, 2));
    v128.store(target + targetRow, i64x2.shuffle(low01, low23, 1, 3));
    v128.store(target + 2 * targetRow, i64x2.shuffle(high01, high23, 0, 2));
    v128.store(target + 3 * targetRow, i64x2.shuffle(high01, high23, 1, 3));
    row0 += VECTOR;
    row1 += VECTOR;
    row2 += VECTOR;
    row3 += VECTOR;
    target += 4 * targetRow;
  }
  for (; columns > 0; columns--) {
    store<f32>(target, load<f32>(row0));
    store<f32>(target, load<f32>(row1), 4);
    store<f32>(target, load<f32>(row2), 8);
    store<f32>(target, load<f32>(row3), 12);
    row0 += 4;
    row1 += 4;
    row2 += 4;
    row3 += 4;
    target += targetRow;
  }
}
