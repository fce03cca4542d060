import { describe, expect, it } from 'vitest';
import { gather, init, liveBuffers, oneHot, scatterAdd, tensor } from '../../../src/index.js';
import type { indexingKernels } from '../../../src/tensor/backends/reference/indexing.js';
import { addRows, takeRows } from '../../../src/tensor/ops/indexing.js';
import { expectClose } from '../../helpers/values/close.js';
import { property, type TensorDraw } from '../../helpers/values/draw.js';
import { Grid, type Meanings } from '../../helpers/values/grid.js';
import { EXACT, relative } from '../../helpers/values/tolerance.js';

await init('reference', { dtype: 'float64' });

describe('indexing', () => {
  /** Rows of a table, now and then outside of it. */
  function drawn(draw: TensorDraw) {
    const size = [draw.integer(0, 4), draw.integer(0, 3)];
    const shape = draw.shape(3);
    const indices = tensor(draw.integers(shape, size[0] + 2, -2), shape);
    return { size, shape, indices, at: Grid.of(indices) };
  }

  /** For every kernel of the file; the compiler refuses the list when one is missing. */
  const MEANINGS: Meanings<keyof ReturnType<typeof indexingKernels>> = {
    // Zeros from outside.
    gather(draw) {
      const { size, shape, indices, at } = drawn(draw);
      const table = draw.edgyValues(size);
      const rows = Grid.of(table);
      const isRow = (i: number) => i >= 0 && i < table.shape[0];
      const wanted = Grid.fill([...shape, table.shape[1]], (index) => {
        const row = at.at(index.slice(0, -1));
        return isRow(row) ? rows.at([row, index[index.length - 1]]) : 0;
      });
      expectClose(takeRows(table, indices), wanted, EXACT);
    },
    // The transpose of `gather`.
    scatterAdd(draw) {
      const { size, shape, indices, at } = drawn(draw);
      const updates = draw.values([...shape, size[1]]);
      const grid = Grid.of(updates);
      const sums = Grid.fill(size, ([row, column]) => {
        let sum = 0;
        Grid.fill(shape, (index) => {
          if (at.at(index) === row) sum += grid.at([...index, column]);
          return 0;
        });
        return sum;
      });
      expectClose(addRows(indices, updates, size[0]), sums, relative(1e-13));
    },
  };
  it.each(Object.entries(MEANINGS))('%s', (_, check) => property(check));

  it('scatterAdd adds rows of indices of any shape, where gather would take them from', () => {
    const indices = tensor(Int32Array.of(1, 0, 1, 3), [2, 2]);
    const updates = tensor([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ]);
    const sums = scatterAdd(indices, updates, 4);
    expect(sums.shape).toEqual([4, 2]);
    expectClose(sums.dataSync(), [3, 4, 6, 8, 0, 0, 7, 8], EXACT);
    expectClose(gather(sums, indices).dataSync(), [6, 8, 3, 4, 6, 8, 7, 8], EXACT);
  });

  it('oneHot marks the column of every index, and none for one outside', () => {
    property((draw) => {
      const [shape, classes] = [draw.shape(3), draw.integer(0, 4)];
      const indices = tensor(draw.integers(shape, classes + 2, -2), shape);
      const at = Grid.of(indices);
      const wanted = Grid.fill([...shape, classes], (index) =>
        at.at(index.slice(0, -1)) === index[index.length - 1] ? 1 : 0,
      );
      const before = liveBuffers();
      const marked = oneHot(indices, classes);
      expect(liveBuffers()).toBe(before + 1);
      expect(marked.dtype).toBe('int32');
      expectClose(marked, wanted, EXACT);
    });
  });

  it('says what does not fit', () => {
    const indices = tensor(Int32Array.of(0));
    expect(() => gather(tensor([1]), indices)).toThrow('gather: wants a table [rows, D], got [1]');
    expect(() => gather(tensor([[1]]), tensor([0]))).toThrow('gather: indices must be int32, got float64');
    expect(() => scatterAdd(indices, tensor([[1], [2]]), 2)).toThrow(
      'scatterAdd: indices [1] do not match updates [2, 1]',
    );
    expect(() => oneHot(tensor([0]), 2)).toThrow('oneHot: indices must be int32, got float64');
    expect(() => oneHot(indices, -1)).toThrow('oneHot: ');
  });
});
