import { describe, expect, it } from 'vitest';
import { init, ShapeError, stack, type Tensor, tensor } from '../../../../src/index.js';
import type * as matrices from '../../../../src/tensor/ops/composed/matrices.js';
import type * as movement from '../../../../src/tensor/ops/composed/movement.js';
import type * as order from '../../../../src/tensor/ops/composed/order.js';
import { shapeWithAxis } from '../../../helpers/kernels/composed-cases.js';
import { expectClose } from '../../../helpers/values/close.js';
import { property, type TensorDraw } from '../../../helpers/values/draw.js';
import { Grid, type Meanings } from '../../../helpers/values/grid.js';
import { EXACT } from '../../../helpers/values/tolerance.js';

await init('reference', { dtype: 'float64' });

/** Of either dtype: all these take any. */
const some = (draw: TensorDraw, shape: readonly number[]): Tensor =>
  draw.pick(draw.edgyValues(shape), draw.indices(shape, 100, -100));

/** Expects the element of x that `from` names at every index of the shape, or 0 for null. */
function expectMoved(
  moved: Tensor,
  x: Tensor,
  shape: readonly number[],
  from: (index: number[]) => number[] | null,
): void {
  const grid = Grid.of(x);
  expect(moved.dtype).toBe(x.dtype);
  const wanted = Grid.fill(shape, (index) => {
    const place = from(index);
    return place === null ? 0 : grid.at(place);
  });
  expectClose(moved, wanted, EXACT);
}

const inserted = (list: readonly number[], at: number, ...items: number[]) => [
  ...list.slice(0, at),
  ...items,
  ...list.slice(at),
];
const replaced = (list: readonly number[], at: number, item: number) =>
  list.map((x, i) => (i === at ? item : x));
const front = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis);
const same = (x: Tensor) => Array.from(x.dataSync());

