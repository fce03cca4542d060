/** jvp, jacobian, hessian and vmap: against each other, against differences and against formulas. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  ArgumentError,
  concat,
  createBackend,
  DTypeError,
  grad,
  gradcheck,
  hessian,
  init,
  jacobian,
  jvp,
  liveBuffers,
  ShapeError,
  scope,
  type Tensor,
  tensor,
  valueAndGrad,
  vjp,
  vmap,
  zeros,
} from '../../../src/index.js';
import { OP_CASES, opNames } from '../../helpers/kernels/op-cases.js';
import { expectClose } from '../../helpers/values/close.js';
import { property, type TensorDraw } from '../../helpers/values/draw.js';
import { absolute, EXACT, ofLargest } from '../../helpers/values/tolerance.js';

beforeAll(async () => {
  await init('reference', { dtype: 'float64' });
});

const CLOSE = ofLargest(1e-10, 1);

/** A smooth function of two inputs of any shape that mixes all elements: [2, n + m], or [2, 0]. */
const mix = (a: Tensor, b: Tensor): Tensor => {
  const all = concat([a.reshape([a.size]), b.reshape([b.size])]).tanh();
  const sum = all.sum();
  return concat([all.mul(sum), all.sin().mul(sum.exp())]).reshape([2, all.size]);
};
const scalar = (a: Tensor, b: Tensor) => mix(a, b).square().sum();
const flat = (x: Tensor) => x.reshape([x.size]);
/** J [...y, ...x] times v [...x]. */
const times = (J: Tensor, y: Tensor, v: Tensor) =>
  J.reshape([y.size, v.size])
    .matmul(v.reshape([v.size, 1]))
    .reshape(y.shape);

function twoInputs(draw: TensorDraw) {
  const [a, b] = [draw.shape(2), draw.shape(2)];
  return { inputs: [draw.values(a), draw.values(b)], tangents: [draw.values(a), draw.values(b)] };
}

