import { describe, expect, it } from 'vitest';
import { broadcastTo, concat, init, pad, permute, sliceBox, tensor } from '../../../src/index.js';
import { edgy, expectGrid, Grid, property } from '../../helpers/values/grid.js';

await init('reference', { dtype: 'float64' });

describe('movement', () => {
  it('permute, transpose and split', () => {
    property((draw) => {
      const x = edgy(draw, draw.shape(4));
      const grid = Grid.of(x);
      const order = draw.order(x.rank);
      const shape = order.map((axis) => x.shape[axis]);
      const back = (index: number[]) => {
        const source = new Array<number>(x.rank);
        order.forEach((from, to) => {
          source[from] = index[to];
        });
        return source;
      };
      expectGrid(
        permute(x, order),
        Grid.fill(shape, (index) => grid.at(back(index))),
      );
    });
    expect(() => permute(tensor([[1]]), [0, 0])).toThrow(
      'permute: [0, 0] is not an order of the 2 axes of [1, 1]',
    );
    expect(tensor([[1, 2, 3]]).transpose().shape).toEqual([3, 1]);
    expect(() => tensor([1, 2, 3]).split(2)).toThrow(
      'split: axis 0 of [3] does not divide into 2 equal parts',
    );
  });

  it('slice and pad undo each other', () => {
    property((draw) => {
      const x = edgy(draw, draw.shape(4));
      const grid = Grid.of(x);
      const [before, after] = [x.shape.map(() => draw.integer(0, 2)), x.shape.map(() => draw.integer(0, 2))];
      const padded = pad(x, before, after, 9);
      const wide = x.shape.map((length, axis) => before[axis] + length + after[axis]);
      const isInside = (index: number[]) =>
        index.every((i, axis) => i >= before[axis] && i < before[axis] + x.shape[axis]);
      expectGrid(
        padded,
        Grid.fill(wide, (index) => (isInside(index) ? grid.at(index.map((i, axis) => i - before[axis])) : 9)),
      );
      expectGrid(
        sliceBox(
          padded,
          before,
          before.map((start, axis) => start + x.shape[axis]),
        ),
        grid,
      );
    });
    expect(Array.from(tensor([1, 2, 3, 4]).slice(0, -3, -1).dataSync())).toEqual([2, 3]);
    expect(() => tensor([1, 2]).slice(0, 1, 5)).toThrow('slice: 1 to 5 is out of range on axis 0 of [2]');
    expect(() => pad(tensor([1]), [1], [1, 2])).toThrow(/pad: wants 1 sizes before and after, got 1 and 2/);
  });

  it('concat', () => {
    property((draw) => {
      const shape = [...draw.shape(2), draw.integer(0, 3)];
      const axis = draw.integer(0, shape.length - 1);
      const parts = Array.from({ length: draw.integer(1, 4) }, () =>
        edgy(
          draw,
          shape.map((length, i) => (i === axis ? draw.integer(0, 3) : length)),
        ),
      );
      const grids = parts.map(Grid.of);
      const total = parts.reduce((sum, part) => sum + part.shape[axis], 0);
      const wanted = Grid.fill(
        shape.map((length, i) => (i === axis ? total : length)),
        (index) => {
          let at = index[axis];
          let part = 0;
          while (at >= parts[part].shape[axis]) at -= parts[part++].shape[axis];
          return grids[part].at(index.map((i, j) => (j === axis ? at : i)));
        },
      );
      expectGrid(concat(parts, axis), wanted);
    });
    expect(() => concat([tensor([1]), tensor([[1]])])).toThrow(
      'concat: shapes differ beyond axis 0: [1] and [1, 1]',
    );
    expect(() => concat([])).toThrow('concat: wants at least one tensor');
  });

  it('broadcastTo and reshape', () => {
    property((draw) => {
      const shape = draw.shape(4);
      const x = edgy(draw, draw.broadcastable(shape));
      const grid = Grid.of(x);
      expectGrid(
        broadcastTo(x, shape),
        Grid.fill(shape, (index) => grid.at(index)),
      );
      expect(x.reshape([1, x.size]).dataSync()).toEqual(x.dataSync());
    });
    expect(() => broadcastTo(tensor([1, 2]), [3])).toThrow('broadcastTo: [2] does not broadcast to [3]');
  });
});
