import { describe, expect, it } from 'vitest';
import {
  argsort,
  grad,
  gradcheck,
  init,
  liveBuffers,
  type Shape,
  ShapeError,
  scope,
  sort,
  type Tensor,
  takeAlongAxis,
  tensor,
  topk,
  withBackend,
} from '../../../src/index.js';
import type { sortKernels } from '../../../src/tensor/backends/reference/sort.js';
import { backends } from '../../helpers/kernels/backends.js';
import { expectClose } from '../../helpers/values/close.js';
import { property, type TensorDraw } from '../../helpers/values/draw.js';
import { Grid, type Meanings } from '../../helpers/values/grid.js';
import { EXACT } from '../../helpers/values/tolerance.js';

await init('reference', { dtype: 'float64' });

/** Ties, or NaN and infinities, or integers. */
function drawn(draw: TensorDraw): { x: Tensor; axis: number } {
  const shape = [...draw.shape(4), draw.integer(0, 4)];
  const values = draw.pick(draw.edgy, draw.exceptional, (s: Shape) => Float64Array.from(draw.integers(s, 3)));
  return { x: tensor(values.call(draw, shape), shape), axis: draw.integer(0, shape.length - 1) };
}

/** Where each element goes: after all that are smaller, and after equal ones that stand before it. */
function ranks(x: Tensor, axis: number, descending: boolean): Grid {
  const grid = Grid.of(x);
  const isBelow = (a: number, b: number) => a < b || (Number.isNaN(b) && !Number.isNaN(a));
  return Grid.fill(x.shape, (index) => {
    const value = grid.at(index);
    let rank = 0;
    for (let i = 0; i < x.shape[axis]; i++) {
      const other = grid.at([...index.slice(0, axis), i, ...index.slice(axis + 1)]);
      const [lower, upper] = descending ? [value, other] : [other, value];
      if (isBelow(lower, upper) || (!isBelow(upper, lower) && i < index[axis])) rank++;
    }
    return rank;
  });
}

