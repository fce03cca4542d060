import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBackend, tensor, withBackend } from '../../../src/tensor/index.js';
import { expectApart, expectClose, expectEach, expectFinite } from './close.js';
import {
  absolute,
  EXACT,
  firstDifference,
  type Numbers,
  ofLargest,
  relative,
  type Tolerance,
  textOf,
  ulps,
} from './tolerance.js';

const isClose = (actual: Numbers, expected: Numbers, tolerance: Tolerance) =>
  firstDifference(actual, expected, tolerance) === null;

/** The float32 so many steps above a positive one. */
function above(x: number, steps: number): number {
  const bits = new Int32Array(Float32Array.of(x).buffer);
  return new Float32Array(Int32Array.of(bits[0] + steps).buffer)[0];
}

const LAX: readonly (readonly [string, Tolerance])[] = [
  ['ulps', ulps(1e6)],
  ['absolute', absolute(1e300)],
  ['relative', relative(1e300)],
  ['ofLargest', ofLargest(1e300)],
];

describe.each([['EXACT', EXACT] as const, ...LAX])('whatever is allowed, %s', (_, tolerance) => {
  it('lets NaN and infinities equal themselves, and zeros each other', () => {
    const values = [Number.NaN, Infinity, -Infinity, 0, -0];
    expect(isClose(values, values, tolerance)).toBe(true);
    expect(isClose([0, -0], [-0, 0], tolerance)).toBe(true);
  });

  it.each([
    [Number.NaN, 1],
    [1, Number.NaN],
    [Infinity, -Infinity],
    [Infinity, 1],
    [1, Infinity],
    [Infinity, Number.NaN],
    [3.4e38, Infinity],
    [Number.MAX_VALUE, -Infinity],
  ])('takes %d for no %d', (actual, expected) => {
    expect(isClose(actual, expected, tolerance)).toBe(false);
    expect(isClose([0, actual, 0], [0, expected, 0], tolerance)).toBe(false);
  });

  it('sees another length, at either end', () => {
    expect(isClose([1, 2], [1, 2, 3], tolerance)).toBe(false);
    expect(isClose([1, 2, 3], [1, 2], tolerance)).toBe(false);
    expect(isClose([], [0], tolerance)).toBe(false);
    expect(isClose(Float32Array.of(1), 1, tolerance)).toBe(true);
    expect(isClose([], [], tolerance)).toBe(true);
  });

  it('sees another shape where both have one', async () => {
    const [row, column] = withBackend(await createBackend('reference'), () => [
      tensor([[1, 2]]),
      tensor([[1], [2]]),
    ]);
    expect(isClose(row, column, tolerance)).toBe(false);
    expect(isClose(row, { shape: [2, 1], values: [1, 2] }, tolerance)).toBe(false);
    expect(isClose({ shape: [2], values: [1, 2] }, row, tolerance)).toBe(false);
    expect(isClose({ shape: [2], values: [1, 2] }, { shape: [2], values: [1] }, tolerance)).toBe(false);
    expect(isClose(row, row.dataSync(), tolerance)).toBe(true);
    expect(isClose(column, { shape: [2, 1], values: [1, 2] }, tolerance)).toBe(true);
  });
});

