import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  type Backend,
  createBackend,
  grad,
  type OpName,
  scope,
  type Tensor,
  withBackend,
} from '../../src/index.js';
import { expectClose } from '../helpers/close.js';
import { seeds } from '../helpers/draw.js';
import { opNames, smallCase, TensorDraw } from './op-cases.js';

const reference64 = await createBackend('reference', { dtype: 'float64' });

const subjects: readonly (readonly [string, Backend])[] = [
  ['reference float32', await createBackend('reference')],
  ['wasm', await createBackend('wasm')],
];

/** First and second derivatives of a random case, the latter all summed up per input. */
function derivatives(backend: Backend, name: OpName, seed: number): number[][] {
  return withBackend(backend, () =>
    scope(() => {
      const { inputs, f } = smallCase(name, new TensorDraw(seed));
      // tanh makes the second derivative of linear ops something else than 0.
      const first = grad((...xs) =>
        f(...xs)
          .tanh()
          .sum(),
      );
      const second = grad((...xs) =>
        first(...xs)
          .map((g) => g.sum())
          .reduce((a, b) => a.add(b)),
      );
      const plain = (xs: Tensor[]) => xs.map((x) => Array.from(x.dataSync()));
      return [...plain(first(...inputs)), ...plain(second(...inputs))];
    }),
  );
}

// The backend's fused kernels run in the first derivatives, the definitions in the second.
describe.each(subjects)('on %s', (_, backend) => {
  it.each(opNames)('the derivatives of %s are those in double precision', (name) => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const expected = derivatives(reference64, name, seed);
        derivatives(backend, name, seed).forEach((values, i) => {
          // Relative to the largest of an input: small ones are sums of terms that size.
          const scale = Math.max(1, ...expected[i].map(Math.abs));
          expectClose(
            values.map((x) => x / scale),
            expected[i].map((x) => x / scale),
            1e-4,
          );
        });
      }),
      { numRuns: 15 },
    );
  });
});
