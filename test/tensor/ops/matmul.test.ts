import { describe, expect, it } from 'vitest';
import { broadcastTo, init, type Tensor, tensor } from '../../../src/index.js';
import { expectClose } from '../../helpers/values/close.js';
import { property, TensorDraw } from '../../helpers/values/draw.js';
import { Grid } from '../../helpers/values/grid.js';
import { relative } from '../../helpers/values/tolerance.js';

await init('reference', { dtype: 'float64' });

describe('matmul', () => {
  it('is the sum over the inner axis, transposed and batched', () => {
    property((draw) => {
      const [m, k, n] = [draw.integer(0, 3), draw.integer(0, 3), draw.integer(0, 3)];
      const [transposeA, transposeB] = [draw.pick(true, false), draw.pick(true, false)];
      const batch = draw.shape(2);
      const a = draw.values([...draw.broadcastable(batch), ...(transposeA ? [k, m] : [m, k])]);
      const b = draw.values([...batch, ...(transposeB ? [n, k] : [k, n])]);
      const [left, right] = [Grid.of(a), Grid.of(b)];
      const wanted = Grid.fill([...batch, m, n], (index) => {
        const [outer, [i, j]] = [index.slice(0, -2), index.slice(-2)];
        let sum = 0;
        for (let at = 0; at < k; at++) {
          sum +=
            left.at([...outer, ...(transposeA ? [at, i] : [i, at])]) *
            right.at([...outer, ...(transposeB ? [j, at] : [at, j])]);
        }
        return sum;
      });
      expectClose(a.matmul(b, { transposeA, transposeB }), wanted, relative(1e-13));
    });
  });

  it('repeats what either side lacks of the batch', () => {
    property((draw) => {
      const batch = [2, 3, 2];
      const [a, b] = [
        draw.values([...draw.broadcastable(batch), 2, 3]),
        draw.values([...draw.broadcastable(batch), 3, 2]),
      ];
      const full = (x: Tensor) => broadcastTo(x, [...batch, ...x.shape.slice(-2)]);
      const wanted = full(a).matmul(full(b));
      expectClose(broadcastTo(a.matmul(b), wanted.shape), wanted, relative(1e-13));
    });
  });

  it('says which shapes do not fit', () => {
    const [a, b] = [
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      new TensorDraw(1).values([4, 5]),
    ];
    expect(() => a.matmul(b)).toThrow('matmul: inner dimensions differ: [2, 3] @ [4, 5]');
    expect(() => a.matmul(b, { transposeA: true })).toThrow(
      'matmul: inner dimensions differ: [2, 3]ᵀ @ [4, 5]',
    );
    expect(() => a.matmul(tensor([1]))).toThrow(
      'matmul: both operands must have at least 2 axes: [2, 3] @ [1]',
    );
  });
});