describe('sorting', () => {
  /** For every kernel of the file; the compiler refuses the list when one is missing. */
  const MEANINGS: Meanings<keyof ReturnType<typeof sortKernels>> = {
    // Of the inverse of the ranks: the element at place r has rank r.
    argsort(draw) {
      const { x, axis } = drawn(draw);
      const descending = draw.pick(true, false);
      const order = argsort(x, draw.pick(axis, axis - x.rank), { descending });
      expect(order.dtype).toBe('int32');
      const [places, rank] = [Grid.of(order), ranks(x, axis, descending)];
      const found = Grid.fill(x.shape, (index) =>
        rank.at([...index.slice(0, axis), places.at(index), ...index.slice(axis + 1)]),
      );
      expectClose(
        found,
        Grid.fill(x.shape, (index) => index[axis]),
        EXACT,
      );
    },
  };
  it.each(Object.entries(MEANINGS))('%s', (_, check) => property(check));

  it('takes along an axis what the indices name', () => {
    property((draw) => {
      const { x, axis } = drawn(draw);
      const length = x.shape[axis];
      const shape = x.shape.map((size, i) => (i === axis ? draw.integer(0, length === 0 ? 0 : 4) : size));
      const indices = draw.indices(shape, Math.max(1, length));
      const [grid, at] = [Grid.of(x), Grid.of(indices)];
      const wanted = Grid.fill(shape, (index) =>
        grid.at([...index.slice(0, axis), at.at(index), ...index.slice(axis + 1)]),
      );
      const before = liveBuffers();
      const taken = takeAlongAxis(x, indices, draw.pick(axis, axis - x.rank));
      expect(liveBuffers()).toBe(before + 1);
      expect(taken.dtype).toBe(x.dtype);
      expectClose(taken, wanted, EXACT);
    });
  });

  it.each(backends)('gives the values in order, and the first of them, on %s', (_, backend) => {
    withBackend(backend, () =>
      property((draw) => {
        const { x, axis } = drawn(draw);
        const descending = draw.pick(true, false);
        const before = liveBuffers();
        const { values, indices } = sort(x, axis, { descending });
        expect(liveBuffers()).toBe(before + 2);
        expectClose(indices, argsort(x, axis, { descending }), EXACT);
        expectClose(values, takeAlongAxis(x, indices, axis), EXACT);
        const k = draw.integer(0, x.shape[axis]);
        const top = topk(x, k, axis, { largest: descending });
        expectClose(top.values, values.slice(axis, 0, k), EXACT);
        expectClose(top.indices, indices.slice(axis, 0, k), EXACT);
      }, 30),
    );
  });

  it('has NaN for the largest and leaves equal elements in their order', () => {
    const x = tensor([2, NaN, 0, -Infinity, -0, Infinity, 2]);
    expect([...argsort(x).dataSync()]).toEqual([3, 2, 4, 0, 6, 5, 1]);
    expect([...argsort(x, 0, { descending: true }).dataSync()]).toEqual([1, 5, 0, 6, 2, 4, 3]);
    expect([...x.sort().values.dataSync()]).toEqual([-Infinity, 0, -0, 2, 2, Infinity, NaN]);
    expect([...x.topk(2).indices.dataSync()]).toEqual([1, 5]);
    expect([...x.topk(2, 0, { largest: false }).values.dataSync()]).toEqual([-Infinity, 0]);
  });

  it.each(backends)('sorts a hundred thousand, on %s', (_, backend) => {
    withBackend(backend, () =>
      property((draw) => {
        const shape = draw.pick([100_000], [500, 200], [2, 25_000, 2]);
        const values = Float32Array.from(draw.numbers(shape, (x) => draw.pick(x, Math.round(x))));
        const axis = shape.length > 2 ? 1 : draw.integer(0, shape.length - 1);
        const sorted = tensor(values, shape).sort(axis).values;
        const length = shape[axis];
        expectClose(
          sorted
            .slice(axis, 0, length - 1)
            .le(sorted.slice(axis, 1))
            .cast('float32')
            .mean(),
          1,
          EXACT,
        );
        const all = (x: ArrayLike<number>) => Float32Array.from(x).sort();
        expect(all(sorted.dataSync())).toEqual(all(values));
      }, 3),
    );
  });

  it('gives gradients back to where the values came from', () => {
    const weights = (x: Tensor) =>
      x.mul(
        tensor(
          Float64Array.from({ length: x.size }, (_, i) => i + 1),
          x.shape,
        ),
      );
    property((draw) => {
      scope(() => {
        const shape = [...draw.shape(2), draw.integer(1, 4)];
        const axis = draw.integer(0, shape.length - 1);
        const [descending, k] = [draw.pick(true, false), draw.integer(0, shape[axis])];
        gradcheck((x) => weights(x.sort(axis, { descending }).values), [draw.distinct(shape)]);
        gradcheck((x) => weights(x.topk(k, axis, { largest: descending }).values), [draw.distinct(shape)]);
        const indices = draw.indices(shape, shape[axis]);
        gradcheck((x) => weights(x.takeAlongAxis(indices, axis)).square(), [draw.values(shape)]);
      });
    }, 30);
    const [g] = grad((x) => x.topk(2).values.sum())(tensor([3, 1, NaN, 2]));
    expect([...g.dataSync()]).toEqual([1, 0, 1, 0]);
  });

  it('says what does not fit', () => {
    const x = tensor([[1, 2, 3]]);
    expect(() => argsort(tensor(1))).toThrow('argsort: axis -1 is out of range for a tensor of rank 0');
    expect(() => sort(x, 2)).toThrow(ShapeError);
    expect(() => sort(x, 1, { decending: true } as object)).toThrow('did you mean descending?');
    expect(() => topk(x, 1, 1, { smallest: true } as object)).toThrow('topk: there is no option');
    for (const k of [4, -1, 1.5, NaN]) {
      expect(() => topk(x, k)).toThrow(ShapeError);
      expect(() => topk(x, k)).toThrow(
        `topk: k must be a whole number from 0 to 3, the length of axis 1 of [1, 3], got ${k}`,
      );
    }
    expect(() => takeAlongAxis(x, x)).toThrow('takeAlongAxis: indices must be int32, got float64');
    expect(() => takeAlongAxis(x, tensor(Int32Array.of(0)))).toThrow(
      'takeAlongAxis: indices [1] do not match [1, 3] beyond axis 1',
    );
    expect(() => takeAlongAxis(x, tensor(Int32Array.of(0, 1), [2, 1]))).toThrow('do not match');
  });
});