describe('a tolerance', () => {
  it('of ulps is as many float32 as it says, and not one more', () => {
    const positive = fc.float({ min: Math.fround(1e-45), max: Math.fround(1e38), noNaN: true });
    fc.assert(
      fc.property(positive, fc.integer({ min: 0, max: 40 }), (x, count) => {
        // Beyond the next power of two a step is twice as long.
        fc.pre(Math.floor(Math.log2(x)) === Math.floor(Math.log2(above(x, count + 1))));
        const [last, next] = [above(x, count), above(x, count + 1)];
        for (const sign of [1, -1]) {
          expect(isClose(sign * last, sign * x, ulps(count))).toBe(true);
          expect(isClose(sign * next, sign * x, ulps(count))).toBe(false);
        }
      }),
    );
  });

  it('of no ulps allows double precision no rounding either', () => {
    expect(isClose(1 + 2 ** -52, 1, EXACT)).toBe(false);
    expect(isClose(2 ** -1074, 0, EXACT)).toBe(false);
  });

  it.each([
    ['absolute', absolute(0.5), [100, 0], [100.5, 0.5], [100.625, 0]],
    ['relative', relative(0.25), [100, 0.01], [125, 0.26], [100, 0.27]],
    ['relative to small ones too', relative(0.25, 0), [100, -1], [75, -0.75], [100, -0.625]],
    ['of the largest', ofLargest(0.25), [-100, 0], [-75, 25], [-100, 26]],
    ['of the largest finite', ofLargest(0.25), [4, Infinity], [5, Infinity], [6, Infinity]],
    ['of terms that cancel', ofLargest(0.25, 8), [0.5, 0], [2.5, -2], [0.5, 2.25]],
    ['of small results', ofLargest(0.25), [0, 0], [0, 0.00025], [0, 0.0003]],
  ] as const)('%s reaches so far and no further', (_, tolerance, expected, near, far) => {
    expect(firstDifference(near, expected, tolerance)).toBeNull();
    expect(firstDifference(far, expected, tolerance)).not.toBeNull();
  });

  it.each([Number.NaN, -1, Infinity])('cannot be %d', (bound) => {
    for (const make of [ulps, absolute, relative, ofLargest]) expect(() => make(bound)).toThrow(RangeError);
    expect(() => relative(1, bound)).toThrow(RangeError);
    expect(() => ofLargest(1, bound)).toThrow(RangeError);
  });
});

describe('the first difference', () => {
  it('is named by element, both values and what was allowed', () => {
    const found = firstDifference([1, 2.5, 4], [1, 2, 3], absolute(0.25));
    expect(found).toEqual({ in: 'element', element: 1, actual: 2.5, expected: 2, allowed: 0.25 });
    expect(textOf(found!)).toBe('element 1: 2.5, wanted 2, off by 0.5, allowed 0.25');
  });

  it('or by shape', () => {
    const found = firstDifference({ shape: [2, 1], values: [1, 2] }, { shape: [2], values: [1, 2] }, EXACT);
    expect(textOf(found!)).toBe('shape [2, 1], wanted [2]');
    expect(textOf(firstDifference([1], [1, 2], EXACT)!)).toBe('shape [1], wanted [2]');
  });
});

describe('expectations', () => {
  it('expectClose fails with the name and the difference', () => {
    expectClose([1, 2], [1, 2], EXACT);
    expect(() => expectClose([1, 2], [1, 3], EXACT)).toThrow('element 1: 2, wanted 3, off by 1, allowed 0');
    expect(() => expectClose(1, 2, absolute(0.5), 'loss')).toThrow('loss: element 0: 1, wanted 2');
  });

  it('expectEach holds every element to one number', () => {
    expectEach([1, 1.25], 1, absolute(0.25));
    expectEach([], 1, EXACT);
    expect(() => expectEach([1, 1, 1.5], 1, absolute(0.25))).toThrow('element 2: 1.5, wanted 1');
  });

  it('expectApart wants one element further away, of finite ones of the same shape', () => {
    expectApart([0, 0], [0, 1], absolute(0.5));
    expect(() => expectApart([0, 0], [0, 1], absolute(1))).toThrow('no two are further apart');
    expect(() => expectApart([0, 0], [1], absolute(0))).toThrow('shape [2], wanted [1]');
    for (const wrong of [Number.NaN, Infinity]) {
      expect(() => expectApart([0, wrong], [1, 1], absolute(0))).toThrow('wanted a finite number');
      expect(() => expectApart([0, 1], [1, wrong], absolute(0))).toThrow('wanted a finite number');
    }
  });

  it('expectFinite finds the one that is not', () => {
    expectFinite([0, -1e308]);
    expect(() => expectFinite([0, Number.NaN])).toThrow('element 1: NaN, wanted a finite number');
    expect(() => expectFinite(-Infinity)).toThrow('element 0: -Infinity');
  });
});
