import { describe, expect, it } from 'vitest';
import {
  ArgumentError,
  BackendError,
  createBackend,
  customOp,
  detectAnomaly,
  explain,
  grad,
  gradcheck,
  gradients,
  LifetimeError,
  liveBuffers,
  NumericError,
  noGrad,
  recompute,
  scope,
  type Tensor,
  tensor,
  where,
  withBackend,
} from '../../../src/index.js';
import { backends, reference64, toleranceOf } from '../../helpers/kernels/backends.js';
import { expectClose } from '../../helpers/values/close.js';
import { property } from '../../helpers/values/draw.js';
import { absolute, EXACT, ofLargest } from '../../helpers/values/tolerance.js';

const in64 = <T>(f: () => T): T => withBackend(reference64, f);
const numbers = (x: Tensor | null | undefined) => (x ? Array.from(x.dataSync()) : null);

/** Built of ops that are there, with a derivative written by hand. */
const product = customOp({
  name: 'product',
  forward: (a: Tensor, b: Tensor, scale: number) => a.mul(b).mul(scale),
  backward: (g, { args: [a, b, scale] }) => [() => g.mul(b).mul(scale), () => g.mul(a).mul(scale)],
});

const tanh = customOp({
  name: 'tanhOfMine',
  forward: (x: Tensor) => x.tanh(),
  backward: (g, { output }) => g.mul(output.square().affine(-1, 1)),
  keeps: 'output',
});

const roundThrough = customOp({
  name: 'roundThrough',
  forward: (x: Tensor) => x.cast('int32').cast(x.dtype),
  backward: (g) => g,
  keeps: 'nothing',
});

/** Rows of a table, by a loop and by an op. */
const rows = customOp({
  name: 'rows',
  forward: (table: Tensor, at: Tensor) => table.gather(at),
  loop: {
    shape: (table, at) => [...at.shape, table.shape[1]],
    run: (y, table, at) => {
      const width = y.length / at.length;
      at.forEach((row, i) => {
        for (let j = 0; j < width; j++) y[i * width + j] = table[row * width + j];
      });
    },
  },
  backward: (g, { args: [table, at] }) => [
    at.size === 0 ? table.mul(0) : scatter(at, g, table.shape[0]),
    null,
  ],
});

function scatter(at: Tensor, g: Tensor, length: number): Tensor {
  const places = tensor(
    Int32Array.from({ length }, (_, i) => i),
    [length, 1],
  );
  return places
    .eq(at.reshape([1, at.size]))
    .cast(g.dtype)
    .matmul(g);
}

/** First and second derivatives of Σ f(x)². */
function derivatives(f: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]) {
  const first = gradients(
    f(...inputs)
      .square()
      .sum(),
    inputs,
    { createGraph: true },
  );
  const total = first.reduce<Tensor>((sum, g) => (g === null ? sum : sum.add(g.square().sum())), tensor(0));
  const second = total.requiresGrad ? gradients(total, inputs) : [];
  return [...first, ...second].map((g) => numbers(g) ?? []);
}

