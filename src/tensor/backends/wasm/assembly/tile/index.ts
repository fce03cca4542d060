// The heart of every matrix product: a tile of results whose sums stay in registers. Each build has one shape, which its
// engine compiles best; the order of the sums, over k from the first to the last, is the same in all.
import { narrowTile } from './narrow';
import { wideTile } from './wide';

/** Rows of a tile. */
export const TILE_ROWS: i32 = WIDE ? 6 : 4;
/** Columns of a tile, and the width of a packed panel. */
export const TILE_COLUMNS: i32 = WIDE ? 16 : 8;
/** Bytes from one step of k to the next in a packed panel. */
export const PANEL_STEP: usize = WIDE ? 64 : 32;

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
