/** What errors say, to the letter: the function, what came, what was wanted and what to do. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  assignInPlace,
  backward,
  createBackend,
  detectAnomaly,
  grad,
  gradcheck,
  gradients,
  hessian,
  init,
  isGradEnabled,
  jacobian,
  jvp,
  noGrad,
  ones,
  recompute,
  type Tensor,
  tensor,
  valueAndGrad,
  vjp,
} from '../../src/index.js';
import { messageOf } from '../helpers/thrown.js';
import { expectClose } from '../helpers/values/close.js';
import { absolute } from '../helpers/values/tolerance.js';

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

const leaf = (...values: number[]) => tensor(values).setRequiresGrad();
const call = (f: unknown, ...args: unknown[]) =>
  messageOf(() => (f as (...args: unknown[]) => unknown)(...args));

describe('the walk back', () => {
  it('wants a tensor with a history', () => {
    const what = 'backward: the tensor [1] came from nothing that requires a gradient';
    expect(call(backward, tensor([2]))).toBe(
      `${what}; make what is trained a Parameter, or call setRequiresGrad() on it, before it is used and outside noGrad`,
    );
    expect(call(backward, tensor([2]).cast('int32'))).toBe(
      `${what}: it is int32, and integers have no derivative`,
    );
    expect(call(backward, 3)).toBe('backward: its input must be a tensor, got 3; tensor() makes one of it');
    const gone = leaf(1, 2);
    gone.dispose();
    expect(call(backward, gone)).toBe(
      'backward: the tensor [2] was disposed; return it from its scope or keep() it',
    );
    expect(call(gradients, leaf(1), [gone])).toBe(
      'gradients: the tensor [2] was disposed; return it from its scope or keep() it',
    );
  });

  it('wants a gradient that fits', () => {
    const y = leaf(1, 2).square();
    expect(call(backward, y)).toBe(
      'backward: a tensor of shape [2] needs a gradient; only a single element starts from 1',
    );
    expect(call(backward, y, { gradient: 3 })).toBe(
      'backward: the gradient must be a tensor, got 3; tensor() makes one of it',
    );
    expect(call(backward, y, { gradient: ones([3]) })).toBe('backward: the gradient is [3], the tensor [2]');
    expect(call(backward, y, { gradient: tensor(Int32Array.of(1, 1)) })).toBe(
      'backward: the gradient is int32, the tensor float64',
    );
  });

  it('is named after what was called', () => {
    const x = leaf(1, 2);
    const y = x.square();
    expect(call(gradients, y, [x])).toMatch(/^gradients: a tensor of shape \[2\] needs a gradient/);
    expect(call(gradients, y, [x], { gradient: ones([3]) })).toBe(
      'gradients: the gradient is [3], the tensor [2]',
    );
    expect(call(gradients, 3, [x])).toMatch(/^gradients: its input must be a tensor/);
    gradients(y.sum(), [x]);
    expect(call(gradients, y.sum(), [x])).toMatch(/^gradients: the values saved for square were freed/);
    expect(call(vjp((a) => a.square(), x).pullback, ones([3]))).toBe(
      'vjp: the gradient is [3], the tensor [2]',
    );
  });

  it('knows its options and its inputs', () => {
    const x = leaf(1);
    expect(call(backward, x, { keep: true })).toMatch(/^backward: there is no option "keep"/);
    expect(call(gradients, x, [x], { keep: true })).toMatch(/^gradients: there is no option "keep"/);
    expect(call(gradients, x, x)).toBe('gradients: the inputs must be a list of tensors, got Tensor');
    expect(call(gradients, x, [3])).toBe(
      'gradients: the inputs[0] must be a tensor, got 3; tensor() makes one of it',
    );
    for (const option of ['keepGraph', 'createGraph'] as const)
      backward(leaf(1).square(), { [option]: true });
  });

  it('needs what the tape saved', () => {
    const x = leaf(2);
    const y = x.square();
    y.backward();
    expect(call(backward, y)).toBe(
      'backward: the values saved for square were freed by an earlier backward pass; ask for keepGraph there',
    );
    const z = x.square();
    assignInPlace(x, tensor([3]));
    expect(call(backward, z)).toBe('backward: a tensor that square saved was changed in place since');
    const again = recompute((a) => a.square(), leaf(2));
    again.backward();
    expect(call(backward, again)).toBe(
      'backward: the values saved for recompute were freed by an earlier backward pass; ask for keepGraph there',
    );
  });
});

describe('functions of functions', () => {
  it('want one', () => {
    expect(call(noGrad, 3)).toBe('noGrad: wants a function, got 3');
    expect(call(detectAnomaly, 3)).toBe('detectAnomaly: wants a function, got 3');
    expect(call(recompute, 3)).toBe('recompute: wants a function of tensors, got 3');
  });

  it('want one that is not async, where they hold only until it returns', async () => {
    for (const [name, f] of [
      ['noGrad', noGrad],
      ['detectAnomaly', detectAnomaly],
    ] as const) {
      let isCalled = false;
      const later = async () => {
        isCalled = true;
      };
      expect(call(f, later)).toBe(
        `${name}: the function must be synchronous: it holds only up to the first await; call ${name} for each part between them`,
      );
      expect(isCalled).toBe(false);
      // A promise alone is no harm.
      expect([...(await f(() => leaf(1, 2).mul(2).data()))]).toEqual([2, 4]);
    }
    expect(isGradEnabled()).toBe(true);
  });

  it('differentiate by floats', () => {
    const [at, x] = [tensor(Int32Array.of(1)), tensor([1])];
    const f = (...xs: Tensor[]) => (xs[0] ?? x).cast('float64').sum();
    const transforms: Record<string, (...xs: Tensor[]) => unknown> = {
      grad: (...xs) => grad(f)(...xs),
      valueAndGrad: (...xs) => valueAndGrad(f)(...xs),
      jacobian: (...xs) => jacobian(f)(...xs),
      hessian: (...xs) => hessian(f)(...xs),
      vjp: (...xs) => vjp(f, ...xs),
      jvp: (...xs) => jvp(f, xs, xs),
      gradcheck: (...xs) => gradcheck(f, xs),
    };
    const gone = tensor([1]);
    gone.dispose();
    for (const [name, transform] of Object.entries(transforms)) {
      expect(call(transform)).toBe(`${name}: wants an input to differentiate by, got none`);
      expect(call(transform, at)).toBe(
        `${name}: wants a float tensor to differentiate by, got int32: integers have no derivative; use .cast('float32')`,
      );
      expect(call(transform, gone)).toBe(
        `${name}: the tensor [1] was disposed; return it from its scope or keep() it`,
      );
    }
    expect(
      call(
        hessian((y) => y.square()),
        tensor([1, 2]),
      ),
    ).toBe('hessian: the function must return a single value, got shape [2]; sum() it, or see jacobian');
    expect(call(gradcheck, (y: Tensor) => y.cast('int32'), [x])).toBe(
      'gradcheck: the function must return floats, it returned int32',
    );
    expect(call(gradcheck, 3, [tensor([1])])).toBe('gradcheck: wants a function of tensors, got 3');
  });

  it('want tensors, and get one', () => {
    const identity = (x: Tensor) => x;
    for (const [name, message] of [
      [recompute, 'recompute'],
      [(f: unknown, x: unknown) => gradcheck(f as never, [x as never]), 'gradcheck'],
    ] as const) {
      expect(call(name, identity, 3)).toBe(`${message}: input 0 must be a tensor, got 3; see tensor()`);
      expect(call(name, () => 3, tensor([1]))).toBe(
        `${message}: the function must return a tensor, it returned 3`,
      );
    }
    expect(call(gradcheck, identity, tensor([1]))).toBe(
      'gradcheck: wants a list of inputs: gradcheck(f, [x])',
    );
    expect(call(gradcheck, identity, [tensor([1])], { tol: 1 })).toMatch(
      /^gradcheck: there is no option "tol"/,
    );
  });

  it('recompute wants to be given all that has a history', () => {
    const early = leaf(2).square();
    expect(call(recompute, (x: Tensor) => x.mul(early), leaf(1))).toBe(
      'recompute: the function uses the result of an earlier square, which is not among its inputs; pass it as one',
    );
  });

  it('gradcheck wants float64, and says where a derivative is wrong', async () => {
    const backend = await createBackend('reference', { dtype: 'float32' });
    const float32 = tensor([1], [1], { backend });
    expect(call(gradcheck, (x: Tensor) => x, [tensor([1]), float32])).toBe(
      "gradcheck: wants float64 inputs, got float32; init('reference', { dtype: 'float64' })",
    );
    const wrong = call(gradcheck, (x: Tensor, y: Tensor) => x.add(y.mul(y.detach())), [
      tensor([5, 6]),
      tensor([0, 2]),
    ]);
    // x is right, and so is y where it is 0. The second element counts 1 + sin 2 times.
    const weight = 1 + Math.sin(2);
    const [, derivative, slope] =
      /^gradcheck: input 1 \[2\], element 1: the derivative is (\S+), differences give (\S+), both of Σ \(1 \+ sin i\)·yᵢ over the elements y₁, y₂, … of the output$/
        .exec(wrong)!
        .map(Number);
    expectClose(derivative, 2 * weight, absolute(5e-10));
    expectClose(slope, 4 * weight, absolute(5e-10));
  });

  it('gradcheck takes an error up to its tolerance, and not beyond', () => {
    // The derivative is 0 and the slope e: an error of e, relative to 1.
    const off = (e: number) => (x: Tensor) => x.detach().mul(e / (1 + Math.sin(1)));
    const x = [tensor([1])];
    expectClose(gradcheck(off(0.9e-6), x), 0.9e-6, absolute(5e-10));
    expect(() => gradcheck(off(1.1e-6), x)).toThrow();
    expectClose(gradcheck(off(0.5), x, { tolerance: 0.75 }), 0.5, absolute(5e-10));
    expect(() => gradcheck(off(0.5), x, { tolerance: 0.25 })).toThrow();
    expect(gradcheck((y) => y.mul(0), x, { tolerance: 0 })).toBe(0);
  });

  it('gradcheck steps as far as it is told, relative to large values', () => {
    const seen: number[] = [];
    const f = (x: Tensor) => {
      seen.push(x.itemSync());
      return x.mul(2);
    };
    const steps = (x: number, options = {}) => {
      seen.length = 0;
      gradcheck(f, [tensor([x])], options);
      return seen.slice(1).map((moved) => Number(((moved - x) / 1e-3).toPrecision(6)));
    };
    expect(steps(0.5)).toEqual([1, -1, 2, -2]);
    expect(steps(-4)).toEqual([4, -4, 8, -8]);
    expect(steps(0.5, { step: 0.01 })).toEqual([10, -10, 20, -20]);
  });
});

describe('methods of tensors', () => {
  it('say what they want', () => {
    const x = leaf(1, 2);
    const set = (on: Tensor, grad: unknown) => messageOf(() => (on.grad = grad as Tensor));
    expect(set(x, 3)).toBe('grad: the gradient must be a tensor, got 3; tensor() makes one of it');
    expect(set(x, tensor([1]))).toBe('grad: the gradient is [1], the leaf [2]');
    expect(set(x.square(), x)).toBe('grad: only a leaf holds a gradient; call setRequiresGrad() first');
    expect(messageOf(() => tensor(Int32Array.of(1)).setRequiresGrad())).toBe(
      "setRequiresGrad: wants a float tensor, got int32; use .cast('float32')",
    );
  });

  it('detectAnomaly names op, element and shape', () => {
    expect(messageOf(() => detectAnomaly(() => tensor([1, 0, 1, 4], [2, 2]).log()))).toBe(
      'log produced -Infinity at element 1 of [2, 2]',
    );
    const x = leaf(4, 0);
    expect(messageOf(() => detectAnomaly(() => x.sqrt().sum().backward()))).toBe(
      'the derivative of sqrt produced Infinity at element 1 of [2]',
    );
  });

  it('are described by how they came to be', () => {
    const x = leaf(1);
    expect(x.trace?.summary).toBe('requiresGrad');
    expect(x.square().trace?.summary).toBe('requiresGrad, from square');
    expect(recompute((a) => a.square(), x).trace?.summary).toBe('requiresGrad, from recompute');
  });
});
