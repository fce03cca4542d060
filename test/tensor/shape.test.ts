import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { broadcastShapes, ShapeError, sizeOf } from '../../src/index.js';
import {
  broadcastStrides,
  broadcastsTo,
  inferShape,
  normalizeAxes,
  normalizeAxis,
  reducedShape,
  stridesOf,
} from '../../src/tensor/shape.js';

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

/** Every index of a shape, in row-major order. */
function* indicesOf(shape: readonly number[]): Generator<number[]> {
  if (shape.length === 0) yield [];
  else {
    for (let i = 0; i < shape[0]; i++) for (const rest of indicesOf(shape.slice(1))) yield [i, ...rest];
  }
}

describe('strides', () => {
  it('number the elements in row-major order', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const strides = stridesOf(shape);
        const places = [...indicesOf(shape)].map((index) =>
          index.reduce((sum, at, axis) => sum + at * strides[axis], 0),
        );
        expect(places).toEqual(places.map((_, i) => i));
        expect(places.length).toBe(sizeOf(shape));
      }),
    );
  });

  it('of a broadcast reread what is there', () => {
    fc.assert(
      fc.property(shapes, fc.nat(), (target, bits) => {
        const shape = target
          .map((length, axis) => ((bits >> axis) & 1 ? 1 : length))
          .slice(bits % (target.length + 1));
        expect(broadcastsTo(shape, target)).toBe(true);
        const own = stridesOf(shape);
        const strides = broadcastStrides(shape, target);
        for (const index of indicesOf(target)) {
          const place = index.reduce((sum, at, axis) => sum + at * strides[axis], 0);
          const aligned = index.slice(target.length - shape.length);
          const wanted = aligned.reduce((sum, at, axis) => sum + (shape[axis] === 1 ? 0 : at) * own[axis], 0);
          expect(place).toBe(wanted);
        }
      }),
    );
  });
});

describe('broadcastShapes', () => {
  it('is the usual rule, axis by axis from the back', () => {
    fc.assert(
      fc.property(shapes, shapes, (a, b) => {
        const rank = Math.max(a.length, b.length);
        const pad = (shape: number[]) => [...new Array(rank - shape.length).fill(1), ...shape];
        const pairs = pad(a).map((length, axis) => [length, pad(b)[axis]]);
        const fits = pairs.every(([x, y]) => x === y || x === 1 || y === 1);
        if (!fits) expect(() => broadcastShapes('add', a, b)).toThrow(ShapeError);
        else {
          const result = broadcastShapes('add', a, b);
          expect(result).toEqual(pairs.map(([x, y]) => (x === 1 ? y : x)));
          expect(broadcastShapes('add', b, a)).toEqual(result);
          expect(broadcastsTo(a, result) && broadcastsTo(b, result)).toBe(true);
        }
      }),
    );
  });

  it('names the op and both shapes', () => {
    expect(() => broadcastShapes('mul', [2, 3], [4])).toThrow('mul: shapes do not broadcast: [2, 3] and [4]');
  });
});

describe('axes', () => {
  it('count from either end', () => {
    expect(normalizeAxis('sum', -1, 3)).toBe(2);
    expect(normalizeAxes('sum', [-1, 0], 3)).toEqual([0, 2]);
    expect(normalizeAxes('sum', undefined, 2)).toEqual([0, 1]);
    expect(() => normalizeAxis('sum', 3, 3)).toThrow('sum: axis 3 is out of range for a tensor of rank 3');
    expect(() => normalizeAxis('sum', 0.5, 3)).toThrow(ShapeError);
    expect(() => normalizeAxis('sum', 0, 0)).toThrow(ShapeError);
    expect(() => normalizeAxes('sum', [1, -1], 2)).toThrow('sum: axes must be distinct, got [1, -1]');
  });

  it('disappear or stay as 1 when reduced', () => {
    expect(reducedShape([2, 3, 4], [0, 2], false)).toEqual([3]);
    expect(reducedShape([2, 3, 4], [0, 2], true)).toEqual([1, 3, 1]);
  });
});

describe('inferShape', () => {
  it('fills in the one unknown', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        (shape, pick) => {
          const unknown = pick % shape.length;
          const asked = shape.map((length, axis) => (axis === unknown ? -1 : length));
          expect(inferShape('reshape', asked, sizeOf(shape))).toEqual(shape);
        },
      ),
    );
  });

  it('refuses what does not come out', () => {
    expect(() => inferShape('reshape', [4, -1], 6)).toThrow(
      'reshape: cannot infer -1 in [4, -1] from 6 elements',
    );
    expect(() => inferShape('reshape', [0, -1], 0)).toThrow(ShapeError);
    expect(() => inferShape('reshape', [4], 6)).toThrow('reshape: 6 elements do not fill [4]');
    expect(() => inferShape('reshape', [-1, -1], 6)).toThrow(ShapeError);
    expect(() => inferShape('reshape', [1.5, 4], 6)).toThrow(ShapeError);
  });
});
