import { describe, expect, it } from 'vitest';
import {
  type Backend,
  createBackend,
  grad,
  scope,
  type Tensor,
  type TensorFunction,
  tensor,
  withBackend,
} from '../../src/index.js';
import { COMPOSED_CASES, composedNames } from '../helpers/kernels/composed-cases.js';
import { OP_CASES, opNames, smallOf } from '../helpers/kernels/op-cases.js';
import { expectClose } from '../helpers/values/close.js';
import { TensorDraw } from '../helpers/values/draw.js';
import { ofLargest } from '../helpers/values/tolerance.js';

const reference64 = await createBackend('reference', { dtype: 'float64' });

const subjects: readonly (readonly [string, Backend])[] = [
  ['reference float32', await createBackend('reference')],
  ['wasm', await createBackend('wasm')],
];

// Not drawn anew in every run: how near float32 can come depends on the values, and that is the business of the
// tests of kernels. Here it is seen that the rules put them together alike.
const SEEDS = Array.from({ length: 12 }, (_, i) => i);

const CASES = { ...OP_CASES, ...COMPOSED_CASES };

/** First and second derivatives of a random case. */
function derivatives(backend: Backend, name: keyof typeof CASES, seed: number): number[][] {
  return withBackend(backend, () =>
    scope(() => {
      const { inputs, f } = smallOf(CASES[name], new TensorDraw(seed));
      const first = grad((...xs) => weightedSum(f(...xs)));
      const second = grad((...xs) => {
        const terms = first(...xs).map((g, i) => g.mul(xs[i].sin()).sum());
        return terms.reduce((sum, term) => sum.add(term));
      });
      return [first, second].flatMap((derivative) => plain(derivative, inputs));
    }),
  );
}

function plain(derivative: (...xs: Tensor[]) => Tensor[], inputs: readonly Tensor[]): number[][] {
  return derivative(...inputs).map((x) => Array.from(x.dataSync()));
}

const weightedSum: TensorFunction = (y) => {
  const weights = Float64Array.from({ length: y.size }, (_, i) => Math.cos(i));
  return y.mul(tensor(weights, y.shape)).sum();
};

// The fused kernels of the backend run in the first derivatives, the definitions in the second.
describe.each(subjects)('on %s', (_, backend) => {
  it.each([...opNames, ...composedNames])('the derivatives of %s are those in double precision', (name) => {
    for (const seed of SEEDS) {
      const [actual, expected] = [derivatives(backend, name, seed), derivatives(reference64, name, seed)];
      expect(actual.length).toBe(expected.length);
      actual.forEach((values, i) => {
        // Relative to the largest of an input: small ones are sums of terms that size.
        expectClose(values, expected[i], ofLargest(2e-5, 1));
      });
    }
  });
});
