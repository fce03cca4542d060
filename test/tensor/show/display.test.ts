import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Shape, sizeOf } from '../../../src/index.js';
import type { DType } from '../../../src/tensor/dtype.js';
import { stridesOf } from '../../../src/tensor/shape.js';
import { formatValues } from '../../../src/tensor/show/display.js';
import { expectClose } from '../../helpers/values/close.js';
import { absolute } from '../../helpers/values/tolerance.js';

/** What a printed array says: numbers, and the text `gap` where elements were left out. */
type Printed = number | 'gap' | readonly Printed[];

function parse(text: string): Printed {
  const json = text
    .replaceAll('...', '"gap"')
    .replace(/-?(NaN|Infinity)/g, '"$&"')
    .replace(/(\d)\.(?!\d)/g, '$1');
  return JSON.parse(json, (_, value) =>
    typeof value === 'string' && value !== 'gap' ? Number(value) : value,
  );
}

/** Every printed number with its place in the array. */
function* places(
  printed: Printed,
  shape: Shape,
  strides: readonly number[],
  offset = 0,
): Iterable<[number, number]> {
  if (shape.length === 0) {
    yield [printed as number, offset];
    return;
  }
  const items = printed as readonly Printed[];
  const gap = items.indexOf('gap');
  if (gap < 0) expect(items.length).toBe(shape[0]);
  else expect(items.length - 1).toBeLessThan(shape[0]);
  for (const [at, item] of items.entries()) {
    if (item === 'gap') continue;
    const index = gap < 0 || at < gap ? at : shape[0] - items.length + at;
    yield* places(item, shape.slice(1), strides.slice(1), offset + index * strides[0]);
  }
}

const EDGES = [0, -0, 1, -1, 1e-40, -1e-40, 1e38, -1e38, 3e-5, 1e8, 123456789, NaN, Infinity, -Infinity];
const INTEGERS = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)];

const floats = fc.oneof(
  fc.constantFrom(...EDGES),
  fc.integer({ min: -1000, max: 1000 }),
  fc.double({ min: -10, max: 10, noNaN: true }),
  // Not up to the largest: 1.79768e308, rounded to four decimals, is read as infinite.
  fc.double({ min: -1e308, max: 1e308, noNaN: true }),
);
const integers = fc.oneof(fc.constantFrom(...INTEGERS), fc.integer({ min: -99, max: 99 }));

/** Ranks 0 to 5, with empty axes, axes of one element and some that are shortened. */
const shapes = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom(6, 7, 8, 40)), { maxLength: 5 })
  .filter((shape) => sizeOf(shape) < 1e5);

interface Case {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly values: ArrayLike<number>;
}

const cases: fc.Arbitrary<Case> = fc
  .tuple(shapes, fc.constantFrom<DType>('float32', 'float64', 'int32'))
  .chain(([shape, dtype]) => {
    const value = dtype === 'int32' ? integers : floats;
    // A few values again and again: the largest arrays have many.
    return fc.array(value, { minLength: 1, maxLength: 9 }).map((some) => {
      const values = Array.from({ length: sizeOf(shape) }, (_, i) => some[i % some.length]);
      return { shape, dtype, values: dtype === 'float32' ? Float32Array.from(values) : values };
    });
  });

const filled = cases.filter(({ shape }) => sizeOf(shape) > 0);

function print({ shape, values, dtype }: Case): string {
  return formatValues(shape, values, dtype);
}

/** Where the numbers of a line end. */
function ends(line: string): number[] {
  return [...line.matchAll(/[^,\]](?=[,\]]|$)/g)].map(({ index }) => index);
}

