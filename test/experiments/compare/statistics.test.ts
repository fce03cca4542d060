import { describe, expect, it } from 'vitest';
import { spreadOf } from '../../../src/experiments/compare/statistics.js';
import { expectClose } from '../../helpers/values/close.js';
import { property } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

describe('spreadOf', () => {
  it('moves with its values, and grows with their distances', () => {
    property((draw) => {
      const values = [...draw.uniform([draw.integer(2, 6)])];
      const [shift, factor] = [draw.integer(-5, 5), draw.integer(1, 5)];
      const before = spreadOf(values)!;
      const after = spreadOf(values.map((value) => factor * value + shift))!;
      expectClose(after.mean, factor * before.mean + shift, absolute(5e-10));
      expectClose(after.deviation!, factor * before.deviation!, absolute(5e-10));
      expect([before.lowest, before.highest]).toEqual([Math.min(...values), Math.max(...values)]);
      expect(before.count).toBe(values.length);
    });
  });

  it('is the sample standard deviation, of one value none', () => {
    expect(spreadOf([1, 2, 3, 4])).toEqual({
      ...{ mean: 2.5, deviation: Math.sqrt(5 / 3), lowest: 1, highest: 4, count: 4 },
    });
    expect(spreadOf([7])).toEqual({ mean: 7, deviation: null, lowest: 7, highest: 7, count: 1 });
  });

  it('is nothing for no value, and for runs of which one diverged', () => {
    expect(spreadOf([])).toBe(null);
    expect(spreadOf([2, Number.POSITIVE_INFINITY])).toBe(null);
  });
});
