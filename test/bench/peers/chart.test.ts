import { describe, expect, it } from 'vitest';
import { peersChart } from '../../../bench/peers/chart.js';
import type { CaseName } from '../../../bench/peers/protocol.js';
import { formatReport, type Report } from '../../../bench/peers/report.js';

const result = (name: CaseName, contender: string, medianMs: number, ratio: number) => ({
  ...{ name, contender, medianMs, ratio, samples: 5 },
  ...{ minMs: medianMs / 2, maxMs: 2 * medianMs, spread: 0.125 },
});

const report = (results: Report['results']): Report => ({
  date: '2020-01-01T00:00:00.000Z',
  machine: { cpu: 'a processor', cores: 2, arch: 'x64', node: '20.0.0' },
  rounds: 5,
  labels: {},
  results,
  absences: [{ contender: 'gpu.js', name: 'step', reason: 'no derivatives' }],
});

describe('peersChart', () => {
  it('draws one product for all, the one of 512', () => {
    const sizes = ['matmul 128', 'matmul 512', 'matmul 1024'] as const;
    const { bars } = peersChart(report(sizes.map((name) => result(name, 'ours simd', 1, 1))));
    expect(bars.map(({ panel }) => panel)).toEqual(['matrix product, 512³']);
    const without = peersChart(report([result('matmul 256', 'ours simd', 1, 1)]));
    expect(without.bars.map(({ panel }) => panel)).toEqual(['matrix product, 256³']);
  });

  it('draws the ratio, says both, and knows ours', () => {
    const chart = peersChart(report([result('step', 'ours simd', 12, 1), result('step', 'tfjs', 1440, 120)]));
    expect(chart.title).toContain('ours simd');
    expect(chart.bars).toEqual([
      expect.objectContaining({ label: 'ours simd', value: 1, isOurs: true }),
      expect.objectContaining({ label: 'tfjs', value: 120, text: '120×  (1.44 s)', isOurs: false }),
    ]);
  });

  it('has no bar for who was left out', () => {
    const chart = peersChart(report([result('step', 'ours simd', 12, 1)]));
    expect(chart.bars.map(({ label }) => label)).not.toContain('gpu.js');
    expect(peersChart(report([])).bars).toEqual([]);
  });
});

describe('formatReport', () => {
  it('says the processor and Node, and has a row for each', () => {
    const text = formatReport(
      report([result('step', 'ours simd', 12, 1), result('unit', 'tfjs', 0.25, 3.1444)]),
    );
    expect(text).toContain('a processor, 2 cores, Node 20.0.0; 5 rounds');
    expect(text).toMatch(/^ {2}ours simd +12\.0 ms +6\.00 ms +24\.0 ms +13 % +5 +1\.00×$/m);
    expect(text).toMatch(/^ {2}tfjs +250 µs +125 µs +500 µs +13 % +5 +3\.14×$/m);
  });
});
