/** Rows or columns of a matrix as a matrix of their own. */

/** A matrix in double precision, row by row. */
export interface Matrix {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** From index `first` up to `end`−1. */
export interface Range {
  readonly first: number;
  readonly end: number;
}

/** Rows of a matrix [.., columns], given flat; it has at least as many rows as columns: where it had not, it is transposed. */
export function rowsOf(values: ArrayLike<number>, columns: number, { first, end }: Range): Matrix {
  return tall(end - first, columns, (row, column) => values[(first + row) * columns + column]);
}

/** The same for some columns of it. */
export function columnsOf(values: ArrayLike<number>, columns: number, { first, end }: Range): Matrix {
  return tall(values.length / columns, end - first, (row, column) => values[row * columns + first + column]);
}

/** Singular values are those of the transpose. */
function tall(rows: number, columns: number, at: (row: number, column: number) => number): Matrix {
  return rows >= columns ? fill(rows, columns, at) : fill(columns, rows, (row, column) => at(column, row));
}

function fill(rows: number, columns: number, at: (row: number, column: number) => number): Matrix {
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) values[row * columns + column] = at(row, column);
  }
  return { values, rows, columns };
}
