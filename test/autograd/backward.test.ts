import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  assignInPlace,
  backward,
  gradients,
  init,
  isGradEnabled,
  LifetimeError,
  liveBuffers,
  noGrad,
  type OpName,
  ones,
  ShapeError,
  scope,
  type Tensor,
  tensor,
} from '../../src/index.js';
import { seeds } from '../helpers/draw.js';
import { OP_CASES, opNames, TensorDraw } from './op-cases.js';

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

const leaf = (...values: number[]) => tensor(values).setRequiresGrad();
const numbers = (x: Tensor | null) => (x === null ? null : Array.from(x.dataSync()));

describe('backward', () => {
  it('adds up over calls until the gradient is taken away', () => {
    const x = leaf(3);
    x.square().backward();
    x.square().backward();
    expect(numbers(x.grad)).toEqual([12]);
    x.grad = null;
    x.square().backward();
    expect(numbers(x.grad)).toEqual([6]);
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

  it('frees a long chain that nobody differentiates', () => {
    const x = leaf(1);
    const before = liveBuffers();
    scope(() => {
      let y: Tensor = x;
      for (let i = 0; i < 20_000; i++) y = y.square();
    });
    expect(liveBuffers()).toBe(before);
  });

  it('wants a single element or a gradient of the same shape', () => {
    const x = leaf(1, 2);
    expect(() => x.square().backward()).toThrow(ShapeError);
    expect(() => x.square().backward()).toThrow(/shape \[2\] needs a gradient/);
    expect(() => x.square().backward(ones([3]))).toThrow(/the gradient is \[3\], the tensor \[2\]/);
    x.square().backward(tensor([10, 1]));
    expect(numbers(x.grad)).toEqual([20, 4]);
  });

  it('says so when what it saved was freed by a pass before', () => {
    const y = leaf(2).square();
    y.backward();
    expect(() => y.backward()).toThrow(LifetimeError);
    expect(() => y.backward()).toThrow(/square were freed by an earlier backward pass/);
  });

  it('can be repeated with keepGraph', () => {
    const x = leaf(2);
    const y = x.square();
    y.backward(undefined, { keepGraph: true });
    y.backward();
    expect(numbers(x.grad)).toEqual([8]);
  });

  it('notices when a tensor it saved was overwritten', () => {
    const x = leaf(2);
    const y = x.square();
    noGrad(() => assignInPlace(x, tensor([3])));
    expect(() => y.backward()).toThrow(/square saved was changed in place/);
  });

  it('leaves everything as it was where nothing needs a gradient', () => {
    const x = tensor([2]);
    const y = x.square();
    expect(y.requiresGrad).toBe(false);
    y.backward();
    expect(x.grad).toBeNull();
    expect(() => {
      x.grad = y;
    }).toThrow(/only a leaf/);
  });

  it('does not pass detached tensors and integers', () => {
    const x = leaf(2);
    const y = x.detach().mul(x).add(x.cast('int32').cast('float64'));
    y.backward();
    expect(numbers(x.grad)).toEqual([2]);
  });

  it('keeps gradients beyond the scope that made them', () => {
    const x = leaf(3);
    scope(() => x.square().backward());
    expect(numbers(x.grad)).toEqual([6]);
  });

  it.each(opNames)('of %s leaves no buffers but the gradients', (name: OpName) => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const before = liveBuffers();
        scope(() => {
          const { inputs, f } = OP_CASES[name](new TensorDraw(seed));
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
      }),
      { numRuns: 10 },
    );
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
    expect(dy?.itemSync()).toBeCloseTo(3 * Math.cos(12), 12);
    expect(dx?.itemSync()).toBeCloseTo(12 * Math.cos(12), 12);
    expect(x.grad).toBeNull();
  });

  it('is null for what the root does not depend on', () => {
    const [x, other, plain] = [leaf(2), leaf(3), tensor([4])];
    expect(gradients(x.square(), [other, plain])).toEqual([null, null]);
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
            const [a, b] = [numbers(ofG[i]), numbers(ofH[i])];
            numbers(sum)?.forEach((value, at) => {
              expect(value).toBeCloseTo(2 * (a?.[at] ?? 0) + (b?.[at] ?? 0), 9);
            });
          });
        });
      }),
    );
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
});

describe('a history', () => {
  it('goes with its last tensor, returned or not, after an error too', () => {
    const x = leaf(2);
    const before = liveBuffers();
    const kept = scope(() => x.square().exp());
    expect(liveBuffers()).toBe(before + 1); // exp saved its output, square saved x: both are shared
    kept.dispose();
    expect(liveBuffers()).toBe(before);
    expect(() =>
      scope(() => {
        x.square()
          .exp()
          .backward(ones([7]));
      }),
    ).toThrow();
    expect(liveBuffers()).toBe(before);
  });

  it('can be taken away', () => {
    const x = leaf(2);
    const y = x.square().setRequiresGrad(false);
    expect(y.requiresGrad).toBe(false);
    backward(y);
    expect(x.grad).toBeNull();
  });
});