describe('formatValues', () => {
  it.each<[string, Shape, number[], string]>([
    ['a scalar', [], [-1 / 3], '-0.3333'],
    ['whole floats', [3], [1, 20, -3], '[ 1., 20., -3.]'],
    ['floats with one that is none', [3], [1, 2.5, Number.NaN], '[1.0000, 2.5000,    NaN]'],
    ['zeros of both signs', [2], [0, -0], '[ 0., -0.]'],
    ['a negative zero among fractions', [2], [-0, 0.5], '[-0.0000,  0.5000]'],
    ['what is not finite', [3], [Number.NaN, Infinity, -Infinity], '[      NaN,  Infinity, -Infinity]'],
    ['small ones', [2], [0.00009, 0.00002], '[9.0000e-05, 2.0000e-05]'],
    ['large ones', [2], [1e8 + 1, 2], '[1.0000e+08, 2.0000e+00]'],
    ['what differs much', [2], [0.5, 1000], '[5.0000e-01, 1.0000e+03]'],
    ['what differs less', [2], [0.5, 500], '[  0.5000, 500.0000]'],
    ['whole floats that differ much', [2], [1, 1e8], '[        1., 100000000.]'],
    ['exponents of three digits', [2], [1e300, -1e-300], '[ 1.0000e+300, -1.0000e-300]'],
    ['a matrix', [2, 2], [1, -0.25, 0.5, 2], '[[ 1.0000, -0.2500],\n [ 0.5000,  2.0000]]'],
    ['a stack', [2, 1, 2], [1, 2, 3, 4], '[[[1., 2.]],\n\n [[3., 4.]]]'],
    ['nothing', [0], [], '[]'],
    ['an empty axis', [2, 0, 3], [], '[]'],
  ])('writes %s', (_, shape, values, text) => {
    expect(formatValues(shape, values, 'float64')).toBe(text);
  });

  it('writes integers without a point', () => {
    const values = Int32Array.of(2 ** 31 - 1, -(2 ** 31), 0, 7);
    expect(formatValues([4], values, 'int32')).toBe('[ 2147483647, -2147483648,           0,           7]');
  });

  it('breaks long rows at 80 characters', () => {
    const row = Array.from({ length: 30 }, (_, i) => i);
    expect(formatValues([30], row, 'int32')).toBe(
      '[ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17, 18,\n' +
        ' 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]',
    );
  });

  it('shows three of either end above 1,000 elements', () => {
    const count = Array.from({ length: 2000 }, (_, i) => i);
    expect(formatValues([1001], count, 'int32')).toBe('[   0,    1,    2, ...,  998,  999, 1000]');
    expect(formatValues([2, 1000], count, 'int32')).toBe(
      '[[   0,    1,    2, ...,  997,  998,  999],\n [1000, 1001, 1002, ..., 1997, 1998, 1999]]',
    );
    expect(formatValues([400, 3], count, 'int32')).toBe(
      '[[   0,    1,    2],\n [   3,    4,    5],\n [   6,    7,    8],\n ...,\n' +
        ' [1191, 1192, 1193],\n [1194, 1195, 1196],\n [1197, 1198, 1199]]',
    );
    expect(formatValues([1000], count, 'int32')).not.toContain('...');
  });

  it('can be read back, to the precision of its notation', () => {
    fc.assert(
      fc.property(cases, ({ shape, values, dtype }) => {
        const text = formatValues(shape, values, dtype);
        if (sizeOf(shape) === 0) {
          expect(text).toBe('[]');
          return;
        }
        const seen = [...places(parse(text), shape, stridesOf(shape))];
        if (sizeOf(shape) <= 1000) expect(seen.length).toBe(sizeOf(shape));
        else expect(seen.length).toBeLessThanOrEqual(1000);
        const isScientific = /e[+-]\d/.test(text);
        for (const [shown, offset] of seen) {
          const value = values[offset];
          if (Object.is(shown, value)) continue;
          expect(Math.sign(shown)).toBe(Math.sign(value));
          const unit = isScientific ? 10 ** Math.floor(Math.log10(Math.abs(value))) : 1;
          expectClose(shown, value, absolute(5.001e-5 * unit));
        }
      }),
    );
  });

  it('has no line of more than 80 characters, and columns', () => {
    fc.assert(
      fc.property(filled, (subject) => {
        const lines = print(subject).split('\n');
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
        const [first = 0] = ends(lines[0]);
        // One number, a comma and a space.
        const step = first - subject.shape.length + 3;
        for (const line of lines.filter((line) => line !== '' && !line.includes('...'))) {
          for (const end of ends(line)) expect((end - first) % step).toBe(0);
        }
      }),
    );
  });

  it('looks at no more than it shows', () => {
    for (const shape of [[1_000_000], [1000, 1000], [2, 500_000], new Array<number>(20).fill(2)]) {
      let looks = 0;
      const values = new Proxy<ArrayLike<number>>([], {
        get: () => {
          looks++;
          return 0.5;
        },
      });
      const text = formatValues(shape, values, 'float32');
      expect(text).toContain('...');
      expect(looks).toBeLessThanOrEqual(2 * 1000);
    }
  });
});