describe('jvp', () => {
  it('is the slope along the tangents, as differences have it', () => {
    property((draw) => {
      scope(() => {
        const { inputs, tangents } = twoInputs(draw);
        const { value, tangent } = jvp(mix, inputs, tangents);
        expectClose(value, mix(...(inputs as [Tensor, Tensor])), EXACT);
        const h = 1e-4;
        const moved = (by: number) =>
          mix(...(inputs.map((x, i) => x.add(tangents[i].mul(by))) as [Tensor, Tensor]));
        const far = moved(2 * h).sub(moved(-2 * h));
        expectClose(
          tangent,
          moved(h)
            .sub(moved(-h))
            .mul(8)
            .sub(far)
            .div(12 * h),
          ofLargest(1e-8, 1),
        );
      });
    });
  });

  it.each(opNames)('is Jacobian · v for %s, and vᵀ · Jacobian the pull-back', (name) => {
    property((draw) => {
      scope(() => {
        const { inputs, f } = OP_CASES[name](draw);
        const tangents = inputs.map((x) => (x.dtype === 'int32' ? null : draw.values(x.shape)));
        const { value, tangent } = jvp(f, inputs, tangents);
        const jacobians = jacobian(f)(...inputs);
        const parts = jacobians.flatMap((J, i) => {
          const v = tangents[i];
          return v === null ? [] : [times(J, value, v)];
        });
        expectClose(
          tangent,
          parts.reduce((sum, part) => sum.add(part)),
          CLOSE,
        );
        const g = draw.values(value.shape);
        const { pullback, dispose } = vjp(f, ...inputs);
        pullback(g).forEach((pulled, i) => {
          if (tangents[i] === null) return;
          const wanted = flat(g)
            .reshape([1, g.size])
            .matmul(jacobians[i].reshape([g.size, pulled.size]));
          expectClose(flat(pulled), flat(wanted), CLOSE);
        });
        dispose();
      });
    }, 5);
  });

  it('counts null as zeros, and is zero where f does not depend on its input', () => {
    const [a, b] = [tensor([1, 2]), tensor([3, 4])];
    expectClose(jvp((x, y) => x.mul(y), [a, b], [null, tensor([1, 0])]).tangent, [1, 0], EXACT);
    expectClose(jvp((x, y) => x.mul(y), [a, b], [null, null]).tangent, [0, 0], EXACT);
    expectClose(jvp(() => tensor([5]), [a], [b]).tangent, [0], EXACT);
    const count = jvp((x) => x.cast('int32'), [a], [b]);
    expect([count.value.dtype, count.tangent.dtype]).toEqual(['int32', 'int32']);
  });

  it('of a gradient is a product with the Hessian', () => {
    property((draw) => {
      scope(() => {
        const { inputs, tangents } = twoInputs(draw);
        const { tangent } = jvp((...xs) => grad(scalar)(...xs)[0], inputs, tangents);
        const [[aa, ab]] = hessian(scalar)(...inputs);
        const wanted = times(aa, inputs[0], tangents[0]).add(times(ab, inputs[0], tangents[1]));
        expectClose(tangent, wanted, CLOSE);
      });
    }, 30);
  });

  it('can be differentiated, by inputs and by tangents', () => {
    const [x, v] = [tensor([0.5, -1]), tensor([2, 3])];
    const slope = (a: Tensor, t: Tensor) => jvp((y) => y.pow(3), [a], [t]).tangent.sum(); // 3 Σ a² t
    expect(gradcheck(slope, [x, v])).toBeLessThan(1e-9);
    const [da, dt] = grad(slope)(x, v);
    expectClose(da, [6 * 0.5 * 2, 6 * -1 * 3], absolute(1e-12));
    expectClose(dt, [3 * 0.25, 3], absolute(1e-12));
    expectClose(grad((t) => slope(x, t))(v)[0], [3 * 0.25, 3], absolute(1e-12));
  });

  it('refuses what does not fit', () => {
    const x = tensor([1, 2]);
    const any = jvp as unknown as (...args: unknown[]) => unknown;
    for (const [inputs, tangents] of [
      [[x], []],
      [x, x],
      [[x], x],
      [x, [x]],
      [[x], new Float32Array(1)],
    ]) {
      expect(() => any((y: Tensor) => y, inputs, tangents)).toThrow(
        'jvp: wants a list of inputs and a list of tangents, one for each: jvp(f, [x], [v])',
      );
    }
    expect(() => any((y: Tensor) => y, [x], [3])).toThrow(/^jvp: tangent 0 must be a tensor or null, got 3/);
    expect(() => any((y: Tensor) => y, [x], [tensor([1])])).toThrow(
      /^jvp: tangent 0 is \[1\], its input \[2\]/,
    );
    const whole = () => any((y: Tensor) => y, [x], [x.cast('int32')]);
    expect(whole).toThrow(DTypeError);
    expect(whole).toThrow(/^jvp: tangent 0 is int32, its input float64$/);
    expect(() => any(3, [x], [x])).toThrow(/^jvp: wants a function of tensors, got 3/);
  });
});

