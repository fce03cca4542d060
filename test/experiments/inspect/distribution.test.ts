import { describe, expect, it } from 'vitest';
import { distributionOf, SpreadOf } from '../../../src/experiments/inspect/distribution.js';
import { expectClose } from '../../helpers/values/close.js';
import { type Draw, property } from '../../helpers/values/draw.js';
import { EXACT, relative } from '../../helpers/values/tolerance.js';

/** Ordinary and extreme numbers, some of them equal; at least one. */
function numbers(draw: Draw): Float64Array {
  const scale = draw.pick(1, 1, 1e-300, 1e300, 0);
  const values = draw.numbers([draw.integer(1, 60)], (x) => scale * (draw.integer(0, 3) === 0 ? 1 : x));
  return draw.integer(0, 3) === 0 ? values.fill(values[0]) : values;
}

describe('distributionOf', () => {
  it('has the mean, the least and the greatest', () => {
    property((draw) => {
      const values = numbers(draw);
      const { mean, min, max } = distributionOf(values);
      const naive = values.reduce((sum, value) => sum + value / values.length, 0);
      const largest = Math.max(...values.map(Math.abs));
      expectClose(mean / (largest || 1), naive / (largest || 1), relative(1e-12));
      expectClose([min, max], [Math.min(...values), Math.max(...values)], EXACT);
      expect(min <= mean && mean <= max).toBe(true);
    });
  });

  it('counts every number in the bin that holds it', () => {
    property((draw) => {
      const values = numbers(draw);
      const { edges, counts } = distributionOf(values).histogram;
      expect(edges).toHaveLength(counts.length + 1);
      expectClose([edges[0], edges[edges.length - 1]], [Math.min(...values), Math.max(...values)], EXACT);
      const last = counts.length - 1;
      const naive = counts.map(
        (_, i) =>
          values.filter((x) => x >= edges[i] && (i === last ? x <= edges[i + 1] : x < edges[i + 1])).length,
      );
      expect(counts).toEqual(naive);
      expect(counts.reduce((sum, count) => sum + count)).toBe(values.length);
    });
  });

  it('has bins of equal width, and one bin for equal numbers', () => {
    const { edges, counts } = distributionOf([0, 16, 32]).histogram;
    expect(edges).toEqual(Array.from({ length: 33 }, (_, i) => i));
    expect(counts.map((count, i) => (count > 0 ? i : -1)).filter((i) => i >= 0)).toEqual([0, 16, 31]);
    expect(distributionOf([5, 5]).histogram).toEqual({ edges: [5, 5], counts: [2] });
  });
});

describe('SpreadOf', () => {
  it('keeps the mean of equal numbers among them', () => {
    property((draw) => {
      const [value] = draw.numbers([1]);
      const spread = new SpreadOf();
      for (let i = draw.integer(1, 50); i > 0; i--) spread.add(value);
      expect(spread.result()).toEqual({ mean: value, min: value, max: value });
    });
  });
});
