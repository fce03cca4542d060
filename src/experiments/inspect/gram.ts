/** Rows that go into the sums at once: each sum is then read and written a quarter as often. */
const ROWS = 4;

/**
 * (X − 1·shiftᵀ)ᵀ (X − 1·shiftᵀ) for X [rows, columns], given flat: the products of all pairs of columns, in double
 * precision, [columns, columns].
 */
export function gram(
  values: ArrayLike<number>,
  columns: number,
  shift: ArrayLike<number> | null = null,
): Float64Array {
  const rows = columns === 0 ? 0 : values.length / columns;
  const products = new Float64Array(columns * columns);
  const [a, b, c, d] = Array.from({ length: ROWS }, () => new Float64Array(columns));
  const take = (into: Float64Array, row: number) => {
    // Beyond the last row there are zeros.
    for (let i = 0; i < columns; i++)
      into[i] = row < rows ? values[row * columns + i] - (shift?.[i] ?? 0) : 0;
  };
  for (let row = 0; row < rows; row += ROWS) {
    for (const [i, into] of [a, b, c, d].entries()) take(into, row + i);
    addProducts(products, a, b, c, d);
  }
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < i; j++) products[j * columns + i] = products[i * columns + j];
  }
  return products;
}

/** Of what lies left of the diagonal and on it; the rest is the same. */
function addProducts(
  products: Float64Array,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
): void {
  const columns = a.length;
  for (let i = 0; i < columns; i++) {
    const start = i * columns;
    for (let j = 0; j <= i; j++) products[start + j] += a[i] * a[j] + b[i] * b[j] + c[i] * c[j] + d[i] * d[j];
  }
}
