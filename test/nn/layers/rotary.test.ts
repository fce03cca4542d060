import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rotary, rotaryTable } from '../../../src/nn/layers/rotary.js';
import { ConfigError, ShapeError, tensor, withBackend } from '../../../src/tensor/index.js';
import { backends, reference64, toleranceOf } from '../../helpers/kernels/backends.js';
import { expectApart, expectClose, expectFinite } from '../../helpers/values/close.js';
import { dot } from '../../helpers/values/plain.js';
import { absolute, EXACT } from '../../helpers/values/tolerance.js';

const evenSize = fc.integer({ min: 1, max: 6 }).map((half) => 2 * half);
const coordinate = fc.double({ min: -5, max: 5, noNaN: true });

/** The pair at `position` turned as RoFormer has it, or as the paper's released code does, in plain numbers. */
function rotate(x: readonly number[], position: number, base: number): number[] {
  const turned: number[] = [];
  for (let i = 0; i < x.length / 2; i++) {
    const angle = position * base ** ((-2 * i) / x.length);
    const [even, odd] = [x[2 * i], x[2 * i + 1]];
    turned.push(even * Math.cos(angle) - odd * Math.sin(angle));
    turned.push(even * Math.sin(angle) + odd * Math.cos(angle));
  }
  return turned;
}

/** The released code's step: row p of E cut in half gives S and C; (x₀, x₁) becomes (−x₁·C, x₀·S). */
function released(x: readonly number[], position: number, base: number): number[] {
  const row: number[] = [];
  for (let i = 0; i < x.length / 2; i++) {
    const frequency = base ** ((-2 * i) / x.length);
    row.push(Math.sin(position * frequency), Math.cos(position * frequency));
  }
  const [sines, cosines] = [row.slice(0, x.length / 2), row.slice(x.length / 2)];
  return sines.flatMap((sine, i) => [-x[2 * i + 1] * cosines[i], x[2 * i] * sine]);
}

const vector = evenSize.chain((size) => fc.array(coordinate, { minLength: size, maxLength: size }));

describe.each(backends)('Rotary on %s', (_, backend) => {
  it.each([
    ['rotary', rotate],
    ['released', released],
  ] as const)('%s is its formula at every position, from any offset', (variant, formula) => {
    const cases = fc.tuple(
      vector,
      fc.nat(40),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(10000, 500, 2),
    );
    fc.assert(
      fc.property(cases, ([x, offset, length, base]) => {
        withBackend(backend, () => {
          const rotary = new Rotary(offset + length, x.length, { base, variant });
          const rows = Array.from({ length }, () => x).flat();
          const turned = rotary.forward(tensor(rows, [1, length, 1, x.length]), offset).dataSync();
          const wanted = Array.from({ length }, (_row, t) => formula(x, offset + t, base)).flat();
          expectClose(turned, wanted, toleranceOf(backend));
          rotary.dispose();
        });
      }),
      { numRuns: 60 },
    );
  });

  it('treats all heads and all sequences alike', () => {
    withBackend(backend, () => {
      const rotary = new Rotary(3, 4);
      const x = [0.5, -1, 2, 3];
      const turned = rotary.forward(tensor(new Array(12).fill(x).flat(), [2, 3, 2, 4])).dataSync();
      const wanted = [0, 1].flatMap(() =>
        [0, 1, 2].flatMap((p) => [0, 1].flatMap(() => rotate(x, p, 10000))),
      );
      expectClose(turned, wanted, toleranceOf(backend));
    });
  });
});

/** q at position i times k at position j. */
function product(
  q: readonly number[],
  i: number,
  k: readonly number[],
  j: number,
  variant: 'rotary' | 'released',
): number {
  return withBackend(reference64, () => {
    const rotary = new Rotary(80, q.length, { variant });
    const [x, y] = [
      rotary.forward(tensor(q, [1, 1, 1, q.length]), i),
      rotary.forward(tensor(k, [1, 1, 1, q.length]), j),
    ];
    return x.mul(y).sum().itemSync();
  });
}

describe('relative position', () => {
  const pair = evenSize.chain((size) => {
    const one = fc.array(coordinate, { minLength: size, maxLength: size });
    return fc.tuple(one, one);
  });

  it('rotary: q·k depends on i − j only, and turning keeps lengths', () => {
    fc.assert(
      fc.property(pair, fc.nat(39), fc.nat(39), fc.nat(40), ([q, k], i, j, shift) => {
        const there = product(q, i, k, j, 'rotary');
        expectFinite(there);
        expectClose(product(q, i + shift, k, j + shift, 'rotary'), there, absolute(5e-9));
        expectClose(product(q, i, q, i, 'rotary'), dot(q, q), absolute(5e-9));
      }),
      { numRuns: 60 },
    );
  });

  it('released: it does not, which is the bug that the variant reproduces', () => {
    const q = [1, 2, 3, 4];
    expectApart(product(q, 1, q, 0, 'released'), product(q, 21, q, 20, 'released'), absolute(0.05));
  });
});

describe('rotaryTable', () => {
  it('is [2, P, D], the identity at position 0', () => {
    withBackend(reference64, () => {
      const table = rotaryTable(2, 4);
      expect(table.shape).toEqual([2, 2, 4]);
      expectClose(table.slice(1, 0, 1).dataSync(), [1, 1, 1, 1, 0, 0, 0, 0], EXACT);
      expect(rotaryTable(0, 2).shape).toEqual([2, 0, 2]);
    });
  });

  it('refuses odd or missing heads and a base that is not positive', () => {
    withBackend(reference64, () => {
      for (const size of [3, 0, 2.5]) expect(() => rotaryTable(4, size)).toThrow(ShapeError);
      for (const base of [0, -1, Number.NaN]) expect(() => rotaryTable(4, 2, base)).toThrow(ConfigError);
      expect(() => rotaryTable(-1, 2)).toThrow(ShapeError);
      expect(() => new Rotary(4, 2).forward(tensor(new Array(10).fill(1), [1, 5, 1, 2]))).toThrow(ShapeError);
    });
  });
});
