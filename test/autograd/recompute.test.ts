import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  assignInPlace,
  type Backend,
  explain,
  gradients,
  init,
  LifetimeError,
  liveBuffers,
  noGrad,
  recompute,
  scope,
  type Tensor,
  tensor,
} from '../../src/index.js';
import type { OpName } from '../../src/tensor/dispatch.js';
import { takeRows } from '../../src/tensor/ops/indexing.js';
import { OP_CASES, opNames } from '../helpers/kernels/op-cases.js';
import { expectClose } from '../helpers/values/close.js';
import { property } from '../helpers/values/draw.js';
import { ofLargest } from '../helpers/values/tolerance.js';

let reference64: Backend;
beforeAll(async () => {
  reference64 = await init('reference', { dtype: 'float64' });
});

const leaf = (...values: number[]) => tensor(values).setRequiresGrad();
const numbers = (x: Tensor | null) => (x === null ? null : Array.from(x.dataSync()));

/** First and second derivatives of Σ f(x)² by all inputs. */
function derivatives(f: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]) {
  return scope(() => {
    const first = gradients(
      f(...inputs)
        .square()
        .sum(),
      inputs,
      { createGraph: true },
    );
    const total = first.reduce<Tensor>((sum, g) => (g === null ? sum : sum.add(g.square().sum())), tensor(0));
    const second = total.requiresGrad ? gradients(total, inputs) : [];
    return { first: first.map(numbers), second: second.map((g) => numbers(g) ?? []) };
  });
}

