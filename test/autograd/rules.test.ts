import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { rules } from '../../src/autograd/rules.js';
import {
  grad,
  gradcheck,
  init,
  liveBuffers,
  type OpName,
  scope,
  type Tensor,
  tensor,
} from '../../src/index.js';
import { seeds } from '../helpers/draw.js';
import { OP_CASES, opNames, TensorDraw } from './op-cases.js';

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

it('has a case for every rule', () => {
  expect([...opNames].sort()).toEqual(Object.keys(rules).sort());
});

describe.each(opNames)('the derivative of %s', (name: OpName) => {
  it('agrees with finite differences', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const before = liveBuffers();
        scope(() => {
          const { inputs, f } = OP_CASES[name](new TensorDraw(seed));
          gradcheck(f, inputs);
        });
        expect(liveBuffers()).toBe(before);
      }),
      { numRuns: 40 },
    );
  });

  it('can be differentiated in turn', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        scope(() => {
          const { inputs, f } = OP_CASES[name](new TensorDraw(seed));
          const sizes = inputs.map(({ size }) => size);
          if (sizes.some((size) => size > 12)) return;
          // tanh makes the second derivative of linear ops something else than 0.
          const first = grad((...xs) =>
            f(...xs)
              .tanh()
              .sum(),
          );
          const weighted = (...xs: Tensor[]) =>
            first(...xs)
              .map((g, i) => g.mul(xs[i].sin()).sum())
              .reduce((sum, term) => sum.add(term));
          gradcheck(weighted, inputs, { tolerance: 2e-6 });
        });
      }),
      { numRuns: 12 },
    );
  });
});

describe('where a derivative is not unique', () => {
  const slope = (f: (x: Tensor) => Tensor, ...values: number[]) =>
    Array.from(grad((x) => f(x).sum())(tensor(values))[0].dataSync());

  it('abs takes 0 at 0', () => {
    expect(slope((x) => x.abs(), 0, -0).map(Math.abs)).toEqual([0, 0]);
  });

  it('casts between floats pass gradients on, casts to integers do not', () => {
    expect(slope((x) => x.cast('float32').cast('float64').square(), 1.5)).toEqual([3]);
    expect(slope((x) => x.cast('int32').cast('float64').mul(x), 2.5)).toEqual([2]);
  });

  it('max shares among ties', () => {
    expect(slope((x) => x.max(), 2, 1, 2)).toEqual([0.5, 0, 0.5]);
  });

  it('maximum and minimum give each side half', () => {
    const two = tensor([2, 2, 2]);
    expect(slope((x) => x.maximum(two), 1, 2, 3)).toEqual([0, 0.5, 1]);
    expect(slope((x) => x.minimum(two), 1, 2, 3)).toEqual([1, 0.5, 0]);
  });

  it('pow with exponent 0 is flat, even at 0', () => {
    expect(slope((x) => x.pow(0), 0, 1, -2)).toEqual([0, 0, 0]);
    expect(slope((x) => tensor([0, 0, 2]).pow(x), 1, 2, 3)).toEqual([0, 0, 8 * Math.log(2)]);
  });

  it('the zero vector passes gradients on as if its length were 1', () => {
    expect(slope((x) => x.unit().mul(tensor([3, 4])), 0, 0)).toEqual([3, 4]);
  });

  it('what a slice leaves out gets none', () => {
    const x = tensor([[1, 2, 3]]);
    const [g] = grad((logits) => logits.slice(1, 0, 2).sum())(x);
    expect(Array.from(g.dataSync())).toEqual([1, 1, 0]);
  });
});