describe('jacobian', () => {
  it('has the shape of the value and then of each input, edges and all', () => {
    property((draw) => {
      scope(() => {
        const { inputs } = twoInputs(draw);
        const [y, found] = [mix(inputs[0], inputs[1]), jacobian(mix)(...inputs)];
        expect(found.map(({ shape }) => shape)).toEqual(inputs.map((x) => [...y.shape, ...x.shape]));
      });
    });
    const [ofScalar] = jacobian((x) => x.square())(tensor(3));
    expect([ofScalar.shape, ofScalar.itemSync()]).toEqual([[], 6]);
  });

  it('of a linear map is its matrix, of x² diagonal, of softmax what the book says', () => {
    property((draw) => {
      scope(() => {
        const [rows, columns] = [draw.integer(1, 4), draw.integer(1, 4)];
        const [A, x] = [draw.values([rows, columns]), draw.values([columns])];
        const [linear] = jacobian((v) => A.matmul(v.reshape([columns, 1])).reshape([rows]))(x);
        expectClose(linear, A, absolute(1e-12));
        const p = x.softmax();
        const outer = p.reshape([columns, 1]).mul(p);
        const diagonal = (v: Tensor) => {
          const at = Array.from({ length: columns ** 2 }, (_, i) => Number(i % (columns + 1) === 0));
          return tensor(at, [columns, columns]).mul(v);
        };
        expectClose(jacobian((v) => v.softmax())(x)[0], diagonal(p).sub(outer), absolute(1e-12));
        expectClose(jacobian((v) => v.square())(x)[0], diagonal(x.mul(2)), absolute(1e-12));
      });
    }, 30);
  });

  it('is zeros for integers and for what the value does not depend on', () => {
    const at = tensor(Int32Array.of(1, 0, 1));
    const [table, indices, other] = jacobian((t, i, _) => t.gather(i))(
      tensor([[1], [2]]),
      at,
      tensor([7, 8]),
    );
    expectClose(table, tensor([0, 1, 1, 0, 0, 1], [3, 1, 2, 1]), EXACT);
    expect([indices.shape, indices.dtype, other.shape]).toEqual([[3, 1, 3], 'int32', [3, 1, 2]]);
    expectClose(other, zeros([3, 1, 2]), EXACT);
  });

  it('is of the dtype of the input, on its backend', async () => {
    const backend = await createBackend('reference');
    const x = tensor([1, 2], [2], { dtype: 'float32', backend });
    const [J] = jacobian((v) => v.square())(x);
    expect([J.dtype, J.backend]).toEqual(['float32', backend]);
    expectClose(J, tensor([2, 0, 0, 4], [2, 2]), EXACT);
  });

  it('can be differentiated: its trace by the input is a sum of second derivatives', () => {
    const x = tensor([0.5, -1, 2]);
    expect(gradcheck((v) => jacobian((u) => u.sin().mul(u.sum()))(v)[0].square(), [x])).toBeLessThan(1e-8);
  });
});

describe('hessian', () => {
  it('is symmetric, and what differences of the gradient are', () => {
    property((draw) => {
      scope(() => {
        const { inputs } = twoInputs(draw);
        const H = hessian(scalar)(...inputs);
        for (const [i, x] of inputs.entries()) {
          for (const [j, y] of inputs.entries()) {
            expect(H[i][j].shape).toEqual([...x.shape, ...y.shape]);
            const turned = H[j][i].reshape([y.size, x.size]).transpose();
            expectClose(H[i][j].reshape([x.size, y.size]), turned, CLOSE);
          }
        }
        const [a, b] = inputs;
        const row = (v: Tensor) => grad(scalar)(v, b)[0];
        const [J] = jacobian(row)(a);
        expectClose(H[0][0], J, CLOSE);
      });
    }, 30);
    expect(gradcheck((x, y) => grad(scalar)(x, y)[0], [tensor([0.3, -1]), tensor(2)])).toBeLessThan(1e-7);
  });

  it('of a quadratic form is A + Aᵀ; of a linear one, and by integers, zeros', () => {
    const A = tensor([
      [1, 2],
      [3, 5],
    ]);
    const form = (x: Tensor) => x.reshape([1, 2]).matmul(A).mul(x).sum();
    expectClose(hessian(form)(tensor([7, -1]))[0][0], A.add(A.transpose()), EXACT);
    expectClose(hessian((x) => x.sum())(tensor([1, 2]))[0][0], zeros([2, 2]), EXACT);
    const [[, byIndex]] = hessian((x, i) => x.gather(i).square().sum())(
      tensor([[2]]),
      tensor(Int32Array.of(0)),
    );
    expect([byIndex.shape, byIndex.dtype]).toEqual([[1, 1, 1], 'int32']);
    expectClose(hessian((x) => x.pow(3).sum())(tensor(2))[0][0], 12, EXACT);
  });

  it('can be differentiated', () => {
    const third = (x: Tensor) => hessian((y) => y.pow(4).sum())(x)[0][0].sum(); // 12 Σ x²
    expectClose(grad(third)(tensor([1, 2]))[0], [24, 48], absolute(1e-11));
  });

  it('wants a single value', () => {
    const two = () => hessian((x) => x)(tensor([1, 2]));
    expect(two).toThrow(ShapeError);
    expect(two).toThrow(/^hessian: the function must return a single value, got shape \[2\]/);
  });
});

