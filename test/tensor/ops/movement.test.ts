import { describe, expect, it } from 'vitest';
import {
  assignInPlace,
  broadcastTo,
  concat,
  currentBackend,
  init,
  liveBuffers,
  pad,
  permute,
  scope,
  sliceBox,
  split,
  tensor,
  transpose,
  zeros,
} from '../../../src/index.js';
import type { movementKernels } from '../../../src/tensor/backends/reference/movement.js';
import { fill } from '../../../src/tensor/ops/fill.js';
import { expectClose } from '../../helpers/values/close.js';
import { property } from '../../helpers/values/draw.js';
import { Grid, type Meanings } from '../../helpers/values/grid.js';
import { EXACT } from '../../helpers/values/tolerance.js';

await init('reference', { dtype: 'float64' });

describe('movement', () => {
  /** For every kernel of the file; the compiler refuses the list when one is missing. */
  const MEANINGS: Meanings<keyof ReturnType<typeof movementKernels>> = {
    permute(draw) {
      const x = draw.edgyValues(draw.shape(4));
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
      expectClose(
        permute(x, order),
        Grid.fill(shape, (index) => grid.at(back(index))),
        EXACT,
      );
    },
    pad(draw) {
      const x = draw.edgyValues(draw.shape(4));
      const grid = Grid.of(x);
      const [before, after] = [x.shape.map(() => draw.integer(0, 2)), x.shape.map(() => draw.integer(0, 2))];
      const wide = x.shape.map((length, axis) => before[axis] + length + after[axis]);
      const isInside = (index: number[]) =>
        index.every((i, axis) => i >= before[axis] && i < before[axis] + x.shape[axis]);
      expectClose(
        pad(x, before, after, 9),
        Grid.fill(wide, (index) => (isInside(index) ? grid.at(index.map((i, axis) => i - before[axis])) : 9)),
        EXACT,
      );
    },
    slice(draw) {
      const x = draw.edgyValues(draw.shape(4));
      const grid = Grid.of(x);
      const starts = x.shape.map((length) => draw.integer(0, length));
      const stops = x.shape.map((length, axis) => draw.integer(starts[axis], length));
      expectClose(
        sliceBox(x, starts, stops),
        Grid.fill(
          stops.map((stop, axis) => stop - starts[axis]),
          (index) => grid.at(index.map((i, axis) => starts[axis] + i)),
        ),
        EXACT,
      );
    },
    concat(draw) {
      const shape = [...draw.shape(2), draw.integer(0, 3)];
      const axis = draw.integer(0, shape.length - 1);
      const parts = Array.from({ length: draw.integer(1, 4) }, () =>
        draw.edgyValues(shape.map((length, i) => (i === axis ? draw.integer(0, 3) : length))),
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
      expectClose(concat(parts, axis), wanted, EXACT);
    },
    // What broadcasting makes.
    copy(draw) {
      const shape = draw.shape(4);
      const x = draw.edgyValues(draw.broadcastable(shape));
      const grid = Grid.of(x);
      expectClose(
        broadcastTo(x, shape),
        Grid.fill(shape, (index) => grid.at(index)),
        EXACT,
      );
      expect(x.reshape([1, x.size]).dataSync()).toEqual(x.dataSync());
    },
    fill(draw) {
      const [shape, value] = [draw.shape(4), draw.numbers([])[0]];
      expectClose(
        fill(currentBackend(), shape, value, 'float64'),
        Grid.fill(shape, () => value),
        EXACT,
      );
    },
    assignInPlace(draw) {
      const shape = draw.shape(4);
      const [target, source] = [draw.edgyValues(shape), draw.edgyValues(shape)];
      assignInPlace(target, source);
      expectClose(target, Grid.of(source), EXACT);
    },
  };
  it.each(Object.entries(MEANINGS))('%s', (_, check) => property(check));

  it('slice undoes pad', () => {
    property((draw) => {
      const x = draw.edgyValues(draw.shape(4));
      const [before, after] = [x.shape.map(() => draw.integer(0, 2)), x.shape.map(() => draw.integer(0, 2))];
      const stops = before.map((start, axis) => start + x.shape[axis]);
      expectClose(sliceBox(pad(x, before, after, 9), before, stops), Grid.of(x), EXACT);
    });
  });

  it('transposes and splits by permuting and slicing', () => {
    expect(tensor([[1, 2, 3]]).transpose().shape).toEqual([3, 1]);
    expect(transpose(zeros([2, 3, 4])).shape).toEqual([2, 4, 3]);
    expect(split(tensor([1, 2]), 1).map((part) => Array.from(part.dataSync()))).toEqual([[1, 2]]);
    scope(() => expect(split(zeros([0]), 2 ** 16)).toHaveLength(2 ** 16));
    expect(Array.from(tensor([1, 2, 3, 4]).slice(0, -3, -1).dataSync())).toEqual([2, 3]);
  });

  it('pads floats with what is no whole number', () => {
    expectClose(pad(tensor([1]), [1], [0], 0.5).dataSync(), [0.5, 1], EXACT);
  });

  it('makes no copy to broadcast a tensor to the shape it has', () => {
    const x = tensor([1, 2]);
    const before = liveBuffers();
    const same = broadcastTo(x, [2]);
    expect(liveBuffers()).toBe(before);
    for (const each of [same, x]) each.dispose();
  });

  it('says what does not fit', () => {
    expect(() => permute(tensor([[1]]), [0, 0])).toThrow(
      'permute: [0, 0] is not an order of the 2 axes of [1, 1]',
    );
    expect(() => tensor([1, 2, 3]).split(2)).toThrow(
      'split: axis 0 of [3] does not divide into 2 equal parts',
    );
    expect(() => tensor([1, 2]).slice(0, 1, 5)).toThrow('slice: 1 to 5 is out of range on axis 0 of [2]');
    expect(() => pad(tensor([1]), [1], [1, 2])).toThrow(/pad: wants 1 sizes before and after, got 1 and 2/);
    expect(() => concat([tensor([1]), tensor([[1]])])).toThrow(
      'concat: shapes differ beyond axis 0: [1] and [1, 1]',
    );
    expect(() => concat([])).toThrow('concat: wants at least one tensor');
    expect(() => broadcastTo(tensor([1, 2]), [3])).toThrow('broadcastTo: [2] does not broadcast to [3]');
  });
});