describe('movement made of other', () => {
  const MEANINGS: Meanings<keyof typeof movement | keyof typeof order | keyof typeof matrices> = {
    stack(draw) {
      const shape = draw.shape();
      const count = draw.integer(1, 3);
      const axis = draw.integer(-shape.length - 1, shape.length);
      const at = front(axis, shape.length + 1);
      const kind = draw.pick(0, 1);
      const xs = Array.from({ length: count }, () =>
        kind === 0 ? draw.edgyValues(shape) : draw.indices(shape, 9),
      );
      const grids = xs.map(Grid.of);
      const wanted = Grid.fill(inserted(shape, at, count), (index) =>
        grids[index[at]].at(index.filter((_, i) => i !== at)),
      );
      expectClose(stack(xs, axis), wanted, EXACT);
    },
    squeeze(draw) {
      const shape = draw.shape(4).map((length) => (length === 2 ? 1 : length));
      const x = some(draw, shape);
      const axes = draw.axes(shape.length);
      expect(x.squeeze(axes).shape).toEqual(shape.filter((length, i) => length !== 1 || !axes.includes(i)));
      expect(x.squeeze().shape).toEqual(shape.filter((length) => length !== 1));
      expect(same(x.squeeze())).toEqual(same(x));
    },
    unsqueeze(draw) {
      const x = some(draw, draw.shape());
      const at = draw.integer(0, x.rank);
      const moved = x.unsqueeze(draw.pick(at, at - x.rank - 1));
      expect(moved.shape).toEqual(inserted(x.shape, at, 1));
      expect(same(moved)).toEqual(same(x));
    },
    flatten(draw) {
      const [shape] = shapeWithAxis(draw);
      const start = draw.integer(0, shape.length - 1);
      const end = draw.integer(start, shape.length - 1);
      const x = some(draw, shape);
      const moved = x.flatten(draw.pick(start, start - x.rank), draw.pick(end, end - x.rank));
      const size = shape.slice(start, end + 1).reduce((a, b) => a * b, 1);
      expect(moved.shape).toEqual([...shape.slice(0, start), size, ...shape.slice(end + 1)]);
      expect(same(moved)).toEqual(same(x));
      expect(x.flatten().shape).toEqual([x.size]);
    },
    tile(draw) {
      const [x, repeats] = [some(draw, draw.shape()), draw.shape()];
      const rank = Math.max(x.rank, repeats.length);
      const full = (list: readonly number[]) => [...new Array<number>(rank - list.length).fill(1), ...list];
      const [times, lengths] = [full(repeats), full(x.shape)];
      expectMoved(
        x.tile(repeats),
        x,
        lengths.map((length, i) => length * times[i]),
        (index) => index.map((i, axis) => i % lengths[axis]).slice(rank - x.rank),
      );
    },
    repeatInterleave(draw) {
      const [shape, axis] = shapeWithAxis(draw);
      const [x, repeats, at] = [some(draw, shape), draw.integer(0, 3), front(axis, shape.length)];
      expectMoved(x.repeatInterleave(repeats, axis), x, replaced(shape, at, shape[at] * repeats), (index) =>
        replaced(index, at, Math.floor(index[at] / repeats)),
      );
      const flat = x.reshape([x.size]);
      expectMoved(x.repeatInterleave(repeats), flat, [x.size * repeats], ([i]) => [Math.floor(i / repeats)]);
    },
    flip(draw) {
      const x = some(draw, draw.shape(4));
      const axes = draw.axes(x.rank);
      const turned = (index: number[]) =>
        index.map((i, axis) => (axes.includes(axis) ? x.shape[axis] - 1 - i : i));
      expectMoved(x.flip(axes.map((axis) => draw.pick(axis, axis - x.rank))), x, x.shape, turned);
      expectMoved(x.flip(), x, x.shape, (index) => index.map((i, axis) => x.shape[axis] - 1 - i));
    },
    roll(draw) {
      const [shape, axis] = shapeWithAxis(draw);
      const [x, shift, at] = [some(draw, shape), draw.integer(-7, 7), front(axis, shape.length)];
      const back = (i: number, length: number) => (((i - shift) % length) + length) % length;
      expectMoved(x.roll(shift, axis), x, shape, (index) => replaced(index, at, back(index[at], shape[at])));
      const flat = x.reshape([x.size]);
      expectMoved(x.roll(shift).reshape([x.size]), flat, flat.shape, ([i]) => [back(i, x.size)]);
      expect(x.roll(shift).shape).toEqual(shape);
    },
    tril(draw) {
      const x = some(draw, [...draw.shape(2), draw.integer(0, 4), draw.integer(0, 4)]);
      const offset = draw.integer(-4, 4);
      const kept = (i: readonly number[]) => (i[x.rank - 1] - i[x.rank - 2] <= offset ? [...i] : null);
      expectMoved(x.tril(offset), x, x.shape, kept);
    },
    triu(draw) {
      const x = some(draw, [...draw.shape(2), draw.integer(0, 4), draw.integer(0, 4)]);
      const offset = draw.integer(-4, 4);
      const kept = (i: readonly number[]) => (i[x.rank - 1] - i[x.rank - 2] >= offset ? [...i] : null);
      expectMoved(x.triu(offset), x, x.shape, kept);
    },
    diag(draw) {
      const [n, offset] = [draw.integer(0, 4), draw.integer(-4, 4)];
      const x = some(draw, [n]);
      const size = n + Math.abs(offset);
      expectMoved(x.diag(offset), x, [size, size], ([i, j]) => (j - i === offset ? [Math.min(i, j)] : null));
      // And back.
      expectMoved(x.diag(offset).diag(offset), x, [n], (index) => index);
    },
    diagonal(draw) {
      const x = some(draw, [draw.integer(0, 4), ...draw.shape(2), draw.integer(0, 4)]);
      const [first, second] = draw.order(x.rank);
      const offset = draw.integer(-4, 4);
      const [top, left] = [Math.max(0, -offset), Math.max(0, offset)];
      const length = Math.max(0, Math.min(x.shape[first] - top, x.shape[second] - left));
      const others = x.shape.map((_, axis) => axis).filter((axis) => axis !== first && axis !== second);
      const shape = [...others.map((axis) => x.shape[axis]), length];
      expectMoved(x.diagonal(offset, first, second - x.rank), x, shape, (index) => {
        const i = index[index.length - 1];
        return x.shape.map((_, axis) =>
          axis === first ? i + top : axis === second ? i + left : index[others.indexOf(axis)],
        );
      });
    },
  };
  it.each(Object.entries(MEANINGS))('%s', (_, check) => property(check));

  it('have their usual settings', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(stack([x, x]).shape).toEqual([2, 2, 2]);
    expect(tensor(7).flatten().shape).toEqual([1]);
    expect(same(x.tril())).toEqual([1, 0, 3, 4]);
    expect(same(x.triu())).toEqual([1, 2, 0, 4]);
    expect(same(x.diagonal())).toEqual([1, 4]);
    expect(same(x.tile(2))).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
  });

  it('refuse what they cannot take', () => {
    const [row, square] = [tensor([1, 2]), tensor([[1]])];
    const refused: readonly (readonly [f: () => Tensor, message: string])[] = [
      [() => stack([]), 'stack: wants at least one tensor'],
      [() => stack([row, square]), 'stack: shapes differ: [2] and [1, 1]'],
      [() => stack([row], 2), 'stack: axis 2 is out of range for a tensor of rank 2'],
      [() => row.squeeze(1), 'squeeze: axis 1 is out of range for a tensor of rank 1'],
      [() => row.unsqueeze(3), 'unsqueeze: axis 3 is out of range for a tensor of rank 2'],
      [() => square.flatten(1, 0), 'flatten: axis 0 comes before axis 1'],
      [() => row.tile([-1]), 'tile: sizes must be whole numbers of at least 0, got [-1]'],
      [
        () => row.repeatInterleave(0.5),
        'repeatInterleave: sizes must be whole numbers of at least 0, got [0.5]',
      ],
      [() => row.flip(1), 'flip: axis 1 is out of range for a tensor of rank 1'],
      [() => row.roll(0.5), 'roll: shift must be a whole number, got 0.5'],
      [() => row.tril(), 'tril: wants at least two axes, got [2]'],
      [() => square.triu(0.5), 'triu: wants a whole number of places, got 0.5'],
      [() => tensor(1).diag(), 'diag: wants one or two axes, got []'],
      [() => square.diagonal(0, 1, -1), 'diagonal: axes 1 and -1 are the same'],
      [() => row.diagonal(), 'diagonal: axis 1 is out of range for a tensor of rank 1'],
    ];
    for (const [f, message] of refused) expect(f).toThrow(new ShapeError(message));
  });
});
