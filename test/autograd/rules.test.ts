import { beforeAll, describe, expect, it } from 'vitest';
import { rules } from '../../src/autograd/rules.js';
import {
  attention,
  createBackend,
  crossEntropyRows,
  explain,
  grad,
  gradcheck,
  init,
  liveBuffers,
  scope,
  type Tensor,
  tensor,
  withBackend,
} from '../../src/index.js';
import { addRows, takeRows } from '../../src/tensor/ops/indexing.js';
import { COMPOSED_CASES, composedNames } from '../helpers/kernels/composed-cases.js';
import { OP_CASES, opNames, smallOf } from '../helpers/kernels/op-cases.js';
import { expectClose } from '../helpers/values/close.js';
import { property } from '../helpers/values/draw.js';
import { EXACT } from '../helpers/values/tolerance.js';

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

it('has a case for every rule', () => {
  expect([...opNames].sort()).toEqual(Object.keys(rules).sort());
});

const CASES = { ...OP_CASES, ...COMPOSED_CASES };

describe.each([...opNames, ...composedNames])('the derivative of %s', (name) => {
  it('agrees with finite differences', () => {
    property((draw) => {
      const before = liveBuffers();
      scope(() => {
        const { inputs, f } = CASES[name](draw);
        gradcheck(f, inputs);
      });
      expect(liveBuffers()).toBe(before);
    }, 40);
  });

  it('can be differentiated in turn', () => {
    property((draw) => {
      scope(() => {
        const { inputs, f } = smallOf(CASES[name], draw);
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
        gradcheck(weighted, inputs);
      });
    }, 12);
  });
});

it('a plain matrix is multiplied once for all rows, forward and backward, and recorded as one op', async () => {
  const wasm = await createBackend('wasm');
  property((draw) => {
    withBackend(wasm, () =>
      scope(() => {
        const [inner, columns, transposeB] = [draw.integer(1, 9), draw.integer(1, 9), draw.pick(true, false)];
        const x = draw.values([...draw.shape(3), draw.integer(1, 4), inner]).setRequiresGrad();
        const matrix = transposeB ? [columns, inner] : [inner, columns];
        const w = draw.values(matrix).setRequiresGrad();
        const product = x.matmul(w, { transposeB });
        expect(explain(product).nodes.map(({ op }) => op)).toEqual([null, null, 'matmul']);

        const rows = x.detach([x.size / inner, inner]).setRequiresGrad();
        const same = w.detach().setRequiresGrad();
        const tall = rows.matmul(same, { transposeB });
        expectClose(product.reshape(tall.shape), tall, EXACT);
        product.square().sum().backward();
        tall.square().sum().backward();
        expectClose(x.grad!.reshape(rows.shape), rows.grad!, EXACT);
        expectClose(w.grad!, same.grad!, EXACT);
      }),
    );
  });
});

describe('the derivative of bends composed of others', () => {
  const COMPOSED: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    silu: (x) => x.silu(),
    gelu: (x) => x.gelu(),
    'gelu by tanh': (x) => x.gelu({ approximate: 'tanh' }),
    logSigmoid: (x) => x.logSigmoid(),
    logsumexp: (x) => x.logsumexp(),
    std: (x) => x.std(),
    norm: (x) => x.norm(),
  };
  it.each(Object.keys(COMPOSED))('%s agrees with finite differences', (name) => {
    scope(() => gradcheck(COMPOSED[name], [tensor([-40, -3, -1, -0.1, 0, 0.2, 2, 5, 40])]));
  });
});

