/** Every primitive on the reference backend, in float64, against loops over indices. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  broadcastTo,
  concat,
  gather,
  init,
  pad,
  permute,
  scatterAdd,
  sliceBox,
  type Tensor,
  tensor,
  where,
} from '../../../src/index.js';
import { Draw, seeds } from '../../helpers/draw.js';

await init('reference', { dtype: 'float64' });

/** A nested view of a flat array: values by index. */
class Grid {
  constructor(
    readonly shape: readonly number[],
    readonly values: ArrayLike<number>,
  ) {}

  static of(x: Tensor): Grid {
    return new Grid(x.shape, x.dataSync());
  }

  /** The value at an index; axes of size 1 and missing ones repeat. */
  at(index: readonly number[]): number {
    const own = index.slice(index.length - this.shape.length);
    return this.values[
      own.reduce((place, i, axis) => place * this.shape[axis] + (this.shape[axis] === 1 ? 0 : i), 0)
    ];
  }

  static fill(shape: readonly number[], value: (index: number[]) => number): Grid {
    const values: number[] = [];
    const visit = (index: number[]): void => {
      if (index.length === shape.length) values.push(value(index));
      else for (let i = 0; i < shape[index.length]; i++) visit([...index, i]);
    };
    visit([]);
    return new Grid(shape, values);
  }
}

function expectGrid(actual: Tensor, expected: Grid, tolerance = 0): void {
  expect(actual.shape).toEqual(expected.shape);
  const values = actual.dataSync();
  for (let i = 0; i < values.length; i++) {
    const [a, e] = [values[i], expected.values[i]];
    if (Object.is(a, e) || a === e) continue;
    expect(Math.abs(a - e)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(e)));
  }
  expect(values.length).toBe(expected.values.length);
}

const property = (check: (draw: Draw) => void) =>
  fc.assert(
    fc.property(seeds, (seed) => check(new Draw(seed))),
    { numRuns: 100 },
  );
const edgy = (draw: Draw, shape: readonly number[]) => tensor(draw.edgy(shape), shape);
const normal = (draw: Draw, shape: readonly number[]) => tensor(draw.numbers(shape), shape);

describe('elementwise', () => {
  const UNARY: Record<string, [(x: Tensor) => Tensor, (x: number) => number]> = {
    neg: [(x) => x.neg(), (x) => -x],
    abs: [(x) => x.abs(), Math.abs],
    sign: [(x) => x.sign(), Math.sign],
    exp: [(x) => x.exp(), Math.exp],
    log: [(x) => x.log(), Math.log],
    sqrt: [(x) => x.sqrt(), Math.sqrt],
    reciprocal: [(x) => x.reciprocal(), (x) => 1 / x],
    square: [(x) => x.square(), (x) => x * x],
    sin: [(x) => x.sin(), Math.sin],
    cos: [(x) => x.cos(), Math.cos],
    atan: [(x) => x.atan(), Math.atan],
    tanh: [(x) => x.tanh(), Math.tanh],
    sigmoid: [(x) => x.sigmoid(), (x) => 1 / (1 + Math.exp(-x))],
    silu: [(x) => x.silu(), (x) => x / (1 + Math.exp(-x))],
    affine: [(x) => x.affine(3, -2), (x) => 3 * x - 2],
    'add a number': [(x) => x.add(2), (x) => x + 2],
    'divide by a number': [(x) => x.div(4), (x) => x / 4],
    'cast to int32': [(x) => x.cast('int32'), (x) => Math.trunc(x)],
  };
  it.each(Object.keys(UNARY))('%s', (name) => {
    const [op, f] = UNARY[name];
    property((draw) => {
      const shape = draw.wideShape();
      const x = name.startsWith('cast') ? normal(draw, shape) : edgy(draw, shape);
      const grid = Grid.of(x);
      expectGrid(
        op(x),
        Grid.fill(shape, (index) => f(grid.at(index))),
        1e-14,
      );
    });
  });

  const BINARY: Record<string, [(a: Tensor, b: Tensor) => Tensor, (a: number, b: number) => number]> = {
    add: [(a, b) => a.add(b), (a, b) => a + b],
    sub: [(a, b) => a.sub(b), (a, b) => a - b],
    mul: [(a, b) => a.mul(b), (a, b) => a * b],
    div: [(a, b) => a.div(b), (a, b) => a / b],
    pow: [(a, b) => a.pow(b), (a, b) => a ** b],
    maximum: [(a, b) => a.maximum(b), Math.max],
    minimum: [(a, b) => a.minimum(b), Math.min],
    eq: [(a, b) => a.eq(b), (a, b) => Number(a === b)],
    ne: [(a, b) => a.ne(b), (a, b) => Number(a !== b)],
    lt: [(a, b) => a.lt(b), (a, b) => Number(a < b)],
    le: [(a, b) => a.le(b), (a, b) => Number(a <= b)],
    gt: [(a, b) => a.gt(b), (a, b) => Number(a > b)],
    ge: [(a, b) => a.ge(b), (a, b) => Number(a >= b)],
  };
  it.each(Object.keys(BINARY))('%s, with broadcasting on either side', (name) => {
    const [op, f] = BINARY[name];
    property((draw) => {
      const shape = draw.shape(4);
      const [x, y] = [edgy(draw, shape), edgy(draw, draw.broadcastable(shape))];
      const [a, b] = draw.pick(true, false) ? [x, y] : [y, x];
      const [left, right] = [Grid.of(a), Grid.of(b)];
      expectGrid(
        op(a, b),
        Grid.fill(shape, (index) => f(left.at(index), right.at(index))),
      );
    });
  });

  it('both sides may be broadcast at once', () => {
    const [column, row] = [tensor([[1], [2]]), tensor([[10, 20, 30]])];
    expect(Array.from(column.add(row).dataSync())).toEqual([11, 21, 31, 12, 22, 32]);
  });

  it('where', () => {
    property((draw) => {
      const shape = draw.shape(4);
      const condition = tensor(draw.integers(shape, 2), shape);
      const [a, b] = [edgy(draw, draw.broadcastable(shape)), edgy(draw, draw.broadcastable(shape))];
      const [c, x, y] = [condition, a, b].map(Grid.of);
      expectGrid(
        where(condition, a, b),
        Grid.fill(shape, (index) => (c.at(index) !== 0 ? x : y).at(index)),
      );
    });
  });
});

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

