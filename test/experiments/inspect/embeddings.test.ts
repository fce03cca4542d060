import { describe, expect, it } from 'vitest';
import { MOST_SAMPLED, measureTable } from '../../../src/experiments/inspect/embeddings.js';
import { expectClose } from '../../helpers/values/close.js';
import { Draw, property } from '../../helpers/values/draw.js';
import { jacobiSingularValues } from '../../helpers/values/jacobi.js';
import { dot, rowsOf } from '../../helpers/values/plain.js';
import { absolute, ofLargest } from '../../helpers/values/tolerance.js';

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('measureTable', () => {
  it('has norms, cosines of all pairs and eigenvalues as plain loops find them', () => {
    property((draw) => {
      const [count, d] = [draw.integer(1, 12), draw.integer(1, 6)];
      const values = draw.numbers([count, d]);
      const rows = rowsOf(values, d);
      const report = measureTable(values, d, 1);

      const norms = rows.map((row) => Math.hypot(...row));
      const { norms: found } = report;
      expectClose(
        [found.mean, found.min, found.max],
        [mean(norms), Math.min(...norms), Math.max(...norms)],
        absolute(1e-12),
      );

      const cosines = rows.flatMap((a, i) =>
        rows.slice(0, i).map((b) => dot(a, b) / Math.hypot(...a) / Math.hypot(...b)),
      );
      expect(report.sampled).toBe(count);
      if (count === 1) expect(report.cosines).toBeNull();
      else {
        const { mean: average, min, max } = report.cosines!;
        expectClose(
          [average, min, max],
          [mean(cosines), Math.min(...cosines), Math.max(...cosines)],
          absolute(1e-12),
        );
        expect(report.cosines!.histogram.counts.reduce((sum, n) => sum + n)).toBe(cosines.length);
      }

      // Deviations from the mean, with rows of zeros so that there are at least as many rows as columns.
      const columns = Array.from({ length: d }, (_, i) => {
        const column = rows.map((row) => row[i]);
        const padding = new Array<number>(d).fill(0);
        return [...column.map((value) => value - mean(column)), ...padding];
      });
      const eigenvalues = jacobiSingularValues(columns).map((value) => value ** 2 / count);
      expectClose(report.eigenvalues, eigenvalues, ofLargest(1e-12));
    });
  });

  it('changes nothing but norms and eigenvalues where all rows get longer', () => {
    property((draw) => {
      const values = draw.numbers([6, 3]);
      const [before, after] = [values, values.map((value) => 4 * value)].map((table) =>
        measureTable(table, 3, 1),
      );
      expect(after.cosines).toEqual(before.cosines);
      expectClose(after.norms.mean, 4 * before.norms.mean, absolute(1e-12));
      expectClose(
        after.eigenvalues,
        before.eigenvalues.map((value) => 16 * value),
        ofLargest(1e-12),
      );
    }, 20);
  });

  it('compares some of many rows, others for another seed', () => {
    const values = new Draw(1).numbers([MOST_SAMPLED + 50, 2]);
    const [first, again, other] = [7, 7, 8].map((seed) => measureTable(values, 2, seed));
    expect(first.sampled).toBe(MOST_SAMPLED);
    expect(again).toEqual(first);
    expect(other.cosines).not.toEqual(first.cosines);
    expect(other.norms).toEqual(first.norms);
    const pairs = (MOST_SAMPLED * (MOST_SAMPLED - 1)) / 2;
    expect(first.cosines!.histogram.counts.reduce((sum, n) => sum + n)).toBe(pairs);
    // No row is drawn twice: the angles of these all differ.
    const spread = Float64Array.from(values, (_, i) => {
      const angle = (Math.PI * Math.floor(i / 2)) / (MOST_SAMPLED + 50);
      return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
    });
    expect(measureTable(spread, 2, 1).cosines!.max).toBeLessThan(1 - 1e-7);
  });

  it('compares no row of zeros, which has no direction', () => {
    const { cosines, norms, sampled } = measureTable([0, 0, 3, 4, 3, 4, 0, 0], 2, 1);
    expect([sampled, norms.min, norms.max]).toEqual([2, 0, 5]);
    expectClose(cosines!.mean, 1, absolute(1e-15));
  });
});
