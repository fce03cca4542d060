/** Random numbers and plain matrices for the tests of layers. */
import fc from 'fast-check';
import { Generator } from '../../src/tensor/index.js';

/** Sizes of axes, the smallest included. */
export const size = fc.integer({ min: 1, max: 7 });

/** `length` values that float32 holds exactly, most of them ordinary, some 0, tiny or at the limits. */
export function numbers(length: number, limit = 10): fc.Arbitrary<number[]> {
  const one = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: -1e6, max: 1e6 }).map((i) => Math.fround((i / 1e6) * limit)) },
    { weight: 1, arbitrary: fc.constantFrom(0, limit, -limit, Math.fround(1e-6)) },
  );
  return fc.array(one, { minLength: length, maxLength: length });
}

/** `length` normal values that float32 holds exactly, repeatable. */
export function normals(length: number, seed: number): number[] {
  const generator = new Generator(seed);
  return Array.from({ length }, () => Math.fround(generator.normal()));
}

/** The rows of a flat matrix. */
export function rowsOf(flat: ArrayLike<number>, width: number): number[][] {
  const count = width === 0 ? 0 : flat.length / width;
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: width }, (_x, j) => flat[i * width + j]),
  );
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * b[i], 0);
}

/** W·x for W given flat, [out, in]. */
export function apply(weight: ArrayLike<number>, x: readonly number[]): number[] {
  return rowsOf(weight, x.length).map((row) => dot(row, x));
}

export function softmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