describe('vmap', () => {
  it('is the values of f side by side, along any axes', () => {
    property((draw) => {
      scope(() => {
        const [count, inner] = [draw.integer(1, 4), draw.shape(2)];
        const axis = draw.integer(0, inner.length);
        const x = draw.values([...inner.slice(0, axis), count, ...inner.slice(axis)]);
        const shared = draw.values([2]);
        const f = (a: Tensor, b: Tensor) => mix(a, b);
        const each = Array.from({ length: count }, (_, i) =>
          f(x.slice(axis, i, i + 1).reshape(inner), shared),
        );
        const outAxis = draw.integer(-3, 2);
        const found = vmap(f, { inAxes: [axis, null], outAxis })(x, shared);
        const at = outAxis < 0 ? outAxis + 3 : outAxis;
        each.forEach((value, i) => {
          expectClose(found.slice(at, i, i + 1).reshape(value.shape), value, EXACT);
        });
        expect(found.shape[at]).toBe(count);
      });
    });
  });

  it('is differentiable, and has a gradient per example', () => {
    const [x, w] = [
      tensor([
        [1, 2],
        [0.5, -1],
        [3, 0.1],
      ]),
      tensor([2, -1]),
    ];
    const f = (a: Tensor, b: Tensor) => a.mul(b).sum().tanh();
    expect(gradcheck(vmap(f, { inAxes: [0, null] }), [x, w])).toBeLessThan(1e-9);
    const perExample = vmap((a, b) => grad(f)(a, b)[1], { inAxes: [0, null] })(x, w);
    expect(perExample.shape).toEqual([3, 2]);
    expectClose(
      perExample.sum(0),
      grad((b) => vmap(f, { inAxes: [0, null] })(x, b).sum())(w)[0],
      absolute(1e-12),
    );
    // One within the other: all pairs.
    const pairs = vmap((a) => vmap((b) => a.mul(b).sum())(x))(x);
    expectClose(pairs, x.matmul(x, { transposeB: true }), absolute(1e-12));
  });

  it('of no examples has the shape that one would have', () => {
    const none = zeros([3, 0]);
    const seen = vmap((x) => x.sum().reshape([1]), { inAxes: 1, outAxis: 1 })(none);
    expect(seen.shape).toEqual([1, 0]);
    expect(vmap((x) => x.exp(), { inAxes: 1 })(none).shape).toEqual([0, 3]);
    expectClose(grad((x) => vmap((y) => y.sum(), { inAxes: 1 })(x).sum())(none)[0], none, EXACT);
    for (const [outAxis, shape] of [
      [0, [0, 2, 4]],
      [1, [2, 0, 4]],
      [-1, [2, 4, 0]],
    ] as const) {
      expect(vmap(() => zeros([2, 4]), { inAxes: 1, outAxis })(none).shape).toEqual(shape);
    }
    // What all examples share is there, values and all.
    const sized = vmap((_, size) => zeros([size.itemSync()]), { inAxes: [1, null] });
    expect(sized(none, tensor(3)).shape).toEqual([0, 3]);
  });

  it('works on integers', () => {
    const rows = vmap((table, at) => table.gather(at))(
      tensor([
        [[1], [2]],
        [[3], [4]],
      ]),
      tensor(Int32Array.of(1, 0), [2, 1]),
    );
    expectClose(rows, tensor([2, 3], [2, 1, 1]), EXACT);
  });

  it('refuses what does not fit', () => {
    const x = tensor([1, 2]);
    expect(() => vmap((a) => a)(tensor(1))).toThrow(/^vmap: axis 0 is out of range/);
    expect(() => vmap((a) => a, { inAxes: [0, 0] })(x)).toThrow(
      /^vmap: inAxes must be a number, or a list of 1/,
    );
    expect(() => vmap((a) => a, { inAxes: [null] })(x)).toThrow(
      /^vmap: at least one input must have examples/,
    );
    expect(() => vmap((a) => a)(x, tensor([1]))).toThrow(
      /^vmap: the inputs have different numbers of examples: 2, 1/,
    );
    const alternately = (...values: Tensor[]) => vmap(() => values.shift() as Tensor);
    const unlike = 'vmap: the values must have one shape and dtype, got';
    expect(() => alternately(zeros([1]), zeros([2]))(x)).toThrow(`${unlike} float64 [1] and float64 [2]`);
    expect(() => alternately(zeros([1]), tensor(Int32Array.of(0)))(x)).toThrow(
      `${unlike} float64 [1] and int32 [1]`,
    );
    for (const examples of [x, zeros([0])]) {
      expect(() => vmap(() => 3 as unknown as Tensor)(examples)).toThrow(
        /^vmap: the function must return a tensor, it returned 3/,
      );
      expect(() => vmap((a) => a, { outAxis: 2 })(examples)).toThrow(/^vmap: axis 2 is out of range/);
    }
  });
});