describe('customOp', () => {
  it('has the value and the first and second derivatives of what it stands for', () => {
    in64(() =>
      property((draw) => {
        scope(() => {
          const shape = draw.shape();
          const [a, b] = [draw.values(shape), draw.values(shape)];
          for (const x of [a, b]) x.setRequiresGrad();
          expectClose(product(a, b, 3), a.mul(b).mul(3), EXACT);
          const pairs = [
            [(x: Tensor, y: Tensor) => product(x, y, 3), (x: Tensor, y: Tensor) => x.mul(y).mul(3), [a, b]],
            [(x: Tensor) => product(x, x, 3), (x: Tensor) => x.square().mul(3), [a]],
            [(x: Tensor) => product(x.sin(), tanh(x), 2), (x: Tensor) => x.sin().mul(x.tanh()).mul(2), [a]],
          ] as const;
          for (const [mine, theirs, inputs] of pairs) {
            const found = derivatives(mine as (...xs: Tensor[]) => Tensor, inputs);
            derivatives(theirs as (...xs: Tensor[]) => Tensor, inputs).forEach((wanted, i) => {
              expectClose(found[i], wanted, ofLargest(1e-11, 1));
            });
          }
        });
      }),
    );
  });

  it('passes gradcheck where it is right, first and second, and not where it is wrong', () => {
    in64(() => {
      const wrong = customOp({
        name: 'wrong',
        forward: (x: Tensor) => x.square(),
        backward: (g, { args: [x] }) => g.mul(x),
      });
      const x = tensor([0.5, -1.25, 2]);
      expect(gradcheck((a, b) => product(a, b, 2), [x, tensor([1, 2, 3])])).toBeLessThan(1e-9);
      expect(gradcheck((a) => grad((b) => tanh(b).sum())(a)[0], [x])).toBeLessThan(1e-8);
      expect(() => gradcheck((a) => wrong(a), [x])).toThrow(NumericError);
      // Straight through a rounding: differences see steps.
      expect(() => gradcheck((a) => roundThrough(a), [x])).toThrow(NumericError);
    });
  });

  it('goes straight through a rounding', () => {
    in64(() => {
      const x = tensor([0.6, -1.7]).setRequiresGrad();
      const y = roundThrough(x);
      y.mul(tensor([3, 5]))
        .sum()
        .backward();
      expect([numbers(y), numbers(x.grad)]).toEqual([
        [0, -1],
        [3, 5],
      ]);
    });
  });

  it('may return an input as it is, and takes one gradient of several from it', () => {
    in64(() => {
      const reversed = customOp({ name: 'reversed', forward: (x: Tensor) => x, backward: (g) => g.neg() });
      const x = tensor([1, 2]).setRequiresGrad();
      const before = liveBuffers();
      scope(() => reversed(x).mul(x).sum().backward());
      expect(numbers(x.grad)).toEqual([1 - 1, 2 - 2]);
      expect(liveBuffers()).toBe(before + 1);
      expect(numbers(x)).toEqual([1, 2]);
    });
  });

  it.each(backends)('runs a loop on %s as it runs ops, integers and all', (_, backend) => {
    withBackend(backend, () =>
      property((draw) => {
        scope(() => {
          const [count, width] = [draw.integer(1, 4), draw.length()];
          const table = draw.values([count, width]).setRequiresGrad();
          const at = draw.indices([draw.length()], count);
          expectClose(rows(table, at), table.gather(at), EXACT);
          const [found] = gradients(rows(table, at).sin().sum(), [table]);
          const [wanted] = gradients(table.gather(at).sin().sum(), [table]);
          expectClose(found as Tensor, wanted as Tensor, toleranceOf(backend));
        });
      }),
    );
  });

  it('runs its forward where JavaScript does not reach the memory, and asks for one that is missing', () => {
    const remote = { ...reference64, view: undefined } as unknown as typeof reference64;
    const loopOnly = customOp<[x: Tensor]>({
      name: 'loopOnly',
      loop: { run: (y, x) => y.set(x) },
      backward: (g) => g,
    });
    withBackend(remote, () => {
      const table = tensor([[1], [2]]);
      expect(numbers(rows(table, tensor(Int32Array.of(1))))).toEqual([2]);
      expect(() => loopOnly(table)).toThrow(/^loopOnly: its loop cannot run on .* give it a forward/);
    });
    in64(() => expect(numbers(loopOnly(tensor([1, 2])))).toEqual([1, 2]));
  });

  it('frees what it kept and made, as other ops do', () => {
    in64(() => {
      const x = tensor([1, 2]).setRequiresGrad();
      const before = liveBuffers();
      scope(() => {
        const y = product(tanh(x), roundThrough(x), 2).sum();
        y.backward();
        expect(() => y.backward()).toThrow(LifetimeError);
      });
      x.grad = null;
      scope(() => void tanh(x)); // never differentiated
      noGrad(() => scope(() => void product(x, x, 1)));
      expect(liveBuffers()).toBe(before);
      expect(noGrad(() => tanh(x)).requiresGrad).toBe(false);
      expect(tanh(tensor([1])).requiresGrad).toBe(false);
    });
  });

  it('keeps what it is told to', () => {
    in64(() => {
      const x = tensor([1, 2]).setRequiresGrad();
      const keepsOf = (keeps: 'inputs' | 'output' | 'both' | 'nothing') => {
        const op = customOp({ name: 'op', forward: (a: Tensor) => a.exp(), backward: (g) => g, keeps });
        return explain(op(x)).nodes[1].kept.map(({ input }) => input);
      };
      expect(keepsOf('both')).toEqual([0, null]);
      expect(keepsOf('inputs')).toEqual([0]);
      expect(keepsOf('output')).toEqual([null]);
      expect(keepsOf('nothing')).toEqual([]);
      const blind = customOp({
        name: 'blind',
        forward: (a: Tensor, _factor: number) => a.exp(),
        backward: (g, { args: [a, factor] }) => {
          expect([a.shape, factor]).toEqual([[2], 7]);
          return g.mul(a);
        },
        keeps: 'nothing',
      });
      expect(() => blind(x, 7).sum().backward()).toThrow(LifetimeError);
      const noOutput = customOp({
        name: 'noOutput',
        forward: (a: Tensor) => a.exp(),
        backward: (g, { output }) => g.mul(output),
        keeps: 'inputs',
      });
      expect(() => noOutput(x).sum().backward()).toThrow(/^noOutput: its output is not kept/);
    });
  });

  it('has a second derivative, whatever it keeps, beside inputs without a history', () => {
    in64(() => {
      for (const keeps of ['inputs', 'both'] as const) {
        const product = customOp({
          name: 'product',
          forward: (a: Tensor, b: Tensor) => a.mul(a).mul(b),
          backward: (g, { args: [a, b] }) => [g.mul(a).mul(b).mul(2), g.mul(a).mul(a)],
          keeps,
        });
        const x = tensor([3]).setRequiresGrad();
        const [first] = gradients(product(x, tensor([5])), [x], { createGraph: true });
        const [second] = gradients(first as Tensor, [x]);
        expect([numbers(first), numbers(second)]).toEqual([[30], [10]]);
      }
    });
  });

  it('is called by its name in graphs, and by detectAnomaly in both directions', () => {
    in64(() => {
      const x = tensor([-1]).setRequiresGrad();
      const root = customOp({ name: 'myRoot', forward: (a: Tensor) => a.sqrt(), backward: (g) => g });
      const pole = customOp({ name: 'myPole', forward: (a: Tensor) => a, backward: (g) => g.div(0) });
      expect(explain(root(x)).nodes.map(({ op }) => op)).toEqual([null, 'myRoot']);
      expect(String(root(x))).toContain('from myRoot');
      expect(() => detectAnomaly(() => root(x))).toThrow(/^myRoot produced NaN/);
      expect(() => detectAnomaly(() => pole(x).sum().backward())).toThrow(
        /^the derivative of myPole produced/,
      );
      // One that is called as an op of ours is no view of its input.
      const reshape = customOp({ name: 'reshape', forward: (a: Tensor) => a.mul(2), backward: (g) => g });
      expect(explain(reshape(x).square()).leafBytes).toBe(8);
    });
  });

  it('can be run again for the backward pass', () => {
    in64(() => {
      const [x, w] = [tensor([0.5, 2]).setRequiresGrad(), tensor([3, -1]).setRequiresGrad()];
      const f = (a: Tensor) => product(tanh(a), w, 2).sin();
      const found = derivatives((a) => recompute(f, a), [x, w].slice(0, 1));
      // Second derivatives are added up in another order.
      derivatives(f, [x]).forEach((wanted, i) => {
        expectClose(found[i], wanted, ofLargest(1e-12));
      });
      const [ofW] = gradients(recompute(f, x).sum(), [w]);
      expect(numbers(ofW)).toEqual(numbers(gradients(f(x).sum(), [w])[0]));
    });
  });

  it('notices that what it kept was changed in place', () => {
    in64(() => {
      const x = tensor([1, 2]).setRequiresGrad();
      const y = product(x, x, 1).sum();
      x.markChanged();
      expect(() => y.backward()).toThrow(/a tensor that product saved was changed in place/);
    });
  });
});

