import { describe, expect, it } from 'vitest';
import {
  cumsum,
  init,
  liveBuffers,
  max,
  mean,
  sum,
  type Tensor,
  tensor,
  withBackend,
} from '../../../src/index.js';
import type { reduceKernels } from '../../../src/tensor/backends/reference/reduce.js';
import { backends } from '../../helpers/kernels/backends.js';
import { expectClose } from '../../helpers/values/close.js';
import { property, type TensorDraw } from '../../helpers/values/draw.js';
import { Grid, type Meanings, reduced } from '../../helpers/values/grid.js';
import { EXACT, relative } from '../../helpers/values/tolerance.js';

await init('reference', { dtype: 'float64' });

describe('reductions', () => {
  /** Ties, or NaN and infinities. */
  const withTies = (draw: TensorDraw, shape: readonly number[]) =>
    draw.pick(draw.edgyValues(shape), tensor(Float64Array.from(draw.integers(shape, 2)), shape));

  /** Folds the elements whose index agrees outside `axes`. */
  const folded = (
    x: Tensor,
    axes: readonly number[],
    keepDims: boolean,
    start: number,
    fold: (a: number, b: number) => number,
  ) => reduced(x, axes, keepDims, (values) => values.reduce((a, b) => fold(a, b), start));

  /** For every kernel of the file; the compiler refuses the list when one is missing. */
  const MEANINGS: Meanings<keyof ReturnType<typeof reduceKernels>> = {
    // And mean, over any axes, empty ones too.
    sum(draw) {
      const x = draw.values(draw.shape(4));
      const [axes, keepDims] = [draw.axes(x.rank), draw.pick(true, false)];
      const sums = folded(x, axes, keepDims, 0, (a, b) => a + b);
      expectClose(x.sum(axes, keepDims), sums, relative(1e-13));
      const count = axes.reduce((product, axis) => product * x.shape[axis], 1);
      const means = new Grid(
        sums.shape,
        Array.from(sums.values, (sum) => sum / count),
      );
      expectClose(x.mean(axes, keepDims), means, relative(1e-13));
    },
    max(draw) {
      const x = withTies(draw, draw.shape(4, 1));
      const [axes, keepDims] = [draw.axes(x.rank), draw.pick(true, false)];
      expectClose(x.max(axes, keepDims), folded(x, axes, keepDims, -Infinity, Math.max), EXACT);
    },
    argmax(draw) {
      const shape = [...draw.shape(3, 1), draw.integer(1, 3)];
      const x = withTies(draw, shape);
      const axis = draw.integer(0, x.rank - 1);
      const grid = Grid.of(x);
      const rest = shape.filter((_, i) => i !== axis);
      const wanted = Grid.fill(rest, (index) => {
        const values = Array.from({ length: shape[axis] }, (_, i) =>
          grid.at([...index.slice(0, axis), i, ...index.slice(axis)]),
        );
        const nan = values.findIndex(Number.isNaN);
        return nan >= 0 ? nan : values.indexOf(Math.max(...values));
      });
      expectClose(x.argmax(axis), wanted, EXACT);
    },
    // A negative axis counts from the end.
    cumsum(draw) {
      const x = draw.edgyValues([...draw.shape(3), draw.integer(0, 4)]);
      const [axis, reverse] = [draw.integer(0, x.rank - 1), draw.pick(true, false)];
      const grid = Grid.of(x);
      const wanted = Grid.fill(x.shape, (index) => {
        const at = (i: number) => grid.at([...index.slice(0, axis), i, ...index.slice(axis + 1)]);
        let total = 0;
        if (reverse) for (let i = x.shape[axis] - 1; i >= index[axis]; i--) total += at(i);
        else for (let i = 0; i <= index[axis]; i++) total += at(i);
        return total;
      });
      expectClose(x.cumsum(draw.pick(axis, axis - x.rank), reverse), wanted, EXACT);
    },
  };
  it.each(Object.entries(MEANINGS))('%s', (_, check) => property(check));

  it('leave out the axes they go over, and sum forwards, unless told otherwise', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    for (const fold of [sum, mean, max]) {
      expect(fold(x, 0).shape).toEqual([2]);
      expect(fold(x).shape).toEqual([]);
    }
    expectClose(cumsum(tensor([1, 2]), 0).dataSync(), [1, 3], EXACT);
  });

  it('make no copy where there is no axis to go over', () => {
    const x = tensor([1, 2]);
    const before = liveBuffers();
    const same = [sum(x, []), max(x, [])];
    expect(liveBuffers()).toBe(before);
    for (const each of [...same, x]) each.dispose();
  });

  it('have running sums of a scalar and of nothing', () => {
    const values = (x: Tensor) => [x.shape, Array.from(x.dataSync())];
    expect(values(tensor(3).cumsum(0))).toEqual([[], [3]]);
    expect(values(tensor(3).cumsum(-1, true))).toEqual([[], [3]]);
    expect(() => tensor(3).cumsum(1)).toThrow('cumsum: axis 1 is out of range for a tensor of rank 0');
    expect(values(tensor([[], []]).cumsum(1))).toEqual([[2, 0], []]);
    expect(values(tensor([[], []]).cumsum(0))).toEqual([[2, 0], []]);
    expect(() => tensor([1]).cumsum(-2)).toThrow('cumsum: axis -2 is out of range for a tensor of rank 1');
  });

  it('of integers are integers, which wrap, but for the mean', () => {
    property((draw) => {
      const shape = draw.shape(3, 1);
      const drawn = draw.integers(shape, 2 ** 31 - 1, -(2 ** 31));
      const [x, floats] = [tensor(drawn, shape), tensor(Float64Array.from(drawn), shape)];
      const axes = draw.axes(x.rank);
      expectClose(
        x.sum(axes),
        Int32Array.from(floats.sum(axes).dataSync(), (sum) => sum | 0),
        EXACT,
      );
      expectClose(x.max(axes), floats.max(axes), EXACT);
      expectClose(x.mean(axes), floats.mean(axes), EXACT);
      for (const y of [x.sum(axes), x.max(axes)]) expect(y.dtype).toBe('int32');
      expect(x.mean(axes).dtype).toBe('float64');
      if (x.rank === 0) return;
      expectClose(x.argmax(0), floats.argmax(0), EXACT);
      const sums = x.cumsum(0);
      expect(sums.dtype).toBe('int32');
      expectClose(
        sums,
        Int32Array.from(floats.cumsum(0).dataSync(), (sum) => sum | 0),
        EXACT,
      );
    });
  });

  it.each(backends)('are the accuracy of predictions, on %s', (_, backend) => {
    withBackend(backend, () => {
      const predicted = tensor([
        [1, 2],
        [4, 3],
        [0, 9],
        [1, 1],
      ]).argmax(-1);
      const accuracy = predicted.eq(tensor(Int32Array.of(1, 0, 0, 0))).mean();
      expect([accuracy.dtype, accuracy.itemSync()]).toEqual([backend.floatType, 0.75]);
      expect(tensor(Int32Array.of(), [0]).mean().itemSync()).toBeNaN();
      expect(tensor(Int32Array.of(), [0]).sum().itemSync()).toBe(0);
    });
  });

  it('have no largest of nothing', () => {
    expect(() => tensor([[], []]).max(1)).toThrow('max: an empty axis of [2, 0] has no largest element');
    expect(Array.from(tensor([[], []]).max(0).dataSync())).toEqual([]);
    expect(() => tensor([]).argmax()).toThrow(/argmax: an empty axis/);
    expect(tensor([]).sum().itemSync()).toBe(0);
    expect(tensor([]).mean().itemSync()).toBeNaN();
  });
});
