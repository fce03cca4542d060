import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  assignInPlace,
  type Backend,
  type BinaryOp,
  concat,
  gradients,
  init,
  type Kernels,
  LifetimeError,
  liveBuffers,
  noGrad,
  ones,
  recompute,
  ShapeError,
  scope,
  type Tensor,
  tensor,
  withBackend,
} from '../../src/index.js';
import type { OpName } from '../../src/tensor/dispatch.js';
import { OP_CASES, opNames } from '../helpers/kernels/op-cases.js';
import { expectClose, expectFinite } from '../helpers/values/close.js';
import { property, seeds, TensorDraw } from '../helpers/values/draw.js';
import { absolute } from '../helpers/values/tolerance.js';

let reference64: Backend;
beforeAll(async () => {
  reference64 = await init('reference', { dtype: 'float64' });
});

const leaf = (...values: number[]) => tensor(values).setRequiresGrad();
const numbers = (x: Tensor | null) => (x === null ? null : Array.from(x.dataSync()));

describe('backward', () => {
  it('adds up over calls, and keeps only the sum', () => {
    const x = leaf(3);
    const before = liveBuffers();
    scope(() => x.square().backward());
    scope(() => x.square().backward());
    expect(numbers(x.grad)).toEqual([12]);
    expect(liveBuffers()).toBe(before + 1);
  });

  it('of a leaf is 1', () => {
    const x = leaf(3);
    x.backward();
    expect(numbers(x.grad)).toEqual([1]);
  });

  it('visits every op once, however many ways lead through it', () => {
    const x = leaf(1);
    scope(() => {
      let y: Tensor = x;
      for (let i = 0; i < 60; i++) y = y.add(y); // 2⁶⁰ ways
      y.backward();
    });
    expect(numbers(x.grad)).toEqual([2 ** 60]);
  });
  it('sums over all the ways from a leaf to the root', () => {
    const x = leaf(2);
    const y = x.mul(x).add(x); // x² + x
    const z = y.mul(y).sub(y.mul(x)); // (x² + x)² − (x² + x) x
    z.backward();
    // 2 (x² + x)(2x + 1) − (2x + 1) x − (x² + x)
    expect(numbers(x.grad)).toEqual([2 * 6 * 5 - 5 * 2 - 6]);
  });

  it('walks a chain of 20,000 ops without running out of stack', () => {
    const x = leaf(1);
    const before = liveBuffers();
    scope(() => {
      let y: Tensor = x;
      for (let i = 0; i < 20_000; i++) y = y.affine(1, 1);
      y.backward();
      expect(numbers(x.grad)).toEqual([1]);
      x.grad?.dispose();
      x.grad = null;
    });
    expect(liveBuffers()).toBe(before);
  });

  it('wants a single element or a gradient of the same shape', () => {
    const x = leaf(1, 2);
    expect(() => x.square().backward()).toThrow(ShapeError);
    expect(() => x.square().backward()).toThrow(/shape \[2\] needs a gradient/);
    expect(() => x.square().backward(ones([3]))).toThrow(/the gradient is \[3\], the tensor \[2\]/);
    const integers = tensor(Int32Array.of(1, 2));
    expect(() => x.square().backward(integers)).toThrow(/the gradient is int32, the tensor float64/);
    expect(x.grad).toBeNull();
    x.square().backward(tensor([10, 1]));
    expect(numbers(x.grad)).toEqual([20, 4]);
  });

  it('can be repeated with keepGraph', () => {
    const x = leaf(2);
    const y = x.square();
    y.backward(undefined, { keepGraph: true });
    y.backward();
    expect(numbers(x.grad)).toEqual([8]);
  });

  it('records itself with createGraph, so that its gradients can be differentiated', () => {
    const x = leaf(2);
    x.pow(3).backward(undefined, { createGraph: true });
    const [second] = gradients((x.grad as Tensor).square(), [x]);
    expect(second?.itemSync()).toBe(36 * 8); // (3x²)² = 9x⁴
  });

  it('leaves gradients without a history otherwise', () => {
    const x = leaf(2);
    x.pow(3).backward();
    expect(x.grad?.requiresGrad).toBe(false);
  });

  it('leaves a sum with gradients that had a history without one, too', () => {
    const x = leaf(2);
    x.pow(3).backward(undefined, { createGraph: true });
    x.pow(3).backward();
    expect(numbers(x.grad)).toEqual([24]);
    expect(x.grad?.requiresGrad).toBe(false);
  });

  it('passes on the history of the gradient it starts from with createGraph only', () => {
    const g = leaf(5);
    for (const f of [(x: Tensor) => x.pow(3), (x: Tensor) => x.add(x), (x: Tensor) => x]) {
      const [x, y] = [leaf(2), leaf(2)];
      f(x).backward(g);
      expect(x.grad?.requiresGrad).toBe(false);
      f(y).backward(g, { createGraph: true });
      expect(y.grad?.requiresGrad).toBe(true);
      expect(numbers(y.grad)).toEqual(numbers(x.grad));
    }
  });

  it('adds up what arrives at a leaf one by one', () => {
    const live: number[] = [];
    const backend = watched(reference64, 'add', () => live.push(liveBuffers()));
    withBackend(backend, () => {
      const x = leaf(1, 2);
      const y = scope(() => concat(Array.from({ length: 50 }, () => x.neg())).sum());
      live.length = 0;
      y.backward();
      expect(numbers(x.grad)).toEqual([-50, -50]);
    });
    expect(live).toHaveLength(49);
    // Each addition takes a gradient of a term and the sum so far away, and leaves one sum.
    for (let i = 1; i < 49; i++) expect(live[i]).toBe(live[i - 1] - 1);
  });

  it('frees what the tape saved as it goes', () => {
    const live: number[] = [];
    const backend = watched(reference64, 'mul', () => live.push(liveBuffers()));
    withBackend(backend, () => {
      const x = leaf(0.5);
      const y = scope(() => {
        let chain: Tensor = x;
        for (let i = 0; i < 50; i++) chain = chain.tanh();
        return chain;
      });
      live.length = 0;
      y.backward();
      // One product per op of the chain, each with one saved buffer less around, but for that of y itself.
      expect(live).toHaveLength(50);
      for (let i = 2; i < 50; i++) expect(live[i]).toBe(live[i - 1] - 1);
    });
  });

  it('leaves no buffers behind when a rule fails', () => {
    const x = leaf(2);
    const before = liveBuffers();
    expect(() =>
      scope(() => {
        const y = x.exp();
        const root = y.square().add(y.sin()).mul(x);
        assignInPlace(y, x);
        root.backward();
      }),
    ).toThrow(LifetimeError);
    expect(liveBuffers()).toBe(before);
    expect(x.grad).toBeNull();
  });

  it('refuses what came from nothing that needs a gradient, and says what to do', () => {
    const x = tensor([2]);
    const y = x.square();
    expect(y.requiresGrad).toBe(false);
    for (const root of [y, noGrad(() => leaf(2).square()), leaf(2).detach()]) {
      expect(() => root.backward()).toThrow(
        /^backward: the tensor \[1\] came from nothing that requires a gradient; make /,
      );
    }
    expect(() => y.cast('int32').backward()).toThrow(/it is int32, and integers have no derivative$/);
    expect(x.grad).toBeNull();
  });

  it('does not pass detached tensors and integers', () => {
    const x = leaf(2);
    const y = x.detach().mul(x).add(x.cast('int32').cast('float64'));
    y.backward();
    expect(numbers(x.grad)).toEqual([2]);
  });

  it('hands a leaf its gradient as soon as all parts are there', () => {
    const [w, v, x] = [leaf(2), leaf(3), leaf(5)];
    let seen: (number[] | null)[] = [];
    const watch = (a: Tensor) => {
      seen = [w, v, x].map(({ grad }) => numbers(grad));
      return a.mul(v);
    };
    recompute(watch, x).mul(v).mul(w).backward();
    expect(seen).toEqual([[45], null, null]);
    expect(numbers(v.grad)).toEqual([60]);
  });

  it('keeps gradients beyond the scope that made them', () => {
    const x = leaf(3);
    scope(() => x.square().backward());
    expect(numbers(x.grad)).toEqual([6]);
  });

  it.each(opNames)('of %s leaves no buffers but the gradients', (name: OpName) => {
    property((draw) => {
      const before = liveBuffers();
      scope(() => {
        const { inputs, f } = OP_CASES[name](draw);
        for (const x of inputs) x.setRequiresGrad();
        scope(() =>
          f(...inputs)
            .sum()
            .backward(),
        );
        const grads = inputs.filter((x) => x.grad !== null).length;
        const shared = new Set(inputs.map((x) => x.buffer)).size;
        expect(liveBuffers() - before).toBeLessThanOrEqual(shared + grads + constants(name));
      });
      expect(liveBuffers()).toBe(before);
    }, 10);
  });
});

