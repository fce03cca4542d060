/** A matrix that counts how often it is read: exercise 1 of chapter 12. */

/** Rows and columns of a tile. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
}

export class CountedMatrix {
  /** How often each element was read. */
  readonly reads: number[];

  constructor(
    readonly rows: number,
    readonly columns: number,
    private readonly values: readonly number[],
  ) {
    this.reads = values.map(() => 0);
  }

  /** The element of a row and a column that exist. */
  at(row: number, column: number): number {
    if (!(row >= 0 && row < this.rows && column >= 0 && column < this.columns)) {
      throw new RangeError(`element ${row}, ${column} of ${this.rows} × ${this.columns}`);
    }
    const i = row * this.columns + column;
    this.reads[i]++;
    return this.values[i];
  }
}
