import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, quantile, ratio, type Series, summarise } from '../../../bench/peers/statistics.js';
import { expectClose } from '../../helpers/values/close.js';
import { absolute } from '../../helpers/values/tolerance.js';

const times = fc.array(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });

describe('median', () => {
  it('lies in the middle, between two where there are two', () => {
    expect(median([5])).toBe(5);
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 2])).toBe(3.5);
  });

  it('has as many values below as above, whatever their order', () => {
    fc.assert(
      fc.property(times, (values) => {
        const middle = median(values);
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
        expect(median([...values].reverse())).toBe(middle);
      }),
    );
  });

  it('refuses to come out of nothing', () => {
    expect(() => median([])).toThrow(RangeError);
  });

  it('is a quantile among others', () => {
    expect([0, 0.25, 0.75, 1].map((part) => quantile([1, 2, 3, 4, 5], part))).toEqual([1, 2, 4, 5]);
    expect(quantile([1, 3], 0.25)).toBe(1.5);
  });
});

describe('ratio', () => {
  it('compares within rounds, so that a slow round changes nothing', () => {
    const base = [1, 100, 1].map((ms, round) => ({ round, ms }));
    const other = [2, 200, 2].map((ms, round) => ({ round, ms }));
    expect(ratio(other, base)).toBe(2);
    expect(ratio(base, other)).toBe(0.5);
  });

  it('leaves out the rounds that only one has', () => {
    const base = [1, 1, 50, 50].map((ms, round) => ({ round, ms }));
    expect(
      ratio(
        base.slice(0, 2).map(({ round, ms }) => ({ round, ms: 3 * ms })),
        base,
      ),
    ).toBe(3);
    expect(() => ratio([{ round: 9, ms: 1 }], base)).toThrow(RangeError);
  });
});

describe('summarise', () => {
  it('compares with the first of the same case', () => {
    const series = (name: Series['name'], contender: string, ms: number[]): Series => ({
      name,
      contender,
      samples: ms.map((each, round) => ({ round, ms: each })),
    });
    const [a, b, c] = summarise([
      series('unit', 'ours', [2, 2, 2]),
      series('unit', 'other', [8, 6, 4]),
      series('step', 'other', [10]),
    ]);
    expect(a).toMatchObject({ ratio: 1, spread: 0 });
    expect(b).toMatchObject({ ratio: 3, medianMs: 6, minMs: 4, maxMs: 8, samples: 3 });
    expectClose(b.spread, 2 / 6, absolute(5e-3));
    expect(c.ratio).toBe(1);
  });
});
