import { describe, expect, it } from 'vitest';
import {
  ConfigError,
  DTypeError,
  grad,
  init,
  ShapeError,
  type Tensor,
  tensor,
} from '../../../../src/index.js';
import type * as activations from '../../../../src/tensor/ops/composed/activations.js';
import type * as logic from '../../../../src/tensor/ops/composed/logic.js';
import { UNARY } from '../../../helpers/kernels/elementwise.js';
import { expectClose } from '../../../helpers/values/close.js';
import { property } from '../../../helpers/values/draw.js';
import { Grid, reduced } from '../../../helpers/values/grid.js';
import { EXACT, relative } from '../../../helpers/values/tolerance.js';

await init('reference', { dtype: 'float64' });

const each = (x: Tensor, f: (value: number) => number) => {
  const grid = Grid.of(x);
  return Grid.fill(x.shape, (index) => f(grid.at(index)));
};

/** Of a sum that is nearly 0 for most negative values, no digit is left. */
const CANCELLING = relative(1e-14);

/** Checks f on values with edges; as in PyTorch, what is drawn may be NaN or infinite. */
const elementwise =
  (op: (x: Tensor) => Tensor, f: (x: number) => number, within = relative(1e-14, 0)) =>
  (): void => {
    property((draw) => {
      const x = draw.edgyValues(draw.shape());
      expectClose(op(x), each(x, f), within);
    });
  };

describe('activations', () => {
  const MEANINGS: { readonly [N in keyof typeof activations]: () => void } = {
    leakyRelu: elementwise(
      (x) => x.leakyRelu(0.25),
      (x) => (x > 0 ? x : 0.25 * x),
    ),
    elu: elementwise(
      (x) => x.elu(0.5),
      (x) => (x > 0 ? x : 0.5 * Math.expm1(x)),
    ),
    hardtanh: elementwise(
      (x) => x.hardtanh(-2, 0.5),
      (x) => (x < -2 ? -2 : x > 0.5 ? 0.5 : x),
    ),
    logSigmoid: elementwise(
      (x) => x.logSigmoid(),
      (x) => (x < 0 ? x - Math.log1p(Math.exp(x)) : -Math.log1p(Math.exp(-x))),
    ),
    silu: elementwise(
      (x) => x.silu(),
      (x) => x / (1 + Math.exp(-x)),
    ),
    gelu: elementwise(
      (x) => x.gelu(),
      (x) => (x * (1 + UNARY.erf.value(x * Math.SQRT1_2))) / 2,
      CANCELLING,
    ),
  };
  it.each(Object.entries(MEANINGS))('%s', (_, check) => check());

  it(
    'gelu, as GPT-2 has it',
    elementwise(
      (x) => x.gelu({ approximate: 'tanh' }),
      (x) => (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))) / 2,
      CANCELLING,
    ),
  );

  it('gelu has two forms', () => {
    const x = tensor([1]);
    expect(() => x.gelu({ approximate: 'sigmoid' as never })).toThrow(ConfigError);
    expect(() => x.gelu({ approximate: 'sigmoid' as never })).toThrow(
      'gelu: approximate must be none or tanh, got sigmoid',
    );
    expect(() => x.cast('int32').gelu()).toThrow('gelu: wants a float tensor');
  });

  it('have their usual settings', () => {
    expectClose(tensor([-2]).leakyRelu(), [-0.02], relative(1e-15));
    expectClose(tensor([-2]).elu(), [Math.expm1(-2)], relative(1e-15));
    expect(Array.from(tensor([-2, 0.5, 2]).hardtanh().dataSync())).toEqual([-1, 0.5, 1]);
  });

  it("have PyTorch's slopes where there are two", () => {
    const slope = (f: (x: Tensor) => Tensor, ...values: number[]) =>
      Array.from(grad((x) => f(x).sum())(tensor(values))[0].dataSync());
    expect(slope((x) => x.leakyRelu(0.25), 0, -0)).toEqual([0.25, 0.25]);
    expect(slope((x) => x.elu(0.5), 0, 1000)).toEqual([0.5, 1]);
    expect(slope((x) => x.hardtanh(), -1, 0, 1)).toEqual([0, 1, 0]);
  });

  it('refuse what they cannot take', () => {
    const whole = tensor(Int32Array.of(1));
    for (const op of ['leakyRelu', 'elu', 'hardtanh', 'logSigmoid', 'silu', 'gelu'] as const) {
      expect(() => whole[op]()).toThrow(
        new DTypeError(`${op}: wants a float tensor, got int32; use .cast('float32')`),
      );
    }
    expect(() => tensor([1]).hardtanh(1, 1)).toThrow(
      new ConfigError('hardtanh: min must be below max, got 1 and 1'),
    );
  });
});

