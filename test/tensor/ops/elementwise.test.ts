import { describe, expect, it } from 'vitest';
import {
  ConfigError,
  init,
  liveBuffers,
  type Shape,
  type Tensor,
  tensor,
  where,
} from '../../../src/index.js';
import type { elementwiseKernels } from '../../../src/tensor/backends/reference/elementwise.js';
import { INT32_MAX, INT32_MIN } from '../../../src/tensor/dtype.js';
import { BINARY, binaryOps, COMPARE, compareOps, mapOps, UNARY } from '../../helpers/kernels/elementwise.js';
import { expectClose } from '../../helpers/values/close.js';
import { property, type TensorDraw } from '../../helpers/values/draw.js';
import { Grid, type Meanings } from '../../helpers/values/grid.js';
import { EXACT, relative } from '../../helpers/values/tolerance.js';

await init('reference', { dtype: 'float64' });

/** f of every element. */
function each(x: Tensor, f: (value: number) => number): Grid {
  const grid = Grid.of(x);
  return Grid.fill(x.shape, (index) => f(grid.at(index)));
}

const edgy = (draw: TensorDraw, shape: Shape) => draw.edgyValues(shape);
const exceptional = (draw: TensorDraw, shape: Shape) => tensor(draw.exceptional(shape), shape);
/** Values of which many are equal. */
const few = (draw: TensorDraw, shape: Shape) => tensor(Float64Array.from(draw.integers(shape, 3, -1)), shape);

