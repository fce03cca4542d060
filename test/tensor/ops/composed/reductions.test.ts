import { describe, expect, it } from 'vitest';
import {
  all,
  any,
  ConfigError,
  grad,
  init,
  logsumexp,
  min,
  norm,
  prod,
  std,
  type Tensor,
  tensor,
  variance as varianceOf,
  zeros,
} from '../../../../src/index.js';
import { createGpuBackend } from '../../../../src/tensor/backends/gpu/index.js';
import { INT32_MAX, INT32_MIN } from '../../../../src/tensor/dtype.js';
import type * as reductions from '../../../../src/tensor/ops/composed/reductions.js';
import type * as statistics from '../../../../src/tensor/ops/composed/statistics.js';
import { backends } from '../../../helpers/kernels/backends.js';
import { shapeWithAxis } from '../../../helpers/kernels/composed-cases.js';
import { expectClose } from '../../../helpers/values/close.js';
import { property, type TensorDraw } from '../../../helpers/values/draw.js';
import { type Meanings, reduced } from '../../../helpers/values/grid.js';
import { EXACT, relative, type Tolerance } from '../../../helpers/values/tolerance.js';

await init('reference', { dtype: 'float64' });

/** Few values, so that there are ties, or edges. */
const edgy = (draw: TensorDraw, shape: readonly number[]) =>
  draw.pick(draw.edgyValues(shape), tensor(Float64Array.from(draw.integers(shape, 3, -1)), shape));
const ordinary = (draw: TensorDraw, shape: readonly number[]) => draw.values(shape);

const slopes = (f: (x: Tensor) => Tensor, x: Tensor) =>
  Array.from(grad((y) => f(y).sum())(x)[0].dataSync(), (v) => v + 0);

/** Checks f over any axes against what `of` makes of each group of elements. */
function over(
  draw: TensorDraw,
  f: (x: Tensor, axes: number[], keepDims: boolean) => Tensor,
  of: (values: number[]) => number,
  options: { values?: typeof edgy; min?: number; tolerance?: Tolerance } = {},
): void {
  const { values = ordinary, min = 0, tolerance = relative(1e-13) } = options;
  const x = values(draw, draw.shape(4, min));
  const [axes, keepDims] = [draw.axes(x.rank), draw.pick(true, false)];
  expectClose(f(x, axes, keepDims), reduced(x, axes, keepDims, of), tolerance);
}

const product = (values: number[]) => values.reduce((a, b) => a * b, 1);
const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
function variance(values: number[], correction: number): number {
  const mean = sum(values) / values.length;
  return sum(values.map((x) => (x - mean) ** 2)) / Math.max(0, values.length - correction);
}

