import { describe, expect, it } from 'vitest';
import { commonEdges, outline, shares } from '../../../src/experiments/report/figures/histograms.js';
import { ReportDraw } from '../../helpers/reports.js';
import { expectClose } from '../../helpers/values/close.js';
import { property } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

describe('histograms over each other', () => {
  it('keep all of their counts, in bins that reach over all of them', () => {
    property((draw) => {
      const own = new ReportDraw(draw.integer(0, 1e9), 'tame');
      const parts = own.list(() => own.distribution(), 1);
      const edges = commonEdges(parts);
      expect(edges[0]).toBeLessThanOrEqual(Math.min(...parts.map(({ min }) => min)));
      expect(edges.at(-1)!).toBeGreaterThanOrEqual(Math.max(...parts.map(({ max }) => max)) - 1e-12);
      for (const { histogram } of parts) {
        const total = shares([histogram], edges).reduce((sum, share) => sum + share, 0);
        const isEmpty = histogram.counts.every((count) => count === 0);
        expectClose(total, isEmpty ? 0 : 100, absolute(5e-9));
      }
    });
  });

  it('leave a histogram as it is whose bins they have', () => {
    const edges = Array.from({ length: 11 }, (_, i) => i / 10);
    const counts = [3, 0, 1, 0, 0, 4, 0, 0, 0, 2];
    const heights = shares([{ edges, counts }], edges);
    for (const [i, height] of heights.entries()) expectClose(height, 10 * counts[i], absolute(5e-9));
  });

  it('put what is all the same in the middle of an axis', () => {
    const same = { mean: 1, min: 1, max: 1, histogram: { edges: [1, 1], counts: [7] } };
    const edges = commonEdges([same]);
    expect(edges[0]).toBeLessThan(1);
    expect(edges.at(-1)!).toBeGreaterThan(1);
    const points = outline([same.histogram], edges);
    expectClose(Math.max(...points.map(({ y }) => y)), 100, absolute(5e-9));
  });
});
