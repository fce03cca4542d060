// Packing: copies of a matrix in the order in which a tile reads it. A panel of B is as wide as a tile, and its step k
// holds the k-th elements of its columns side by side; a panel of A does so with the rows of a tile. Tiles then read memory
// straight on, where the matrix itself would have them jump from page to page. What pads the last panel is arbitrary.
// Explained in docs/learn/12-kernels.md.
import { VECTOR } from '../simd';
import { PANEL_STEP, PANEL_STEP_A, TILE_COLUMNS, TILE_ROWS } from './index';

/** Panels of B, a matrix [k, columns] with rows `rowBytes` apart. */
export function packColumns(source: usize, rowBytes: usize, columns: i32, k: i32, panels: usize): void {
  packSteps(TILE_COLUMNS, source, rowBytes, columns, k, panels);
}

/** Panels of A that is stored [k, rows], its rows `rowBytes` apart. */
export function packColumnsOfA(source: usize, rowBytes: usize, rows: i32, k: i32, panels: usize): void {
  packSteps(TILE_ROWS, source, rowBytes, rows, k, panels);
}

/** Steps of k that are copied at a time. */
const CHUNK: i32 = 4;

/**
 * A few steps of all panels before the next few: rows a power of two apart share a set of the cache, and what the next
 * panel wants of their lines would be gone after all steps of one.
 */
// @ts-ignore: decorator
@inline
function packSteps(
  width: i32,
  source: usize,
  rowBytes: usize,
  columns: i32,
  k: i32,
  panels: usize,
): void {
  const step = (<usize>width) << 2;
  const panelBytes = step * k;
  for (; k > 0; k -= CHUNK) {
    let from = source;
    let to = panels;
    for (let j = 0; j < columns; j += width) {
      if (k >= CHUNK) {
        copyStep(width, from, to);
        copyStep(width, from + rowBytes, to + step);
        copyStep(width, from + 2 * rowBytes, to + 2 * step);
        copyStep(width, from + 3 * rowBytes, to + 3 * step);
      } else {
        for (let p = 0; p < k; p++) copyStep(width, from + rowBytes * p, to + step * p);
      }
      from += step;
      to += panelBytes;
    }
    source += CHUNK * rowBytes;
    panels += CHUNK * step;
  }
}

/** In the last panel this may reach past the row: into the next one, or the spare bytes of the block. */
// @ts-ignore: decorator
@inline
function copyStep(width: i32, from: usize, to: usize): void {
  v128.store(to, v128.load(from));
  if (width == 6) {
    store<u64>(to, load<u64>(from, VECTOR), VECTOR);
  } else if (width > 6) {
    v128.store(to, v128.load(from, VECTOR), VECTOR);
  }
  if (width > 8) {
    v128.store(to, v128.load(from, 2 * VECTOR), 2 * VECTOR);
    v128.store(to, v128.load(from, 3 * VECTOR), 3 * VECTOR);
  }
}

/** Panels of B that is stored [columns, k], its rows `rowBytes` apart. */
export function packRows(source: usize, rowBytes: usize, columns: i32, k: i32, panels: usize): void {
  for (; columns > 0; columns -= TILE_COLUMNS) {
    for (let j = 0; j < min(columns, TILE_COLUMNS); j += 4) {
      packFourRows(source + rowBytes * j, rowBytes, columns - j, k, panels + ((<usize>j) << 2), PANEL_STEP);
    }
    source += rowBytes * TILE_COLUMNS;
    panels += PANEL_STEP * k;
  }
}

/** Panels of A, a matrix [rows, k] with rows `rowBytes` apart. */
export function packRowsOfA(source: usize, rowBytes: usize, rows: i32, k: i32, panels: usize): void {
  for (; rows > 0; rows -= TILE_ROWS) {
    packFourRows(source, rowBytes, rows, k, panels, PANEL_STEP_A);
    if (TILE_ROWS > 4 && rows > 4) packTwoRows(source + 4 * rowBytes, rowBytes, rows - 4, k, panels + VECTOR);
    source += rowBytes * TILE_ROWS;
    panels += PANEL_STEP_A * k;
  }
}

/** Four elements of each step of a panel; rows that do not exist repeat the one before. */
function packFourRows(row0: usize, rowBytes: usize, rows: i32, k: i32, target: usize, step: usize): void {
  let row1 = row0 + (rows > 1 ? rowBytes : 0);
  let row2 = row1 + (rows > 2 ? rowBytes : 0);
  let row3 = row2 + (rows > 3 ? rowBytes : 0);
  for (; k >= 4; k -= 4) {
    const x0 = v128.load(row0);
    const x1 = v128.load(row1);
    const x2 = v128.load(row2);
    const x3 = v128.load(row3);
    // Interleave rows 0 with 1 and 2 with 3, then halves with halves.
    const low01 = lowPairs(x0, x1);
    const high01 = highPairs(x0, x1);
    const low23 = lowPairs(x2, x3);
    const high23 = highPairs(x2, x3);
    v128.store(target, i64x2.shuffle(low01, low23, 0, 2));
    v128.store(target + step, i64x2.shuffle(low01, low23, 1, 3));
    v128.store(target + 2 * step, i64x2.shuffle(high01, high23, 0, 2));
    v128.store(target + 3 * step, i64x2.shuffle(high01, high23, 1, 3));
    row0 += VECTOR;
    row1 += VECTOR;
    row2 += VECTOR;
    row3 += VECTOR;
    target += 4 * step;
  }
  for (; k > 0; k--) {
    store<f32>(target, load<f32>(row0));
    store<f32>(target, load<f32>(row1), 4);
    store<f32>(target, load<f32>(row2), 8);
    store<f32>(target, load<f32>(row3), 12);
    row0 += 4;
    row1 += 4;
    row2 += 4;
    row3 += 4;
    target += step;
  }
}

/** The last two elements of each step of a panel of six. */
function packTwoRows(row0: usize, rowBytes: usize, rows: i32, k: i32, target: usize): void {
  let row1 = row0 + (rows > 1 ? rowBytes : 0);
  for (; k >= 4; k -= 4) {
    const x0 = v128.load(row0);
    const x1 = v128.load(row1);
    const low = lowPairs(x0, x1);
    const high = highPairs(x0, x1);
    v128.store_lane<f64>(target, low, 0);
    v128.store_lane<f64>(target, low, 1, PANEL_STEP_A);
    v128.store_lane<f64>(target, high, 0, 2 * PANEL_STEP_A);
    v128.store_lane<f64>(target, high, 1, 3 * PANEL_STEP_A);
    row0 += VECTOR;
    row1 += VECTOR;
    target += 4 * PANEL_STEP_A;
  }
  for (; k > 0; k--) {
    store<f32>(target, load<f32>(row0));
    store<f32>(target, load<f32>(row1), 4);
    row0 += 4;
    row1 += 4;
    target += PANEL_STEP_A;
  }
}

/** x0[0], x1[0], x0[1], x1[1] */
// @ts-ignore: decorator
@inline
function lowPairs(x0: v128, x1: v128): v128 {
  return i32x4.shuffle(x0, x1, 0, 4, 1, 5);
}

/** x0[2], x1[2], x0[3], x1[3] */
// @ts-ignore: decorator
@inline
function highPairs(x0: v128, x1: v128): v128 {
  return i32x4.shuffle(x0, x1, 2, 6, 3, 7);
}
