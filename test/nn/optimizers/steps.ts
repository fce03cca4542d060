/** Sequences of gradients for the tests of optimizers, and how to feed them. */
import fc from 'fast-check';
import { Parameter } from '../../../src/nn/index.js';
import { type Backend, scope, tensor, withBackend } from '../../../src/tensor/index.js';

export interface Sequence {
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

export const sequences: fc.Arbitrary<Sequence> = fc.integer({ min: 1, max: 4 }).chain((length) => {
  const row = (item: fc.Arbitrary<number>) => fc.array(item, { minLength: length, maxLength: length });
  return fc.record({
    start: row(value),
    gradients: fc.array(row(gradient), { minLength: 1, maxLength: 12 }),
  });
});

/** The same without the huge ones, for optimizers whose step is as large as the gradient. */
export const tameSequences: fc.Arbitrary<Sequence> = sequences.map(({ start, gradients }) => ({
  start,
  gradients: gradients.map((row) => row.map((g) => (Math.abs(g) > 100 ? 7 : g))),
}));

export function parameterOf(backend: Backend, values: readonly number[]): Parameter {
  return withBackend(backend, () => Parameter.from(() => tensor(values)));
}

/** Makes `gradient` the gradient of the parameter, by a backward pass. */
export function setGradient(parameter: Parameter, gradient: readonly number[]): void {
  parameter.zeroGrad();
  scope(() => {
    const slope = tensor(gradient, parameter.shape, { dtype: parameter.dtype, backend: parameter.backend });
    parameter.mul(slope).sum().backward();
  });
}
