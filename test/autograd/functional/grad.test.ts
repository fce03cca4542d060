import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  grad,
  gradcheck,
  init,
  LifetimeError,
  liveBuffers,
  noGrad,
  ones,
  ShapeError,
  scope,
  type Tensor,
  tensor,
  valueAndGrad,
  vjp,
} from '../../../src/index.js';
import { OP_CASES, opNames } from '../../helpers/kernels/op-cases.js';
import { expectClose, expectFinite } from '../../helpers/values/close.js';
import { property, seeds, TensorDraw } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

const at = (...values: number[]) => tensor(values);

describe('grad', () => {
  it('differentiates by each argument, also when they are the same tensor', () => {
    const x = at(3);
    const [da, db] = grad((a, b) => a.square().mul(b).sum())(x, x);
    expect([da.itemSync(), db.itemSync()]).toEqual([18, 9]);
    expect(x.requiresGrad).toBe(false);
    x.setRequiresGrad(); // the same for one with a history
    const [dx, dy] = grad((a, b) => a.square().mul(b).sum())(x, x);
    expect([dx.itemSync(), dy.itemSync()]).toEqual([18, 9]);
  });

  it('is zero where the function does not depend on an argument', () => {
    const [, db] = grad((a) => a.sum())(at(1), at(2, 3));
    expect(Array.from(db.dataSync())).toEqual([0, 0]);
  });

  it('of grad of grad of grad', () => {
    const derivative = (f: (x: Tensor) => Tensor) => (x: Tensor) => grad((y) => f(y).sum())(x)[0];
    const fourth = derivative(derivative(derivative(derivative((x) => x.pow(5)))));
    expectClose(fourth(at(2)), 120 * 2, absolute(5e-10));
  });

  it('makes symmetric Hessians', () => {
    property((draw) => {
      scope(() => {
        const x = draw.values([4]);
        const f = (y: Tensor) => y.unit().softmax().mul(y.sin()).sum().exp();
        const row = (i: number) =>
          grad((y) =>
            grad(f)(y)[0]
              .slice(0, i, i + 1)
              .sum(),
          )(x)[0].dataSync();
        const hessian = [0, 1, 2, 3].map(row);
        const transposed = hessian.flatMap((_, i) => hessian.map((values) => values[i]));
        expectFinite(transposed);
        expectClose(
          hessian.flatMap((values) => [...values]),
          transposed,
          absolute(5e-11),
        );
      });
    }, 20);
  });

  it('reaches parameters that the function closes over, with createGraph', () => {
    const w = at(3).setRequiresGrad();
    // d/dx (w x²) = 2 w x; its square, differentiated by w, is 8 w x².
    const [slope] = grad((x) => w.mul(x.square()).sum(), { createGraph: true })(at(2));
    slope.square().sum().backward();
    expect(w.grad?.itemSync()).toBe(8 * 3 * 4);
  });

  it('of the gradient of a quadratic form: its Hessian is A + Aᵀ', () => {
    const A = tensor([
      [1, 2],
      [3, 5],
    ]);
    const form = (x: Tensor) => x.reshape([1, 2]).matmul(A).mul(x).sum();
    const hessianTimes = (v: Tensor) => grad((x) => grad(form)(x)[0].mul(v).sum())(at(7, -1))[0];
    expect(Array.from(hessianTimes(at(1, 0)).dataSync())).toEqual([2, 5]);
    expect(Array.from(hessianTimes(at(0, 1)).dataSync())).toEqual([5, 10]);
  });

  it('inside noGrad still differentiates, and leaves no history behind', () => {
    const w = at(3).setRequiresGrad();
    const { value, gradients } = noGrad(() => valueAndGrad((x) => x.square().sum())(w));
    expect(gradients[0].itemSync()).toBe(6);
    expect([value.requiresGrad, gradients[0].requiresGrad]).toEqual([false, false]);
    expect(w.grad).toBeNull();
  });

  it('of a parameter leads back to it', () => {
    const w = at(3).setRequiresGrad();
    const [slope] = grad((x) => x.pow(3).sum())(w);
    slope.sum().backward();
    expect(w.grad?.itemSync()).toBe(18);
  });

  it('is zero for integers, which are passed through', () => {
    const table = tensor([[1], [2]]);
    const [rows, indices] = grad((x, i) => x.gather(i).sum())(table, tensor(Int32Array.of(1, 1)));
    expect(Array.from(rows.dataSync())).toEqual([0, 2]);
    expect(Array.from(indices.dataSync())).toEqual([0, 0]);
  });

  it('wants a function with a single value', () => {
    expect(() => grad((x) => x.square())(at(1, 2))).toThrow(ShapeError);
  });

  it('without createGraph leaves no history behind', () => {
    const [slope] = grad((x) => x.square().sum())(at(2));
    expect(slope.requiresGrad).toBe(false);
  });
});