describe('where a derivative is not unique', () => {
  const slope = (f: (x: Tensor) => Tensor, ...values: number[]) =>
    // Adding 0 takes the sign off −0.
    Array.from(grad((x) => f(x).sum())(tensor(values))[0].dataSync(), (x) => x + 0);

  it('abs takes 0 at 0', () => {
    expect(slope((x) => x.abs(), 0, -0)).toEqual([0, 0]);
  });

  it('relu takes 0 at 0', () => {
    expect(slope((x) => x.relu(), -1, -0, 0, 1, Infinity)).toEqual([0, 0, 0, 1, 1]);
    // As in PyTorch: a gradient of 0 would hide that the value is lost.
    expect(slope((x) => x.relu(), Number.NaN)).toEqual([1]);
  });

  it('remainder falls by the whole number that is taken away, however large', () => {
    const [a, b] = [tensor([7, -7, 7, -7, 6, 1e15]), tensor([3, 3, -3, -3, 3, 3])];
    const [byA, byB] = grad((x, y) => x.remainder(y).sum())(a, b);
    expectClose(byA, [1, 1, 1, 1, 1, 1], EXACT);
    expectClose(byB, [-2, 3, 3, -2, -2, -333333333333333], EXACT);
    // As a double 0.1 is a little more than that, and goes into 1 nine times; 1 / 0.1 is rounded to 10.
    const [, slope] = grad((x, y) => x.remainder(y).sum())(tensor([1]), tensor([0.1]));
    expectClose(slope, [-9], EXACT);
  });

  it('clamp takes 1 at its bounds', () => {
    expect(slope((x) => x.clamp(-1, 1), -2, -1, 0, 1, 2)).toEqual([0, 1, 1, 1, 0]);
    expect(slope((x) => x.clamp(0), -Infinity, -1, 0, Infinity)).toEqual([0, 0, 1, 1]);
    expect(slope((x) => x.clamp(undefined, 0), -Infinity, 0, 1)).toEqual([1, 1, 0]);
    expect(slope((x) => x.clamp(2, 1), 0, 1, 1.5, 2, 3)).toEqual([0, 0, 0, 0, 0]);
  });

  it('casts between floats pass gradients on, casts to integers do not', () => {
    expect(slope((x) => x.cast('float32').cast('float64').square(), 1.5)).toEqual([3]);
    const [g] = grad((x) => x.cast('float32').square().sum())(tensor([1.5]));
    expect([g.dtype, g.itemSync()]).toEqual(['float64', 3]);
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

  it('maximum and minimum give NaN and what is beside it all', () => {
    const [nan, two] = [tensor([NaN, NaN]), tensor([2, 2])];
    for (const op of ['maximum', 'minimum'] as const) {
      expect(slope((x) => x[op](nan), 1, NaN)).toEqual([1, 1]);
      expect(slope((x) => two[op](x), NaN, NaN)).toEqual([1, 1]);
    }
    expect(slope((x) => x.maximum(0), -1, 0, 1, NaN)).toEqual([0, 0.5, 1, 1]);
  });

  it('pow with exponent 0 is flat, even at 0', () => {
    expect(slope((x) => x.pow(0), 0, 1, -2, NaN, Infinity)).toEqual([0, 0, 0, 0, 0]);
  });

  it('powers of 1 are flat in the exponent, even at NaN', () => {
    expect(slope((x) => tensor([1, 1, 1]).pow(x), 2, NaN, 0)).toEqual([0, 0, 0]);
  });

  it('pow takes negative bases to whole powers, and has a vertical slope where a root begins', () => {
    expect(slope((x) => x.pow(3), -2, 0, 2)).toEqual([12, 0, 12]);
    expect(slope((x) => x.pow(-1), -2, 0)).toEqual([-0.25, Number.NEGATIVE_INFINITY]);
    expect(slope((x) => x.pow(1), 0)).toEqual([1]);
    expect(slope((x) => x.pow(0.5), 0)).toEqual([Number.POSITIVE_INFINITY]);
  });

  it('powers of 0 are flat in the exponent, but for negative ones', () => {
    expect(slope((x) => tensor([0, 0, 0]).pow(x), 2, 0, -1)).toEqual([0, 0, Number.NEGATIVE_INFINITY]);
  });

  it.each([0, 1, 2, 3])('the derivatives of x^%i at 0 are those of a polynomial', (n) => {
    // n!, where it is differentiated n times, else 0.
    let f = (x: Tensor) => x.pow(n);
    for (let order = 1; order <= 5; order++) {
      const below = f;
      f = (x) => grad((y) => below(y).sum())(x)[0];
      expect(f(tensor([0])).itemSync() + 0).toBe(order === n ? [1, 1, 2, 6][n] : 0);
    }
  });

  it('the two mixed derivatives of a^b agree where b is 0', () => {
    const [a, b] = [tensor([2, 1e-320, 0.5]), tensor([0, 0, 0])];
    const byB = grad((y) => grad((x) => x.pow(y).sum(), { createGraph: true })(a)[0].sum())(b)[0];
    const byA = grad((x) => grad((y) => x.pow(y).sum(), { createGraph: true })(b)[0].sum())(a)[0];
    expect(Array.from(byA.dataSync())).toEqual([0.5, Number.POSITIVE_INFINITY, 2]);
    expect([byB.dataSync()[0], byB.dataSync()[2]]).toEqual([0.5, 2]);
  });

  it('the zero vector passes gradients on as if its length were 1', () => {
    expect(slope((x) => x.unit().mul(tensor([3, 4])), 0, 0)).toEqual([3, 4]);
  });

  it('rows outside a table take and give nothing', () => {
    const at = tensor(Int32Array.of(-1, 1, 2));
    const [table] = grad((x) => takeRows(x, at).sum())(tensor([[1], [2]]));
    expect(Array.from(table.dataSync())).toEqual([0, 1]);
    const [updates] = grad((x) => addRows(at, x, 2).sum())(tensor([[1], [2], [3]]));
    expect(Array.from(updates.dataSync())).toEqual([0, 1, 0]);
  });

  it('nothing flows into ignored rows of a cross entropy', () => {
    const [g] = grad((x) => crossEntropyRows(x, tensor(Int32Array.of(7, 1)), 7).sum())(
      tensor([
        [1, 2],
        [0, 0],
      ]),
    );
    expect(Array.from(g.dataSync())).toEqual([0, 0, 0.5, -0.5]);
  });

  it('keys in the future of every query take nothing', () => {
    const [q, k] = [tensor([1, 2], [1, 2, 1, 1]), tensor([1, 2, 3], [1, 3, 1, 1])];
    const first = (x: Tensor) => x.slice(1, 0, 1).sum();
    const [, dk, dv] = grad((...inputs) => first(attention(inputs[0], inputs[1], inputs[2], 1)))(q, k, k);
    // The first of two queries over three keys sees two of them.
    expect([dk.dataSync()[2], dv.dataSync()[2]]).toEqual([0, 0]);
    expect(dv.dataSync()[1]).toBeGreaterThan(0);
  });

  it('what a slice leaves out gets none', () => {
    const x = tensor([[1, 2, 3]]);
    const [g] = grad((logits) => logits.slice(1, 0, 2).sum())(x);
    expect(Array.from(g.dataSync())).toEqual([1, 1, 0]);
  });
});
