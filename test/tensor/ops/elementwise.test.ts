import { describe, expect, it } from 'vitest';
import { init, type Tensor, tensor, where } from '../../../src/index.js';
import { edgy, expectGrid, Grid, normal, property } from '../../helpers/values/grid.js';

await init('reference', { dtype: 'float64' });

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
