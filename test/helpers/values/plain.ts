/** Linear algebra on plain numbers: what layers and models are held to. */

/** The rows of a flat matrix. */
export function rowsOf(flat: ArrayLike<number>, width: number): number[][] {
  const count = width === 0 ? 0 : flat.length / width;
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: width }, (_x, j) => flat[i * width + j]),
  );
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** W·x for W given flat, [out, in]. */
export function matvec(weight: ArrayLike<number>, x: readonly number[]): number[] {
  return rowsOf(weight, x.length).map((row) => dot(row, x));
}

export function softmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
