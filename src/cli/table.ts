/** Tables for terminals. */

/** The cells of one line. */
export type Row = readonly string[];

/** Rows of equally many cells as lines, with the columns below each other. */
export function table(rows: readonly Row[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