describe('matmul', () => {
  it('is the sum over the inner axis, transposed and batched', () => {
    property((draw) => {
      const [m, k, n] = [draw.integer(0, 3), draw.integer(0, 3), draw.integer(0, 3)];
      const [transposeA, transposeB] = [draw.pick(true, false), draw.pick(true, false)];
      const batch = draw.shape(2);
      const a = normal(draw, [...draw.broadcastable(batch), ...(transposeA ? [k, m] : [m, k])]);
      const b = normal(draw, [...batch, ...(transposeB ? [n, k] : [k, n])]);
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
      expectGrid(a.matmul(b, { transposeA, transposeB }), wanted, 1e-13);
    });
  });

  it('says which shapes do not fit', () => {
    const [a, b] = [
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      normal(new Draw(1), [4, 5]),
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

describe('indexing', () => {
  it('gather takes rows, and zeros from outside; scatterAdd is its transpose', () => {
    property((draw) => {
      const table = edgy(draw, [draw.integer(0, 4), draw.integer(0, 3)]);
      const shape = draw.shape(3);
      const indices = tensor(draw.integers(shape, table.shape[0] + 2, -2), shape);
      const [rows, at] = [Grid.of(table), Grid.of(indices)];
      const isRow = (i: number) => i >= 0 && i < table.shape[0];
      const wanted = Grid.fill([...shape, table.shape[1]], (index) => {
        const row = at.at(index.slice(0, -1));
        return isRow(row) ? rows.at([row, index[index.length - 1]]) : 0;
      });
      expectGrid(gather(table, indices), wanted);

      const updates = normal(draw, [...shape, table.shape[1]]);
      const grid = Grid.of(updates);
      const sums = Grid.fill(table.shape, ([row, column]) => {
        let sum = 0;
        Grid.fill(shape, (index) => {
          if (at.at(index) === row) sum += grid.at([...index, column]);
          return 0;
        });
        return sum;
      });
      expectGrid(scatterAdd(indices, updates, table.shape[0]), sums, 1e-13);
    });
  });

  it('says what does not fit', () => {
    const indices = tensor(Int32Array.of(0));
    expect(() => gather(tensor([1]), indices)).toThrow('gather: wants a table [rows, D], got [1]');
    expect(() => gather(tensor([[1]]), tensor([0]))).toThrow('gather: indices must be int32, got float64');
    expect(() => scatterAdd(indices, tensor([[1], [2]]), 2)).toThrow(
      'scatterAdd: indices [1] do not match updates [2, 1]',
    );
  });
});
