import { describe, expect, it } from 'vitest';
import { init, type Tensor, tensor } from '../../../src/index.js';
import { edgy, expectGrid, Grid, normal, property } from '../../helpers/values/grid.js';

await init('reference', { dtype: 'float64' });

describe('reductions', () => {
  /** Folds the elements whose index agrees outside `axes`. */
  function folded(
    x: Tensor,
    axes: readonly number[],
    keepDims: boolean,
    start: number,
    fold: (a: number, b: number) => number,
  ): Grid {
    const grid = Grid.of(x);
    const shape = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
    const kept = Grid.fill(shape, (index) => {
      let value = start;
      Grid.fill(
        axes.map((axis) => x.shape[axis]),
        (along) => {
          const full = [...index];
          axes.forEach((axis, i) => {
            full[axis] = along[i];
          });
          value = fold(value, grid.at(full));
          return 0;
        },
      );
      return value;
    });
    return keepDims
      ? kept
      : new Grid(
          x.shape.filter((_, axis) => !axes.includes(axis)),
          kept.values,
        );
  }

  it('sum and mean, over any axes, empty ones too', () => {
    property((draw) => {
      const x = normal(draw, draw.shape(4));
      const [axes, keepDims] = [draw.axes(x.rank), draw.pick(true, false)];
      const sums = folded(x, axes, keepDims, 0, (a, b) => a + b);
      expectGrid(x.sum(axes, keepDims), sums, 1e-13);
      const count = axes.reduce((product, axis) => product * x.shape[axis], 1);
      const means = new Grid(
        sums.shape,
        Array.from(sums.values, (sum) => sum / count),
      );
      expectGrid(x.mean(axes, keepDims), means, 1e-13);
    });
  });

  it('max and argmax, with ties and NaN', () => {
    property((draw) => {
      const shape = draw.shape(4, 1);
      const x = draw.pick(edgy(draw, shape), tensor(Float64Array.from(draw.integers(shape, 2)), shape));
      const [axes, keepDims] = [draw.axes(x.rank), draw.pick(true, false)];
      expectGrid(x.max(axes, keepDims), folded(x, axes, keepDims, -Infinity, Math.max));
      if (x.rank === 0) return;
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
      expectGrid(x.argmax(axis), wanted);
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
