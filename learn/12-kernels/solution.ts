/** Chapter 12, exercise 1, solved. */
import type { CountedMatrix, Tile } from './counted.js';

export function multiply(a: CountedMatrix, b: CountedMatrix, tile: Tile): number[][] {
  const y = Array.from({ length: a.rows }, () => new Array<number>(b.columns).fill(0));
  for (let i = 0; i < a.rows; i += tile.rows) {
    for (let j = 0; j < b.columns; j += tile.columns) {
      const rows = Math.min(tile.rows, a.rows - i);
      const columns = Math.min(tile.columns, b.columns - j);
      const sums = sumsOf(a, b, i, j, rows, columns);
      sums.forEach((row, r) => {
        row.forEach((sum, c) => {
          y[i + r][j + c] = sum;
        });
      });
    }
  }
  return y;
}

/** The sums of one tile; of b a row is read for each step of k, of a an element after the other. */
function sumsOf(
  a: CountedMatrix,
  b: CountedMatrix,
  i: number,
  j: number,
  rows: number,
  columns: number,
): number[][] {
  const sums = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  for (let k = 0; k < a.columns; k++) {
    const rowOfB = Array.from({ length: columns }, (_, c) => b.at(k, j + c));
    for (let r = 0; r < rows; r++) {
      const x = a.at(i + r, k);
      rowOfB.forEach((each, c) => {
        sums[r][c] += x * each;
      });
    }
  }
  return sums;
}

/** R elements of a and C of b, for R·C products. */
export function loadsPerProduct({ rows, columns }: Tile): number {
  return 1 / rows + 1 / columns;
}

export function registers({ rows, columns }: Tile, lanes: number): number {
  return (rows * columns) / lanes + columns / lanes + 1;
}