describe('valueAndGrad', () => {
  it('gives both', () => {
    const { value, gradients } = valueAndGrad((x) => x.square().sum())(at(3, 4));
    expect(value.itemSync()).toBe(25);
    expect(Array.from(gradients[0].dataSync())).toEqual([6, 8]);
  });
});

describe('vjp', () => {
  it('pulls gradients back as often as asked, until it is disposed', () => {
    const x = at(1, 2);
    const before = liveBuffers();
    const { value, pullback, dispose } = vjp((y) => y.square(), x);
    expect(Array.from(value.dataSync())).toEqual([1, 4]);
    for (const [g, wanted] of [
      [at(1, 0), [2, 0]],
      [at(0, 1), [0, 4]],
    ] as const) {
      const [pulled] = pullback(g);
      expect(Array.from(pulled.dataSync())).toEqual(wanted);
      pulled.dispose();
      g.dispose();
    }
    value.dispose();
    dispose();
    expect(liveBuffers()).toBe(before);
  });

  it('holds nothing but what the pull-back needs', () => {
    const x = at(1, 2);
    const before = liveBuffers();
    const { value, dispose } = vjp((y) => y.exp().sin().square(), x);
    expect(liveBuffers()).toBe(before + 3); // the inputs of sin and of square, and the value
    value.dispose();
    dispose();
    dispose();
    expect(liveBuffers()).toBe(before);
  });

  it('outlives the scope it was made in', () => {
    const x = at(3);
    const { pullback, dispose } = scope(() => vjp((y) => y.square(), x));
    expect(pullback(at(1))[0].itemSync()).toBe(6);
    dispose();
    expect(() => pullback(at(1))).toThrow(LifetimeError);
  });

  it('leaves tensors alone that the function closes over and returns', () => {
    const [x, w] = [at(1), at(5)];
    const { value, pullback, dispose } = vjp(() => w, x);
    expect(pullback(at(1))[0].itemSync()).toBe(0);
    value.dispose();
    dispose();
    expect(w.itemSync()).toBe(5);
    expect(x.itemSync()).toBe(1);
  });

  it('wants a gradient of the shape of the value', () => {
    const { pullback } = vjp((y) => y.square(), at(1, 2));
    expect(() => pullback(at(1))).toThrow(ShapeError);
  });

  it('can be differentiated in turn', () => {
    // The pull-back of x³ is 3x²g; its derivative by x at g = 2 is 12x.
    const [second] = grad((x) =>
      vjp((y) => y.pow(3), x)
        .pullback(at(2))[0]
        .sum(),
    )(at(5));
    expectClose(second, 60, absolute(5e-13));
  });
});

describe('functional derivatives', () => {
  it('obey the chain rule and leak nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...opNames), seeds, (name, seed) => {
        const before = liveBuffers();
        scope(() => {
          const { inputs, f } = OP_CASES[name](new TensorDraw(seed));
          const whole = grad((...xs) =>
            f(...xs)
              .tanh()
              .sum(),
          )(...inputs);
          const inner = vjp(f, ...inputs);
          const [g] = grad((y) => y.tanh().sum())(inner.value);
          const pulled = inner.pullback(g);
          whole.forEach((gradient, i) => {
            expectFinite(gradient);
            expectClose(pulled[i], gradient, absolute(5e-11));
          });
          inner.dispose();
        });
        expect(liveBuffers()).toBe(before);
      }),
    );
  });

  const breaks = (y: Tensor) => y.exp().matmul(ones([3, 3]));
  it.each<[string, (x: Tensor) => unknown]>([
    ['grad', (x) => grad(breaks)(x)],
    ['valueAndGrad', (x) => valueAndGrad(breaks)(x)],
    ['vjp', (x) => vjp(breaks, x)],
    ['grad of grad', (x) => grad((y) => grad(breaks)(y)[0].sum())(x)],
    ['gradcheck', (x) => gradcheck(breaks, [x])],
    ['gradcheck of a wrong derivative', (x) => gradcheck((y) => y.mul(y.detach()), [x])],
  ])('free everything after an error: %s', (_, f) => {
    const x = at(1, 2);
    const before = liveBuffers();
    expect(() => f(x)).toThrow();
    expect(liveBuffers()).toBe(before);
  });
});
