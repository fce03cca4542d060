// The heart of every matrix product: a tile of results whose sums stay in registers. Each build has one shape, which its
// engine compiles best; the order of the sums, over k from the first to the last, is the same in all.
// Explained in docs/learn/12-kernels.md.
import { narrowPackedTile, narrowTile } from './narrow';
import { widePackedTile, wideTile } from './wide';

/** Rows of a tile. */
export const TILE_ROWS: i32 = WIDE ? 6 : 4;
/** Columns of a tile. */
export const TILE_COLUMNS: i32 = WIDE ? 16 : 8;
/** Bytes from one step of k to the next in a packed panel of B. */
export const PANEL_STEP: usize = WIDE ? 64 : 32;
/** The same in one of A. */
export const PANEL_STEP_A: usize = WIDE ? 24 : 16;

/**
 * C[0…rows, 0…columns] = (or += if `accumulate`) Σ over k of A[row, k]·B[k, column], for as many rows and columns as a
 * tile has.
 *
 * A is read at `a` + row·aRow + k·aStep, any strides. Row k of B is `TILE_COLUMNS` floats at `b` + k·bStep; all of them
 * are read, but products of those past `columns` are dropped. Rows past `rows` are not read.
 */
// @ts-ignore: decorator
@inline
export function tile(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  k: i32,
  accumulate: bool,
): void {
  if (WIDE) wideTile(a, aRow, aStep, b, bStep, c, cRow, rows, columns, k, accumulate);
  else narrowTile(a, aRow, aStep, b, bStep, c, cRow, rows, columns, k, accumulate);
}

/** The same where A is packed too. One address to follow is faster than one for each row, whatever the build. */
// @ts-ignore: decorator
@inline
function packedTile(
  a: usize,
  b: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  k: i32,
  accumulate: bool,
): void {
  if (WIDE) widePackedTile(a, b, c, cRow, rows, columns, k, accumulate);
  else narrowPackedTile(a, b, c, cRow, rows, columns, k, accumulate);
}

/** All tiles of C [m, n] = (or +=) A·B for packed panels of both; a panel of B stays in the first-level cache meanwhile. */
export function multiplyPacked(
  a: usize,
  b: usize,
  c: usize,
  cRow: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
): void {
  for (; n > 0; n -= TILE_COLUMNS) {
    let panel = a;
    let target = c;
    for (let rows = m; rows > 0; rows -= TILE_ROWS) {
      packedTile(panel, b, target, cRow, rows, n, k, accumulate);
      panel += PANEL_STEP_A * k;
      target += cRow * TILE_ROWS;
    }
    b += PANEL_STEP * k;
    c += PANEL_STEP;
  }
}

/** All tiles of C [m, n] = A·B for B in packed panels `panelBytes` apart; see `tile` for the strides. */
export function multiplyPanels(
  a: usize,
  aRow: usize,
  aStep: usize,
  panels: usize,
  panelBytes: usize,
  panelStep: usize,
  c: usize,
  cRow: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
): void {
  for (let i = 0; i < m; i += TILE_ROWS) {
    let panel = panels;
    for (let j = 0; j < n; j += TILE_COLUMNS) {
      const target = c + ((<usize>j) << 2);
      tile(a, aRow, aStep, panel, panelStep, target, cRow, m - i, n - j, k, accumulate);
      panel += panelBytes;
    }
    a += aRow * TILE_ROWS;
    c += cRow * TILE_ROWS;
  }
}
