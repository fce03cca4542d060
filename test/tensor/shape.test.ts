import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/index.js';
import {
  broadcastShapes,
  broadcastStrides,
  broadcastsTo,
  checkShape,
  formatShape,
  inferShape,
  inverseOrder,
  normalizeAxes,
  normalizeAxis,
  reducedShape,
  requireNonEmpty,
  sameShape,
  sizeOf,
  stridesOf,
} from '../../src/tensor/shape.js';
import { messageOf } from '../helpers/thrown.js';

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
    expect(normalizeAxes('sum', -1, 2)).toEqual([1]);
    expect(normalizeAxes('sum', 0, 2)).toEqual([0]);
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

describe('sameShape', () => {
  it('is true of equal lists alone', () => {
    fc.assert(
      fc.property(shapes, shapes, (a, b) => {
        expect(sameShape(a, b)).toBe(a.join() === b.join() && a.length === b.length);
        expect(sameShape(a, a)).toBe(true);
        expect(sameShape(a, [...a])).toBe(true);
        expect(sameShape(a, [...a, 1])).toBe(false);
        expect(sameShape([...a, 1], a)).toBe(false);
      }),
    );
  });
});

describe('inverseOrder', () => {
  it('takes a permutation back', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), (order) => {
        const inverse = inverseOrder(order);
        expect(inverse).toHaveLength(5);
        expect(order.map((from) => inverse[from])).toEqual([0, 1, 2, 3, 4]);
      }),
    );
  });
});

describe('axes of many', () => {
  it('are sorted as numbers', () => {
    expect(normalizeAxes('sum', [10, 2, -11], 12)).toEqual([1, 2, 10]);
  });
});

describe('a shape', () => {
  const loose = (shape: unknown) => shape as number[];

  it('has sizes that are whole and at least 0, and no more elements than there are addresses', () => {
    for (const shape of [[], [0], [2, 3], [2 ** 32], [2 ** 16, 2 ** 16], [2 ** 40, 0]])
      checkShape('f', shape);
    for (const shape of [[-1], [2, 0.5], [Number.NaN], [Number.POSITIVE_INFINITY]]) {
      expect(messageOf(() => checkShape('f', shape))).toBe(
        `f: sizes must be whole numbers of at least 0, got ${formatShape(shape)}`,
      );
    }
    expect(messageOf(() => checkShape('f', [2 ** 32 + 1]))).toBe('f: [4294967297] has too many elements');
    expect(messageOf(() => checkShape('f', [2 ** 17, 2 ** 16]))).toBe(
      'f: [131072, 65536] has too many elements',
    );
  });

  it('is a list, and so are several axes', () => {
    for (const check of [checkShape, (op: string, shape: number[]) => inferShape(op, shape, 2)]) {
      expect(messageOf(() => check('f', loose(2)))).toBe(
        'f: a shape is a list of sizes such as [2, 3], got 2',
      );
      expect(messageOf(() => check('f', loose('23')))).toBe(
        'f: a shape is a list of sizes such as [2, 3], got "23"',
      );
    }
    expect(messageOf(() => normalizeAxis('f', '0' as never, 1))).toBe('f: an axis is a number, got "0"');
    expect(messageOf(() => normalizeAxes('f', '0' as never, 1))).toBe(
      'f: axes are a number or a list of them, got "0"',
    );
    expect(messageOf(() => normalizeAxes('f', [0, 0], 1))).toBe('f: axes must be distinct, got [0, 0]');
    expect(messageOf(() => normalizeAxes('f', ['0' as never], 1))).toBe('f: an axis is a number, got "0"');
    for (const axis of [-3, 2]) {
      expect(messageOf(() => normalizeAxis('f', axis, 2))).toBe(
        `f: axis ${axis} is out of range for a tensor of rank 2`,
      );
    }
    expect([-2, -1, 0, 1].map((axis) => normalizeAxis('f', axis, 2))).toEqual([0, 1, 0, 1]);
  });

  it('with an empty axis has no element of a kind along it', () => {
    requireNonEmpty('max', 'largest', [0, 2], [1]);
    expect(messageOf(() => requireNonEmpty('max', 'largest', [2, 0], [0, 1]))).toBe(
      'max: an empty axis of [2, 0] has no largest element',
    );
  });

  it('is inferred only where one number is right', () => {
    expect(inferShape('f', [-1, 2], 0)).toEqual([0, 2]);
    expect(inferShape('f', [0, 3], 0)).toEqual([0, 3]);
    for (const [shape, size] of [
      [[0, -1], 0],
      [[4, -1], 6],
      [[0, -1], 2],
    ] as const) {
      expect(messageOf(() => inferShape('f', shape, size))).toBe(
        `f: cannot infer -1 in ${formatShape(shape)} from ${size} elements`,
      );
    }
    expect(messageOf(() => inferShape('f', [-1, -1], 4))).toBe(
      'f: only one size can be inferred, got [-1, -1]',
    );
  });

  it('broadcasts to another of the same rank or a larger one', () => {
    expect(broadcastsTo([2], [3, 2])).toBe(true);
    expect(broadcastsTo([1, 2], [2])).toBe(false);
    expect(broadcastsTo([2, 1], [2, 0])).toBe(true);
    expect(broadcastsTo([2], [1])).toBe(false);
    expect(broadcastsTo([], [])).toBe(true);
  });
});

describe('what is no shape', () => {
  const none = (op: string) => `${op}: a shape is a list of sizes such as [2, 3], got 3`;

  it('is refused by what was called', () => {
    const three = 3 as never;
    expect(messageOf(() => sizeOf(three))).toBe(none('sizeOf'));
    expect(messageOf(() => sizeOf([2, 'a' as never]))).toBe('sizeOf: a size is a number, got "a"');
    expect(messageOf(() => formatShape(three))).toBe(none('formatShape'));
    expect(messageOf(() => sameShape(three, []))).toBe(none('sameShape'));
    expect(messageOf(() => sameShape([], three))).toBe(none('sameShape'));
    expect(messageOf(() => broadcastShapes('add', three, three))).toBe(none('add'));
    expect(messageOf(() => broadcastShapes('add', three, []))).toBe(none('sameShape'));
  });
});