describe('recompute', () => {
  it.each(opNames)('has the first derivatives of %s to the bit, and the second', (name: OpName) => {
    property((draw) => {
      scope(() => {
        const { inputs, f } = OP_CASES[name](draw);
        for (const x of inputs) x.setRequiresGrad();
        const again = (...given: Tensor[]) => recompute(f, ...given);
        expect(numbers(again(...inputs))).toEqual(numbers(f(...inputs)));
        const [found, wanted] = [derivatives(again, inputs), derivatives(f, inputs)];
        expect(found.first).toEqual(wanted.first);
        // Added up in another order.
        expect(found.second).toHaveLength(wanted.second.length);
        wanted.second.forEach((values, i) => {
          expectClose(found.second[i], values, ofLargest(1e-11, 1));
        });
      });
    }, 10);
  });

  it('reaches leaves that the function uses by itself, and what its inputs came from', () => {
    const run = (wrap: typeof recompute) => {
      const [w, v, x] = [leaf(2, 3), leaf(0.5, 4), leaf(-1, 1.5)];
      scope(() => {
        const h = x.exp();
        const y = wrap((a) => a.mul(w).sin().mul(v.add(w)), h);
        y.mul(h).sum().backward();
      });
      return [w, v, x].map(({ grad }) => numbers(grad));
    };
    const plain = run((f, ...inputs) => f(...inputs));
    expect(run(recompute)).toEqual(plain);
    // One inside the other.
    expect(run((f, ...inputs) => recompute((a) => recompute(f, a), ...inputs))).toEqual(plain);
  });

  it('reaches an input that the function uses by itself, too, both ways', () => {
    const x = leaf(3);
    recompute((a) => a.square().mul(x), x).backward();
    expect(numbers(x.grad)).toEqual([27]);
  });

  it('has a second derivative beside inputs without a history', () => {
    const [x, c] = [leaf(3), tensor([5])];
    const [first] = gradients(
      recompute((a, b) => a.pow(3).mul(b), x, c),
      [x],
      { createGraph: true },
    );
    expect(numbers(gradients(first as Tensor, [x])[0])).toEqual([90]);
  });

  it('keeps its inputs only, and nothing afterwards', () => {
    const w = leaf(2);
    const before = liveBuffers();
    scope(() => {
      const x = leaf(3);
      const y = recompute((a) => a.mul(w).sin().exp().tanh(), x);
      expect(liveBuffers() - before).toBe(2); // x and y
      y.backward();
      expect(liveBuffers() - before).toBe(4); // their gradients: of x and w
    });
    expect(liveBuffers() - before).toBe(1);
  });

  it('works out no derivative that nobody wants', () => {
    const [x, w] = [tensor([[3]]).setRequiresGrad(), tensor([[2]]).setRequiresGrad()];
    const y = recompute((a) => a.matmul(w), x);
    const matmul = vi.spyOn(reference64.kernels, 'matmul');
    const [dx] = gradients(y, [x]);
    expect(numbers(dx)).toEqual([2]);
    expect(matmul).toHaveBeenCalledTimes(2); // y again, and its derivative by x
    matmul.mockRestore();
  });

  it('runs the function as it is where nothing is recorded', () => {
    const x = leaf(3);
    let calls = 0;
    const f = (a: Tensor) => {
      calls++;
      return a.square();
    };
    for (const y of [noGrad(() => recompute(f, x)), recompute(f, tensor([3]))]) {
      expect(y.requiresGrad).toBe(false);
      expect(numbers(y)).toEqual([9]);
    }
    expect(calls).toBe(2);
  });

  it('passes on what the function returns untouched', () => {
    const [x, w] = [leaf(3), leaf(5)];
    recompute((a) => a, x).backward();
    recompute(() => w, x).backward();
    expect([numbers(x.grad), numbers(w.grad)]).toEqual([[1], [1]]);
    expect(x.isDisposed || w.isDisposed).toBe(false);
  });

  it('wants what has a history as an input', () => {
    const x = leaf(3);
    const h = x.square();
    expect(() => recompute((a) => a.mul(h), x)).toThrow(
      'recompute: the function uses the result of an earlier square, which is not among its inputs; pass it as one',
    );
  });

  it('notices an input that was changed in place since', () => {
    const x = leaf(3);
    const y = recompute((a) => a.sin(), x);
    noGrad(() => assignInPlace(x, tensor([7])));
    expect(() => y.backward()).toThrow(
      new LifetimeError('backward: a tensor that recompute saved was changed in place since'),
    );
  });

  it.each<[string, (a: Tensor, w: Tensor) => Tensor]>([
    ['whose values a derivative reads', (a, w) => a.mul(w)],
    ['whose values none reads', (a, w) => a.add(w).sin()],
    [
      'that is a table',
      (a, w) =>
        takeRows(w.reshape([1, 1]), tensor(Int32Array.of(0), [1]))
          .mul(a)
          .sin(),
    ],
    ['in a function within', (a, w) => recompute((b) => b.add(w).sin(), a)],
  ])('notices a leaf that was changed in place since: one %s', (_, f) => {
    const [x, w] = [leaf(3), leaf(5)];
    const y = recompute((a) => f(a, w), x).sum();
    noGrad(() => assignInPlace(w, tensor([7])));
    expect(() => y.backward()).toThrow(
      new LifetimeError('backward: a tensor that recompute uses was changed in place since'),
    );
    expect(x.grad).toBeNull();
  });

  it('is differentiated once, unless the graph is kept', () => {
    const x = leaf(3);
    const y = recompute((a) => a.square(), x);
    y.backward(undefined, { keepGraph: true });
    y.backward();
    expect(numbers(x.grad)).toEqual([12]);
    expect(() => y.backward()).toThrow(
      'the values saved for recompute were freed by an earlier backward pass',
    );
  });

  it('is one node of an explained graph', () => {
    const [x, w] = [leaf(3), leaf(5)];
    const graph = explain(
      recompute((a) => a.mul(w).sin(), x),
      [
        ['x', x],
        ['w', w],
      ],
    );
    expect(graph.nodes.map(({ op, name }) => op ?? name)).toEqual(['x', 'w', 'recompute']);
    // x alone: w is read again where it is.
    expect([graph.bytes, graph.leafBytes]).toEqual([8, 8]);
    const sum = explain(recompute((a) => a.add(w).mul(a.exp()).mul(leaf(2)), x)).nodes.at(-1);
    expect(sum?.inputs).toHaveLength(3);
    expect(sum?.kept.map(({ input }) => input)).toEqual([0]);
  });
});
