import { beforeAll, describe, expect, it } from 'vitest';
import {
  ArgumentError,
  createBackend,
  DTypeError,
  init,
  LifetimeError,
  liveBuffers,
  ShapeError,
  scope,
  type Tensor,
  tensor,
} from '../../src/index.js';

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

const leaf = (...values: number[]) => tensor(values).setRequiresGrad();
const numbers = (x: Tensor | null) => (x === null ? null : Array.from(x.dataSync()));

describe('setRequiresGrad', () => {
  it('makes a leaf, from which results need gradients too', () => {
    const [x, plain] = [tensor([1]), tensor([2])];
    expect(x.requiresGrad).toBe(false);
    expect(x.setRequiresGrad()).toBe(x);
    expect(x.requiresGrad).toBe(true);
    expect(plain.mul(x).requiresGrad).toBe(true);
    expect(plain.mul(plain).requiresGrad).toBe(false);
    expect(x.detach().requiresGrad).toBe(false);
    expect(x.gt(0).requiresGrad).toBe(false);
    expect(x.cast('int32').requiresGrad).toBe(false);
  });

  it('leaves a leaf the leaf that earlier ops recorded', () => {
    const x = leaf(3);
    const y = x.square();
    x.setRequiresGrad();
    y.backward();
    expect(numbers(x.grad)).toEqual([6]);
  });

  it('cuts a result off from its history', () => {
    const x = leaf(3);
    const y = x.square().setRequiresGrad(false).setRequiresGrad();
    y.mul(2).backward();
    expect(numbers(y.grad)).toEqual([2]);
    expect(x.grad).toBeNull();
  });

  it('false takes the history away', () => {
    const x = leaf(2);
    const y = x.square().setRequiresGrad(false);
    expect(y.requiresGrad).toBe(false);
    expect(() => y.backward()).toThrow(ArgumentError);
    expect(x.grad).toBeNull();
  });

  it('refuses integers', () => {
    const x = tensor(Int32Array.of(1));
    expect(() => x.setRequiresGrad()).toThrow(DTypeError);
    expect(() => x.setRequiresGrad()).toThrow(/setRequiresGrad: wants a float tensor, got int32/);
    expect(x.setRequiresGrad(false).requiresGrad).toBe(false);
  });
});

describe('backward', () => {
  it('takes a gradient, options, or both', () => {
    const x = leaf(3);
    const y = x.square();
    y.backward({ keepGraph: true });
    y.backward(tensor([2]), { keepGraph: true });
    y.backward({ gradient: tensor([10]) });
    expect(numbers(x.grad)).toEqual([6 + 12 + 60]);
    expect(() => y.backward()).toThrow(LifetimeError);
  });

  it('does not take options for a gradient, nor the other way round', () => {
    const y = leaf(3).square();
    // @ts-expect-error an option that there is not
    expect(() => y.backward({ retain_graph: true })).toThrow(/no option "retain_graph"/);
    // @ts-expect-error options twice
    expect(() => y.backward({ keepGraph: true }, {})).toThrow('the gradient must be a tensor, got Object');
  });
});

describe('grad', () => {
  it('is null until something arrives, and again when it is taken away', () => {
    const x = leaf(3);
    expect(x.grad).toBeNull();
    x.square().backward();
    x.grad = null;
    expect(x.grad).toBeNull();
    x.square().backward();
    expect(numbers(x.grad)).toEqual([6]);
  });

  it('can be replaced from inside a scope', () => {
    const x = leaf(3);
    x.square().backward();
    scope(() => {
      x.grad = x.grad?.mul(0.5) ?? null;
    });
    expect(numbers(x.grad)).toEqual([3]);
    x.square().backward();
    expect(numbers(x.grad)).toEqual([9]);
  });

  it('goes when it is replaced, and with its leaf', () => {
    const before = liveBuffers();
    const x = leaf(3);
    scope(() => x.square().backward());
    expect(liveBuffers()).toBe(before + 2);
    x.grad = x; // a handle on a buffer that is there already
    expect(liveBuffers()).toBe(before + 1);
    x.grad = null;
    scope(() => x.square().backward());
    x.dispose();
    expect(liveBuffers()).toBe(before);
  });

  it('can be given where none has arrived, and taken away twice', () => {
    const x = leaf(3);
    x.grad = tensor([5]);
    x.square().backward();
    expect(numbers(x.grad)).toEqual([11]);
    x.grad = null;
    x.grad = null;
    expect(x.grad).toBeNull();
  });

  it('is a tensor of the dtype of its leaf, and stays as it was where another is refused', async () => {
    const x = leaf(3);
    x.grad = tensor([5]);
    const give = (gradient: unknown) => () => {
      x.grad = gradient as Tensor;
    };
    expect(give(tensor(Int32Array.of(1)))).toThrow(DTypeError);
    expect(give(tensor(Int32Array.of(1)))).toThrow(/^grad: the gradient is int32, the leaf float64/);
    expect(give([1])).toThrow(/^grad: the gradient must be a tensor/);
    expect(give(undefined)).toThrow(ArgumentError);
    const elsewhere = await createBackend('reference', { dtype: 'float64' });
    expect(give(tensor([1], [1], { backend: elsewhere }))).toThrow(/^grad: /);
    expect(numbers(x.grad)).toEqual([5]);
  });

  it('has the shape of its leaf, and only leaves have one', () => {
    const x = leaf(1, 2);
    expect(() => {
      x.grad = tensor([1]);
    }).toThrow(ShapeError);
    expect(() => {
      x.grad = tensor([1]);
    }).toThrow(/grad: the gradient is \[1\], the leaf \[2\]/);
    const y = x.square();
    expect(() => {
      y.grad = x;
    }).toThrow(/only a leaf/);
    y.grad = null;
    expect(y.grad).toBeNull();
  });
});