describe('reductions made of others', () => {
  const MEANINGS: Meanings<keyof typeof reductions | keyof typeof statistics> = {
    min: (draw) =>
      over(
        draw,
        (x, axes, keepDims) => x.min(axes, keepDims),
        (values) => Math.min(...values),
        { values: edgy, min: 1, tolerance: EXACT },
      ),
    argmin: (draw) => {
      const [shape, axis] = shapeWithAxis(draw, 1);
      const x = edgy(draw, shape);
      const wanted = reduced(x, [axis < 0 ? axis + x.rank : axis], false, (values) => {
        const nan = values.findIndex(Number.isNaN);
        return nan >= 0 ? nan : values.indexOf(Math.min(...values));
      });
      const found = x.argmin(axis);
      expect(found.dtype).toBe('int32');
      expectClose(found, wanted, EXACT);
    },
    prod: (draw) => over(draw, (x, axes, keepDims) => x.prod(axes, keepDims), product),
    logsumexp: (draw) => {
      const scale = draw.pick(1, 1000);
      over(
        draw,
        (x, axes, keepDims) => x.logsumexp(axes, keepDims),
        (values) => {
          if (values.length === 0) return -Infinity;
          const largest = Math.max(...values);
          if (Math.abs(largest) === Infinity) return largest;
          return largest + Math.log(sum(values.map((x) => Math.exp(x - largest))));
        },
        { values: (d, shape) => edgy(d, shape).mul(scale) },
      );
    },
    variance: (draw) => {
      const correction = draw.pick(0, 1, 2);
      over(
        draw,
        (x, axes, keepDims) => x.var(axes, { correction, keepDims }),
        (values) => variance(values, correction),
      );
    },
    std: (draw) =>
      over(
        draw,
        (x, axes, keepDims) => x.std(axes, keepDims),
        (values) => Math.sqrt(variance(values, 1)),
      ),
    norm: (draw) => {
      const [order, scale] = [draw.pick(1, 2, 3, 0.5, Infinity), draw.pick(1, 1e200, 1e-200)];
      over(
        draw,
        (x, axes, keepDims) => x.mul(scale).norm(order, axes, keepDims).div(scale),
        (values) => {
          const sizes = values.map(Math.abs);
          return order === Infinity ? Math.max(...sizes) : sum(sizes.map((x) => x ** order)) ** (1 / order);
        },
        { min: order === Infinity ? 1 : 0, tolerance: relative(1e-12) },
      );
    },
  };
  it.each(Object.entries(MEANINGS))('%s', (_, check) => property(check));

  it('have their usual settings', () => {
    const x = tensor([1, 2, 3, 4]);
    expectClose(x.var(), 5 / 3, relative(1e-15));
    expectClose(x.var(0, { correction: 0, keepDims: true }).reshape([]), 1.25, relative(1e-15));
    expect(x.std(0, true).shape).toEqual([1]);
    expectClose(tensor([3, 4]).norm(), 5, EXACT);
    expect(tensor([2, 1, 1]).argmin().itemSync()).toBe(1);
  });

  it('know what to make of too little', () => {
    expect(tensor([]).prod().itemSync()).toBe(1);
    expect(tensor([]).norm().itemSync()).toBe(0);
    expect(tensor([]).var().itemSync()).toBeNaN();
    expect(tensor([7]).var().itemSync()).toBeNaN();
    expect(tensor([7]).var(0, { correction: 0 }).itemSync()).toBe(0);
    expect(() => tensor([[], []]).min(1)).toThrow('min: an empty axis of [2, 0] has no smallest element');
    expect(() => tensor([]).argmin()).toThrow('argmin: an empty axis of [0] has no smallest element');
    expect(() => tensor([]).norm(Infinity)).toThrow('norm: an empty axis of [0] has no largest element');
  });

  it('keep to infinities and NaN', () => {
    const rows = tensor([
      [-Infinity, -Infinity],
      [Infinity, 1],
      [Infinity, -Infinity],
      [1, Number.NaN],
    ]);
    expect([...rows.logsumexp(1).dataSync()]).toEqual([-Infinity, Infinity, Infinity, Number.NaN]);
    expect([...rows.norm(2, 1).dataSync()]).toEqual([Infinity, Infinity, Infinity, Number.NaN]);
    expect([...rows.norm(3, 1).dataSync()]).toEqual([Infinity, Infinity, Infinity, Number.NaN]);
  });

  it('refuse what they cannot take', () => {
    const whole = tensor(Int32Array.of(1));
    expect(() => whole.prod()).toThrow('prod: wants a float tensor');
    expect(() => whole.var()).toThrow('var: wants a float tensor');
    expect(() => whole.std()).toThrow('std: wants a float tensor');
    expect(() => whole.norm()).toThrow('norm: wants a float tensor');
    expect(() => whole.logsumexp()).toThrow('logsumexp: wants a float tensor');
    for (const order of [0, -1, Number.NaN]) {
      expect(() => tensor([1]).norm(order)).toThrow(
        new ConfigError(`norm: order must be a number above 0 or Infinity, got ${order}`),
      );
    }
  });
});

// The gpu backend keeps integers as floats, exact to 2²⁴.
const ENDS = [INT32_MIN, INT32_MIN + 1, INT32_MAX, INT32_MAX - 1, 2 ** 24 + 1, 2 ** 24];
const SUBJECTS = [
  ...backends.map(([name, backend]) => [name, backend, ENDS] as const),
  ['gpu', await createGpuBackend({ mode: 'cpu' }), [2 ** 24, 2 ** 24 - 1, -(2 ** 24), 1 - 2 ** 24]] as const,
];