describe('customOp, wrong', () => {
  const x = in64(() => tensor([1, 2]).setRequiresGrad());
  const returning = (value: unknown) =>
    customOp({ name: 'mine', forward: (a: Tensor) => a.exp(), backward: () => value as Tensor });
  const backwardOf = (value: unknown) => () => in64(() => scope(() => returning(value)(x).sum().backward()));

  it.each([
    ['undefined', undefined, /^mine: the gradient of tensor 0 must be a tensor, or null/],
    ['a number', 3, /got 3/],
    ['too many', [null, null], /for each of 1 tensors, it returned 2/],
    ['none', [], /for each of 1 tensors, it returned 0/],
    ['a promise', Promise.resolve(x), /^mine: backward must be synchronous/],
    ['a function of nothing', () => undefined, /^mine: the gradient of tensor 0/],
    ['another shape', in64(() => tensor(1)), /^mine: the gradient of tensor 0 is \[\], the tensor \[2\]/],
    ['integers', in64(() => tensor(Int32Array.of(1, 2))), /^mine: the gradient of tensor 0 is int32/],
  ])('gradients: %s', (_, value, message) => {
    expect(backwardOf(value)).toThrow(message);
  });

  it('gradients for integers, or on another backend', async () => {
    const other = await createBackend('reference', { dtype: 'float64' });
    const elsewhere = withBackend(other, () => tensor([1, 2]));
    expect(backwardOf(elsewhere)).toThrow(BackendError);
    in64(() => {
      const op = customOp({
        name: 'ints',
        forward: (a: Tensor, _: Tensor) => a.exp(),
        backward: (g) => [g, g],
      });
      const y = op(x, tensor(Int32Array.of(1)));
      // Not asked for: nothing flows to integers; but what is wrong is said.
      expect(() => y.sum().backward()).toThrow(/^ints: the gradient of tensor 1 must be null: it is int32/);
    });
  });

  it.each([
    ['no tensor', () => 3, /^mine: forward must return a tensor, it returned 3/],
    ['a promise', async () => x, /^mine: forward must be synchronous/],
    ['one with a history', () => x.mul(2), /^mine: forward uses a tensor that requires a gradient/],
  ])('values: %s', (_, forward, message) => {
    const op = customOp({
      name: 'mine',
      forward: forward as unknown as (a: Tensor) => Tensor,
      backward: (g) => g,
    });
    in64(() => {
      const before = liveBuffers();
      expect(() => op(x)).toThrow(message);
      expect(() => op(x)).toThrow(ArgumentError);
      expect(liveBuffers()).toBe(before);
    });
  });

  it('loops', () => {
    const looped = (run: (y: unknown, a: unknown) => unknown, shape?: unknown) =>
      customOp<[a: Tensor]>({
        name: 'mine',
        loop: { run: run as () => void, ...(shape ? { shape: shape as () => number[] } : {}) },
        backward: (g) => g,
      });
    in64(() => {
      expect(() => looped(async () => {})(x)).toThrow(/^mine: its loop must be synchronous/);
      expect(() =>
        looped(
          () => {},
          () => [-1],
        )(x),
      ).toThrow(/^mine: sizes must be whole/);
    });
  });

  it('a loop that calls an op and so moves the memory', async () => {
    const wasm = await createBackend('wasm');
    withBackend(wasm, () => {
      const op = customOp<[a: Tensor]>({
        name: 'mine',
        loop: { run: () => void scope(() => tensor(new Float32Array(2 ** 22)).exp()) },
        backward: (g) => g,
      });
      expect(() => op(tensor([1]))).toThrow(/^mine: its loop called an op/);
    });
  });

  it('arguments and definitions', () => {
    const anything = customOp as unknown as (definition: unknown) => (...args: unknown[]) => Tensor;
    for (const definition of [undefined, null, 3, {}, { name: 'a' }, { name: '', forward: () => x }]) {
      expect(() => anything(definition)).toThrow(ArgumentError);
    }
    expect(() => anything({ name: 'a', forward: () => x })).toThrow(/^customOp a: wants backward/);
    expect(() => anything({ name: 'a', backward: () => x })).toThrow(/^customOp a: wants forward/);
    expect(() => anything({ name: 'a', backward: () => x, loop: {} })).toThrow(/^customOp a: wants forward/);
    const op = anything({ name: 'a', forward: (y: Tensor) => y, backward: (g: Tensor) => g });
    expect(() => op(1)).toThrow(/^a: wants a tensor among its arguments/);
    expect(() => op(x, [x])).toThrow(/^a: tensors in an array would get no gradient/);
  });

  it('is checked by gradcheck on float64 only where it is smooth', () => {
    // A leaky relu, by a choice: right away from its corner.
    const leaky = customOp({
      name: 'leaky',
      forward: (a: Tensor, slope: number) => where(a.gt(0), a, a.mul(slope)),
      backward: (g, { args: [a, slope] }) => where(a.gt(0), g, g.mul(slope)),
      keeps: 'inputs',
    });
    in64(() => {
      property((draw) => {
        scope(() => {
          const away = draw.awayFromZero(draw.shape());
          expectClose(
            gradcheck((a) => leaky(a, 0.1), [away]),
            0,
            absolute(1e-9),
          );
        });
      }, 20);
    });
  });
});
