/** What fast-check is to shrink: sizes, numbers and sequences that tests of several files draw. */
import fc from 'fast-check';

/** Sizes of axes, the smallest included. */
export const axisSize = fc.integer({ min: 1, max: 7 });

/** Lengths of axes for vector kernels: 0, and around a multiple of their width most of all. */
export function axisLength(max: number): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 5, 7, 8, 9), fc.integer({ min: 0, max }));
}

/** `length` values that float32 holds exactly, most of them ordinary, some 0, tiny or at the limits. */
export function floats(length: number, limit = 10): fc.Arbitrary<number[]> {
  const one = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: -1e6, max: 1e6 }).map((i) => Math.fround((i / 1e6) * limit)) },
    { weight: 1, arbitrary: fc.constantFrom(0, limit, -limit, Math.fround(1e-6)) },
  );
  return fc.array(one, { minLength: length, maxLength: length });
}

/** What an optimizer is given. */
export interface GradientSequence {
  readonly start: readonly number[];
  /** One gradient per step, as long as `start`. */
  readonly gradients: readonly (readonly number[])[];
}

const value = fc.integer({ min: -1000, max: 1000 }).map((i) => Math.fround(i / 100));

/** Ordinary gradients, exact zeros, and some from tiny to as large as their square in float32 allows. */
const gradient = fc.oneof(
  { weight: 6, arbitrary: value },
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(1e15, -1e15, 1e-10, -1e-20).map(Math.fround) },
);

export const gradientSequences: fc.Arbitrary<GradientSequence> = fc
  .integer({ min: 1, max: 4 })
  .chain((length) => {
    const row = (item: fc.Arbitrary<number>) => fc.array(item, { minLength: length, maxLength: length });
    return fc.record({
      start: row(value),
      gradients: fc.array(row(gradient), { minLength: 1, maxLength: 12 }),
    });
  });

/** The same without the huge ones, for optimizers whose step is as large as the gradient. */
export const tameGradientSequences: fc.Arbitrary<GradientSequence> = gradientSequences.map(
  ({ start, gradients }) => ({
    start,
    gradients: gradients.map((row) => row.map((g) => (Math.abs(g) > 100 ? 7 : g))),
  }),
);