/** Tensors besides the inputs that a case holds: conditions, indices, tables. */
function constants(name: OpName): number {
  return ['where', 'gather', 'scatterAdd', 'crossEntropy', 'rope'].includes(name) ? 1 : 0;
}

describe('gradients', () => {
  it('reaches tensors in the middle, and leaves .grad alone', () => {
    const x = leaf(2);
    const y = x.square();
    const z = y.mul(3).sin();
    const [dy, dx] = gradients(z, [y, x]);
    expectClose(dy!, [3 * Math.cos(12)], absolute(5e-13));
    expectClose(dx!, [12 * Math.cos(12)], absolute(5e-13));
    expect(x.grad).toBeNull();
  });

  it('is null for what the root does not depend on', () => {
    const [x, other, plain] = [leaf(2), leaf(3), tensor([4])];
    expect(gradients(x.square(), [other, plain])).toEqual([null, null]);
    // Nor is anything asked of a root that depends on nothing, as that it be a single value.
    expect(gradients(tensor([1, 2]), [leaf(1)])).toEqual([null]);
  });

  it('of gradients: createGraph', () => {
    const x = leaf(2);
    const y = x.pow(4);
    const [first] = gradients(y, [x], { createGraph: true });
    const [second] = gradients(first as Tensor, [x], { createGraph: true });
    const [third] = gradients(second as Tensor, [x]);
    expect([first, second, third].map((g) => g?.itemSync())).toEqual([32, 48, 48]);
  });

  it('are linear in the gradient of the root', () => {
    fc.assert(
      fc.property(fc.constantFrom(...opNames), seeds, (name, seed) => {
        scope(() => {
          const { inputs, f } = OP_CASES[name](new TensorDraw(seed));
          for (const x of inputs) x.setRequiresGrad();
          const y = f(...inputs);
          const [g, h] = [new TensorDraw(seed + 1).values(y.shape), new TensorDraw(seed + 2).values(y.shape)];
          const pull = (gradient: Tensor) => gradients(y, inputs, { gradient, keepGraph: true });
          const [ofG, ofH, ofSum] = [pull(g), pull(h), pull(g.mul(2).add(h))];
          ofSum.forEach((sum, i) => {
            if (sum === null) return;
            const [a, b] = [numbers(ofG[i]), numbers(ofH[i])];
            const wanted = Array.from(sum.dataSync(), (_, at) => 2 * (a?.[at] ?? 0) + (b?.[at] ?? 0));
            expectFinite(wanted);
            expectClose(sum, wanted, absolute(5e-10));
          });
        });
      }),
    );
  });
});

/** The backend with a call before every `watchedOp`. */
function watched(backend: Backend, watchedOp: BinaryOp, onCall: () => void): Backend {
  const kernels: Kernels = {
    ...backend.kernels,
    binary(op, ...rest) {
      if (op === watchedOp) onCall();
      return backend.kernels.binary(op, ...rest);
    },
  };
  return Object.create(backend, { kernels: { value: kernels } });
}
