/** Singular values, condition numbers and eigenvalues of matrices. */
import { EigenvalueDecomposition, Matrix as LibraryMatrix, SingularValueDecomposition } from 'ml-matrix';
import { gram } from './gram.js';
import type { Matrix } from './part.js';

/** With this many times as many rows as columns, products of columns are so much smaller that they pay off. */
const TALL = 2;
/** A condition number up to which the square, that of the products, leaves seven digits to it. */
const WELL_CONDITIONED = 1e4;

/**
 * The singular values of a matrix with at least as many rows as columns, descending, in double precision. Those that
 * rounding alone makes differ from 0 are 0.
 */
export function singularValues(matrix: Matrix): number[] {
  return (matrix.rows >= TALL * matrix.columns ? viaProducts(matrix) : null) ?? direct(matrix);
}

/** Largest by smallest; infinite for a matrix without full rank. */
export function conditionNumber(descending: readonly number[]): number {
  const least = descending[descending.length - 1];
  return least === 0 ? Number.POSITIVE_INFINITY : descending[0] / least;
}

/** The eigenvalues of a symmetric matrix, given flat, descending. */
export function symmetricEigenvalues(values: Float64Array, size: number): number[] {
  const decomposition = new EigenvalueDecomposition(libraryMatrix(values, size, size), {
    assumeSymmetric: true,
  });
  return descend(decomposition.realEigenvalues);
}

/** As the roots of the eigenvalues of AᵀA, several times as fast; null where these leave too few digits. */
function viaProducts({ values, columns }: Matrix): number[] | null {
  const squares = symmetricEigenvalues(gram(values, columns), columns);
  const isAccurate = squares[columns - 1] * WELL_CONDITIONED ** 2 >= squares[0];
  return isAccurate && squares[0] > 0 ? squares.map(Math.sqrt) : null;
}

function direct({ values, rows, columns }: Matrix): number[] {
  const decomposition = new SingularValueDecomposition(libraryMatrix(values, rows, columns), {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
  });
  const found = descend(decomposition.diagonal);
  const rounding = Math.max(rows, columns) * Number.EPSILON * found[0];
  return found.map((value) => (value <= rounding ? 0 : value));
}

function libraryMatrix(values: Float64Array, rows: number, columns: number): LibraryMatrix {
  return LibraryMatrix.from1DArray(rows, columns, values);
}

function descend(values: ArrayLike<number>): number[] {
  return Array.from(Float64Array.from(values).sort().reverse());
}
