/** Eigenvalues of small symmetric matrices, for projections. */

/** A symmetric matrix taken apart. */
export interface SymmetricEigen {
  /** Descending. */
  readonly values: readonly number[];
  /** Unit vectors at right angles to each other, in the same order. */
  readonly vectors: readonly (readonly number[])[];
}

/** Far more sweeps than a matrix of a few hundred rows ever needs. */
const MOST_SWEEPS = 60;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, given as rows, by Jacobi's method: turn in the plane of two axes so that
 * the entry between them becomes 0, over all pairs, until all have. It keeps its vectors at right angles where eigenvalues
 * are equal, and a page need not load a library for it.
 */
export function symmetricEigen(rows: readonly (readonly number[])[]): SymmetricEigen {
  const size = rows.length;
  const matrix = rows.map((row) => Float64Array.from(row));
  const vectors = rows.map((_, i) => Float64Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));
  // Beside the whole of it this is rounding.
  const negligible = Number.EPSILON * Math.hypot(...rows.map((row) => Math.hypot(...row)));
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let turned = false;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        if (Math.abs(matrix[p][q]) <= negligible) continue;
        turn(matrix, vectors, p, q);
        turned = true;
      }
    }
    if (!turned) break;
  }
  const order = matrix.map((_, i) => i).sort((a, b) => matrix[b][b] - matrix[a][a]);
  return {
    values: order.map((i) => matrix[i][i]),
    vectors: order.map((i) => Array.from(vectors[i])),
  };
}

/** Makes entry (p, q) 0. */
function turn(matrix: Float64Array[], vectors: Float64Array[], p: number, q: number): void {
  const ratio = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
  // The smaller of both angles that do it.
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(ratio, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  for (const row of matrix) rotate(row, p, row, q, cosine, sine);
  for (let i = 0; i < matrix.length; i++) rotate(matrix[p], i, matrix[q], i, cosine, sine);
  for (let i = 0; i < matrix.length; i++) rotate(vectors[p], i, vectors[q], i, cosine, sine);
}

function rotate(a: Float64Array, i: number, b: Float64Array, j: number, cosine: number, sine: number): void {
  const [x, y] = [a[i], b[j]];
  a[i] = cosine * x - sine * y;
  b[j] = sine * x + cosine * y;
}
