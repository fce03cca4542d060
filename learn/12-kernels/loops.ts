/** Three ways to write one product of matrices, y [m, n] = a [m, k] · b [k, n], in plain loops: chapter 12. */

/** How large the matrices are. */
export interface Sizes {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

export type Multiply = (a: Float32Array, b: Float32Array, y: Float32Array, sizes: Sizes) => void;

/** An element of y after the other: row of a by column of b, as one is taught. */
export const byElement: Multiply = (a, b, y, { m, k, n }) => {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += a[i * k + p] * b[p * n + j];
      y[i * n + j] = sum;
    }
  }
};

/** The two inner loops the other way round: rows of b, straight on through memory, are added to a row of y. */
export const byRow: Multiply = (a, b, y, { m, k, n }) => {
  y.fill(0);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const x = a[i * k + p];
      for (let j = 0; j < n; j++) y[i * n + j] += x * b[p * n + j];
    }
  }
};

/** Tiles of 2 × 4 elements of y, whose eight sums are variables; m is even here and n a multiple of 4. */
export const byTile: Multiply = (a, b, y, { m, k, n }) => {
  for (let i = 0; i < m; i += 2) {
    for (let j = 0; j < n; j += 4) {
      let [c00, c01, c02, c03, c10, c11, c12, c13] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let p = 0; p < k; p++) {
        const [at, top, bottom] = [p * n + j, a[i * k + p], a[(i + 1) * k + p]];
        c00 += top * b[at];
        c01 += top * b[at + 1];
        c02 += top * b[at + 2];
        c03 += top * b[at + 3];
        c10 += bottom * b[at];
        c11 += bottom * b[at + 1];
        c12 += bottom * b[at + 2];
        c13 += bottom * b[at + 3];
      }
      y.set([c00, c01, c02, c03], i * n + j);
      y.set([c10, c11, c12, c13], (i + 1) * n + j);
    }
  }
};