describe('logic', () => {
  const question = (op: (x: Tensor) => Tensor, holds: (x: number) => boolean) => () => {
    property((draw) => {
      const shape = draw.shape();
      const x = draw.pick(draw.edgyValues(shape), draw.indices(shape, 3));
      const answer = op(x);
      expect(answer.dtype).toBe('int32');
      expectClose(
        answer,
        each(x, (value) => Number(holds(value))),
        EXACT,
      );
    });
  };
  const over = (
    op: (x: Tensor, axes: readonly number[], keepDims: boolean) => Tensor,
    of: (values: number[]) => boolean,
  ) =>
    property((draw) => {
      const shape = draw.shape();
      const few = draw.indices(shape, 2);
      const x = draw.pick(few, few.cast('float64').mul(Number.NaN), few.cast('float64').mul(-1e-300));
      const [axes, keepDims] = [draw.axes(shape.length), draw.pick(true, false)];
      const answer = op(x, axes, keepDims);
      expect(answer.dtype).toBe('int32');
      expectClose(
        answer,
        reduced(x, axes, keepDims, (values) => Number(of(values))),
        EXACT,
      );
    });
  const MEANINGS: { readonly [N in keyof typeof logic]: () => void } = {
    isnan: question((x) => x.isnan(), Number.isNaN),
    isfinite: question((x) => x.isfinite(), Number.isFinite),
    isinf: question(
      (x) => x.isinf(),
      (x) => Math.abs(x) === Infinity,
    ),
    any: () =>
      over(
        (x, axes, keepDims) => x.any(axes, keepDims),
        (values) => values.some((x) => x !== 0),
      ),
    all: () =>
      over(
        (x, axes, keepDims) => x.all(axes, keepDims),
        (values) => values.every((x) => x !== 0),
      ),
    maskedFill: () =>
      property((draw) => {
        const shape = draw.shape();
        const x = draw.pick(draw.edgyValues(shape), draw.indices(shape, 9));
        const mask = draw.indices(draw.broadcastable(shape), 2);
        const [grid, at] = [Grid.of(x), Grid.of(mask)];
        const wanted = Grid.fill(shape, (index) => (at.at(index) === 0 ? grid.at(index) : -7));
        const filled = x.maskedFill(mask, -7);
        expect(filled.dtype).toBe(x.dtype);
        expectClose(filled, wanted, EXACT);
      }),
  };
  it.each(Object.entries(MEANINGS))('%s', (_, check) => check());

  it('refuses masks that do not fit', () => {
    const x = tensor([1, 2]);
    expect(() => x.maskedFill(x, 0)).toThrow(
      new DTypeError('maskedFill: the mask must be int32, got float64'),
    );
    expect(() => x.maskedFill(tensor(new Int32Array(6), [3, 2]), 0)).toThrow(
      new ShapeError('maskedFill: the mask [3, 2] does not broadcast to [2]'),
    );
  });
});

it('leakyRelu as a method has its slope', () => {
  expect(Array.from(tensor([-2, 3]).leakyRelu(0.5).dataSync())).toEqual([-1, 3]);
});
