import { describe, expect, it } from 'vitest';
import { medianOf } from '../../src/experiments/median.js';
import { property } from '../helpers/values/draw.js';

describe('medianOf', () => {
  it('has as many values above it as below, in any order', () => {
    property((draw) => {
      const scale = draw.pick(1, 1e-300, 1.5e307);
      const values = Array.from({ length: draw.integer(1, 9) }, () => scale * draw.integer(-5, 5));
      const median = medianOf(values);
      const below = values.filter((value) => value < median).length;
      const above = values.filter((value) => value > median).length;
      expect(2 * Math.max(below, above)).toBeLessThanOrEqual(values.length);
      expect(medianOf([...values].reverse())).toBe(median);
    });
  });

  it('is the mean of the two in the middle, infinite where one of them is, and NaN of none', () => {
    expect(medianOf([4, 1, 3, 2])).toBe(2.5);
    expect(medianOf([1.5e308, 1.7e308])).toBe(1.6e308);
    expect(medianOf([2, Infinity, 1])).toBe(2);
    expect(medianOf([2, Infinity])).toBe(Infinity);
    expect(medianOf([Infinity, Infinity])).toBe(Infinity);
    expect(medianOf([])).toBeNaN();
  });
});