describe('functions and inputs that are none', () => {
  const x = () => tensor([1]);
  const calls: Record<string, (f: never, x: never) => unknown> = {
    grad: (f, a) => grad(f)(a),
    valueAndGrad: (f, a) => valueAndGrad(f)(a),
    vjp: (f, a) => vjp(f, a),
    jacobian: (f, a) => jacobian(f)(a),
    hessian: (f, a) => hessian(f)(a),
    vmap: (f, a) => vmap(f)(a),
    jvp: (f, a) => jvp(f, [a], [null]),
    gradcheck: (f, a) => gradcheck(f, [a]),
  };

  it.each(Object.keys(calls))('%s says what is wrong', (op) => {
    const call = calls[op] as (f: unknown, x: unknown) => unknown;
    const identity = (a: Tensor) => a;
    for (const f of [undefined, null, 3, {}])
      expect(() => call(f, x())).toThrow(`${op}: wants a function of tensors`);
    for (const input of [undefined, null, 3, [1], 'x', {}]) {
      expect(() => call(identity, input)).toThrow(`${op}: input 0 must be a tensor, got `);
    }
    const before = liveBuffers();
    expect(() => scope(() => call(async () => tensor(1), x()))).toThrow(
      `${op}: the function must be synchronous, it returned Promise`,
    );
    expect(() => scope(() => call(() => undefined, x()))).toThrow(
      `${op}: the function must return a tensor, it returned undefined`,
    );
    expect(() => scope(() => call(() => 3, x()))).toThrow(ArgumentError);
    expect(liveBuffers() - before).toBeLessThan(2); // what the async function made
  });

  it('by none, and by integers alone, there is nothing to differentiate', () => {
    const identity = (a: Tensor) => a;
    const derivatives: Record<string, (...inputs: Tensor[]) => unknown> = {
      grad: grad(identity),
      valueAndGrad: valueAndGrad(identity),
      vjp: (...inputs) => vjp(identity, ...inputs),
      jacobian: jacobian(identity),
      hessian: hessian(identity),
      jvp: (...inputs) =>
        jvp(
          identity,
          inputs,
          inputs.map(() => null),
        ),
    };
    const whole = tensor(Int32Array.of(1));
    for (const [op, derivative] of Object.entries(derivatives)) {
      expect(() => derivative()).toThrow(ArgumentError);
      expect(() => derivative()).toThrow(`${op}: wants an input to differentiate by, got none`);
      expect(() => derivative(whole, whole)).toThrow(DTypeError);
      expect(() => derivative(whole, whole)).toThrow(
        `${op}: wants a float tensor to differentiate by, got int32: integers have no derivative; use .cast('float32')`,
      );
    }
  });

  it.each(Object.entries({ grad, valueAndGrad }))(
    '%s wants a single value, and says how to get one',
    (op, of) => {
      expect(() => of((a) => a)(tensor([1, 2]))).toThrow(
        `${op}: the function must return a single value, got shape [2]; sum() it, or see jacobian`,
      );
    },
  );

  it.each(Object.entries({ grad, valueAndGrad, jacobian, hessian, vmap }))(
    '%s refuses an option that it does not have',
    (op, of) => {
      const unknown = { speling: 1 } as object;
      expect(() => of((a: Tensor) => a, unknown)).toThrow(`${op}: there is no option "speling"`);
    },
  );

  it('frees what they make', () => {
    const [a, v] = [tensor([1, 2]), tensor([3, 4])];
    const before = liveBuffers();
    scope(() => {
      jvp(mix, [a, v], [v, a]);
      jacobian(mix)(a, v);
      hessian(scalar)(a, v);
      vmap((x) => x.exp())(a);
    });
    expect(liveBuffers()).toBe(before);
  });
});
