import { beforeAll, describe, expect, it } from 'vitest';
import { historyOrder } from '../../src/autograd/backward.js';
import { OpNode } from '../../src/autograd/tape.js';
import {
  assignInPlace,
  explain,
  gradients,
  init,
  isGradEnabled,
  LifetimeError,
  liveBuffers,
  noGrad,
  ones,
  ShapeError,
  scope,
  type Tensor,
  tensor,
  where,
} from '../../src/index.js';
import { opNames, smallCase } from '../helpers/kernels/op-cases.js';
import { expectClose } from '../helpers/values/close.js';
import { TensorDraw } from '../helpers/values/draw.js';
import { absolute } from '../helpers/values/tolerance.js';

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

const leaf = (...values: number[]) => tensor(values).setRequiresGrad();
const numbers = (x: Tensor | null) => (x === null ? null : Array.from(x.dataSync()));

describe('what the tape saved', () => {
  it('is freed by a pass, and a second pass says so', () => {
    const x = leaf(2);
    const y = x.square();
    y.backward();
    expect(() => y.backward()).toThrow(LifetimeError);
    expect(() => y.backward()).toThrow(/square were freed by an earlier backward pass/);
    expect(numbers(x.grad)).toEqual([4]);
  });

  it('is out of reach once the root was disposed of', () => {
    const x = leaf(2);
    const y = x.square();
    y.dispose();
    expect(() => y.backward()).toThrow(LifetimeError);
    expect(() => y.backward()).toThrow(/backward: the tensor \[1\] was disposed/);
    expect(() => gradients(x, [y])).toThrow(LifetimeError);
    expect(() => gradients(y, [x])).toThrow(/^gradients: the tensor \[1\] was disposed/);
    expect(x.grad).toBeNull();
  });

  it.each(opNames)('is what the rule of %s reads, and no more', (name) => {
    const [kept, read] = [new Set<number>(), new Set<number>()];
    for (let seed = 0; seed < 20; seed++) {
      const { inputs, f } = smallCase(name, new TensorDraw(seed));
      const y = f(...inputs.map((x) => x.setRequiresGrad()));
      const order = historyOrder('test', y);
      const node = order.find((history) => history instanceof OpNode && history.name === name) as OpNode;
      node?.kept?.forEach((x, at) => {
        kept.add(at);
        const { buffer } = x;
        const seen = <T>(value: T) => {
          read.add(at);
          return value;
        };
        Object.defineProperty(x, 'buffer', { get: () => seen(buffer) });
        // A view of it is read in its place.
        const { retainStorage } = x;
        x.retainStorage = () => seen(retainStorage.call(x));
      });
      y.backward(ones(y.shape));
    }
    expect([...read].sort()).toEqual([...kept].sort());
  });

  it('is still good when the tensor itself was disposed of', () => {
    const x = leaf(2);
    const y = x.exp();
    const z = y.square();
    y.dispose();
    z.backward();
    expectClose(x.grad!, [2 * Math.exp(4)], absolute(5e-13));
  });

  it.each<[string, (x: Tensor) => Tensor, RegExp]>([
    ['an input', (x) => x.square(), /square saved was changed in place/],
    ['an input seen as another shape', (x) => x.reshape([1, 1]).square(), /square saved was changed/],
    ['a factor', (x) => x.sin().mul(x), /mul saved was changed in place/],
  ])('must not be overwritten: %s', (_, f, message) => {
    const x = leaf(2);
    const y = f(x);
    assignInPlace(x, tensor([3]));
    expect(() => y.backward(ones(y.shape))).toThrow(LifetimeError);
    expect(() => y.backward(ones(y.shape))).toThrow(message);
  });

  it('must not be overwritten: the output', () => {
    const y = leaf(2).exp();
    assignInPlace(y, tensor([3]));
    expect(() => y.backward()).toThrow(/exp saved was changed in place/);
  });

  it('may be overwritten before it is saved, and where no values are saved', () => {
    const x = leaf(2);
    assignInPlace(x, tensor([3]));
    const y = x.square();
    const z = x.add(x).neg();
    // Of a choice the condition is saved, not what is chosen from.
    const chosen = where(tensor(Int32Array.of(1), [1]), x, tensor([5]));
    y.backward();
    assignInPlace(x, tensor([4]));
    z.backward();
    chosen.backward();
    expect(numbers(x.grad)).toEqual([6 - 2 + 1]);
  });
});

describe('what an op keeps', () => {
  const kept = (y: Tensor) =>
    explain(y)
      .nodes.at(-1)
      ?.kept.map(({ input }) => input);

  it('are its inputs, its output or nothing', () => {
    const [x, y] = [leaf(2), leaf(3)];
    expect([x.mul(y), x.exp(), x.add(y)].map(kept)).toEqual([[0, 1], [null], []]);
  });

  it('is never freed where it is nothing', () => {
    const x = leaf(2);
    const y = x.add(x.exp());
    y.backward();
    expect(explain(y).nodes.map(({ op, freed }) => [op, freed])).toEqual([
      [null, false],
      ['exp', true],
      ['add', false],
    ]);
  });
});

describe('a history', () => {
  it('goes with its last tensor, returned or not', () => {
    const x = leaf(2);
    const before = liveBuffers();
    const kept = scope(() => x.square().exp());
    expect(liveBuffers()).toBe(before + 1); // exp saved its output, square saved x: both are shared
    kept.dispose();
    expect(liveBuffers()).toBe(before);
    scope(() => void x.square().exp().sin().mul(x));
    expect(liveBuffers()).toBe(before);
  });

  it('goes after an error', () => {
    const x = leaf(2);
    const before = liveBuffers();
    expect(() =>
      scope(() => {
        x.square()
          .exp()
          .backward(ones([7]));
      }),
    ).toThrow(ShapeError);
    expect(liveBuffers()).toBe(before);
  });

  it('goes however long it is', () => {
    const x = leaf(1);
    const before = liveBuffers();
    scope(() => {
      let y: Tensor = x;
      for (let i = 0; i < 20_000; i++) y = y.square();
    });
    expect(liveBuffers()).toBe(before);
  });

  it('outlives the handle on its leaf', () => {
    const x = leaf(2);
    const other = x.alias();
    const y = x.square();
    x.dispose();
    y.backward();
    expect(numbers(other.grad)).toEqual([4]);
  });
});

describe('noGrad', () => {
  it('records nothing, nests, and ends with an exception', () => {
    const x = leaf(2);
    expect(noGrad(() => x.square()).requiresGrad).toBe(false);
    expect(noGrad(() => noGrad(() => isGradEnabled()))).toBe(false);
    expect(() => noGrad(() => x.reshape([7]))).toThrow(ShapeError);
    expect(isGradEnabled()).toBe(true);
    expect(x.square().requiresGrad).toBe(true);
  });

  it('saves nothing', () => {
    const x = leaf(2);
    const before = liveBuffers();
    const y = noGrad(() => scope(() => x.square().sin().square()));
    expect(liveBuffers()).toBe(before + 1);
    y.dispose();
  });
});