describe.each(SUBJECTS)('integers on %s', (_, backend, ends) => {
  const drawn = (draw: TensorDraw) => {
    const shape = draw.shape(4, 1);
    const values = Int32Array.from(draw.integers(shape, 3, -1), (x) => draw.pick(x, ...ends));
    return tensor(values, shape, { backend });
  };

  it('have a smallest', () =>
    property((draw) => {
      const x = drawn(draw);
      const [axes, keepDims] = [draw.axes(x.rank), draw.pick(true, false)];
      const found = x.min(axes, keepDims);
      expect(found.dtype).toBe('int32');
      expectClose(
        found,
        reduced(x, axes, keepDims, (values) => Math.min(...values)),
        EXACT,
      );
    }));

  it('have a first smallest', () =>
    property((draw) => {
      const x = drawn(draw);
      if (x.rank === 0) return;
      const axis = draw.integer(0, x.rank - 1);
      const first = (values: number[]) => values.indexOf(Math.min(...values));
      expectClose(x.argmin(axis), reduced(x, [axis], false, first), EXACT);
    }));
});

describe('where a derivative is hard', () => {
  it('a product takes the product of the other factors, zeros or not', () => {
    expect(slopes((x) => x.prod(), tensor([2, 3, 5]))).toEqual([15, 10, 6]);
    expect(slopes((x) => x.prod(), tensor([2, 0, 5]))).toEqual([0, 10, 0]);
    expect(slopes((x) => x.prod(), tensor([2, 0, 0]))).toEqual([0, 0, 0]);
    const second = (values: number[]) =>
      slopes((x) => grad((y) => y.prod(), { createGraph: true })(x)[0].slice(0, 0, 1), tensor(values));
    expect(second([2, 0, 0])).toEqual([0, 0, 0]);
    expect(second([0, 0, 3])).toEqual([0, 3, 0]);
  });

  it('deviations and norms are flat where they are 0', () => {
    expect(slopes((x) => x.std(), tensor([2, 2, 2]))).toEqual([0, 0, 0]);
    for (const order of [0.5, 1, 1.5, 2, 3, Infinity]) {
      expect(slopes((x) => x.norm(order), tensor([0, 0]))).toEqual([0, 0]);
    }
    expectClose(
      slopes((x) => x.norm(0.5), tensor([0, 4])),
      [0, 1],
      relative(1e-14),
    );
    expectClose(
      slopes((x) => x.norm(), tensor([3e200, 4e200])),
      [0.6, 0.8],
      relative(1e-14),
    );
  });

  it('a logarithm of sums takes shares, and nothing where all are −∞', () => {
    expectClose(
      slopes((x) => x.logsumexp(), tensor([1000, 1000, -Infinity])),
      [0.5, 0.5, 0],
      relative(1e-14),
    );
    expect(slopes((x) => x.logsumexp(), tensor([-Infinity, -Infinity]))).toEqual([0, 0]);
  });

  it('ties for the smallest share', () => {
    expect(slopes((x) => x.min(), tensor([1, 2, 1]))).toEqual([0.5, 0, 0.5]);
  });
});

describe('axes that are folded', () => {
  /** Over an axis; the compiler does not know which of all exports reduce, so this names them. */
  const FOLDS: Readonly<Record<string, (x: Tensor, axis: number) => Tensor>> = {
    ...{ all, any, logsumexp, min, prod, std, variance: varianceOf },
    norm: (x, axis) => norm(x, 2, axis),
  };

  it.each(Object.entries(FOLDS))('%s leaves them out unless told otherwise', (_, fold) => {
    expect(fold(zeros([2, 3]), 0).shape).toEqual([3]);
  });
});

it('the norm of what is huge beside what is tiny is no infinity', () => {
  expectClose(norm(tensor([1e-200, 3e200, 4e200])).dataSync(), [5e200], relative(1e-15));
});