describe('elementwise', () => {
  type Checked = readonly [op: (x: Tensor) => Tensor, value: (x: number) => number];
  const OF_ONE: Readonly<Record<string, Checked>> = {
    ...mapOps(UNARY, (op, { value }): Checked => [(x) => x[op](), value]),
    clamp: [(x) => x.clamp(-1, 1.5), (x) => (x < -1 ? -1 : x > 1.5 ? 1.5 : x)],
    'clamp from below': [(x) => x.clamp(0.5), (x) => (x < 0.5 ? 0.5 : x)],
    'clamp from above': [(x) => x.clamp(undefined, 0.5), (x) => (x > 0.5 ? 0.5 : x)],
    'clamp to bounds the wrong way round': [(x) => x.clamp(2, 1), (x) => (Number.isNaN(x) ? x : 1)],
    'clamp to NaN': [(x) => x.clamp(Number.NaN, 1), () => Number.NaN],
    'add a number': [(x) => x.add(2), (x) => x + 2],
    'divide by a number': [(x) => x.div(4), (x) => x / 4],
  };
  it.each(Object.keys(OF_ONE))('%s', (name) => {
    const [op, f] = OF_ONE[name];
    property((draw) => {
      const shape = draw.wideShape();
      const x = draw.edgyValues(shape);
      expectClose(op(x), each(x, f), relative(1e-14));
    });
  });

  type CheckedPair = readonly [op: (a: Tensor, b: Tensor) => Tensor, value: (a: number, b: number) => number];
  const OF_TWO: Readonly<Record<string, CheckedPair>> = {
    ...mapOps(BINARY, (op, { value }): CheckedPair => [(a, b) => a[op](b), value]),
    ...mapOps(COMPARE, (op, holds): CheckedPair => [(a, b) => a[op](b), (a, b) => Number(holds(a, b))]),
  };
  it.each(Object.keys(OF_TWO))('%s, with broadcasting on either side', (name) => {
    const [op, f] = OF_TWO[name];
    property((draw) => {
      const shape = draw.shape(4);
      const one = draw.pick(edgy, few, exceptional);
      const [x, y] = [one(draw, shape), one(draw, draw.broadcastable(shape))];
      const [a, b] = draw.pick(true, false) ? [x, y] : [y, x];
      const [left, right] = [Grid.of(a), Grid.of(b)];
      expectClose(
        op(a, b),
        Grid.fill(shape, (index) => f(left.at(index), right.at(index))),
        EXACT,
      );
    });
  });

  it.each(binaryOps)('%s of every pair of exceptions', (op) => {
    const values = [1, -1, 0, -0, 2, 3, -0.5, Infinity, -Infinity, NaN];
    const [a, b] = [tensor(values, [10, 1]), tensor(values)];
    expectClose(
      a[op](b),
      Grid.fill([10, 10], ([i, j]) => BINARY[op].value(values[i], values[j])),
      EXACT,
    );
  });

  it('the remainder lies between 0 and the divisor, whole times away', () => {
    property((draw) => {
      const shape = draw.wideShape();
      const [a, b] = [draw.values(shape, (x) => x * draw.pick(1, 1e3)), draw.awayFromZero(shape)];
      const rest = a.remainder(b);
      const [x, y, r] = [a.dataSync(), b.dataSync(), rest.dataSync()];
      for (let i = 0; i < x.length; i++) {
        expect(r[i] * Math.sign(y[i])).toBeGreaterThanOrEqual(0);
        expect(Math.abs(r[i])).toBeLessThan(Math.abs(y[i]));
        expectClose((x[i] - r[i]) / y[i], Math.floor(x[i] / y[i]), relative(1e-12));
      }
    });
  });

  it.each(compareOps)('%s of integers and a plain number, of any size', (op) => {
    property((draw) => {
      const ends = [INT32_MIN, INT32_MIN + 1, -1, 0, 1, INT32_MAX - 1, INT32_MAX];
      const x = tensor(
        Int32Array.from({ length: 20 }, () => draw.pick(...ends)),
        [4, 5],
      );
      const value = draw.pick(
        draw.pick(...ends) + draw.pick(0, 0.5, -0.5, 1, -1),
        3e9,
        -1e300,
        Infinity,
        -Infinity,
        NaN,
      );
      const before = liveBuffers();
      const holds = x[op](value);
      expect(liveBuffers()).toBe(before + 1);
      expect(holds.dtype).toBe('int32');
      expectClose(
        holds,
        each(x, (number) => Number(COMPARE[op](number, value))),
        EXACT,
      );
    });
  });

  // Values of mpmath of 30 digits, rounded, on both sides of where the formula changes.
  it.each([
    [1e-300, 1.1283791670955126e-300],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [1.5, 0.9661051464753108],
    [1.9999, 0.9953201979070294],
    [2, 0.9953222650189527],
    [2.5, 0.999593047982555],
    [3.5, 0.9999992569016276],
    [5, 0.9999999999984626],
  ])('erf of %f has the digits of a double', (x, value) => {
    const right = tensor(x).erf();
    expectClose(right, tensor(value), relative(1e-15, 0));
    expectClose(tensor(-x).erf(), right.neg(), EXACT);
  });

  it('plain numbers take the place of tensors', () => {
    const x = tensor([3, -2, 0]);
    const results = [x.add(2), x.sub(2), x.mul(2), x.div(2), x.pow(2), x.maximum(2), x.minimum(-1)];
    const wanted = [
      [5, 0, 2],
      [1, -4, -2],
      [6, -4, 0],
      [1.5, -1, 0],
      [9, 4, 0],
      [3, 2, 2],
      [-1, -2, -1],
    ];
    for (const [i, result] of results.entries()) expectClose(result.dataSync(), wanted[i], EXACT);
  });

  it('cast to the dtype that it is makes no copy', () => {
    const x = tensor([1, 2]);
    const before = liveBuffers();
    const same = x.cast(x.dtype);
    expect(liveBuffers()).toBe(before);
    same.dispose();
    x.dispose();
  });

  it('clamp wants a bound', () => {
    expect(() => tensor([1]).clamp()).toThrow(ConfigError);
    expect(() => tensor([1]).clamp()).toThrow('clamp: wants min, max or both');
    expect(() => tensor([1], [1], { dtype: 'int32' }).clamp(0)).toThrow('clamp: wants a float tensor');
  });

  it('both sides may be broadcast at once', () => {
    const [column, row] = [tensor([[1], [2]]), tensor([[10, 20, 30]])];
    expect(Array.from(column.add(row).dataSync())).toEqual([11, 21, 31, 12, 22, 32]);
  });

  /** For every other kernel of the file; the compiler refuses the list when one is missing. */
  type Others = Exclude<keyof ReturnType<typeof elementwiseKernels>, 'unary' | 'binary' | 'compare'>;
  const MEANINGS: Meanings<Others> = {
    affine(draw) {
      const x = draw.edgyValues(draw.wideShape());
      expectClose(
        x.affine(3, -2),
        each(x, (value) => 3 * value - 2),
        relative(1e-14),
      );
    },
    cast(draw) {
      const x = draw.values(draw.wideShape());
      expectClose(x.cast('int32'), each(x, Math.trunc), EXACT);
    },
    where(draw) {
      const shape = draw.shape(4);
      const condition = tensor(draw.integers(shape, 2), shape);
      const [a, b] = [draw.edgyValues(draw.broadcastable(shape)), draw.edgyValues(draw.broadcastable(shape))];
      const [c, x, y] = [condition, a, b].map(Grid.of);
      expectClose(
        where(condition, a, b),
        Grid.fill(shape, (index) => (c.at(index) !== 0 ? x : y).at(index)),
        EXACT,
      );
    },
  };
  it.each(Object.entries(MEANINGS))('%s', (_, check) => property(check));
});
