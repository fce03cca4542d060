import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineThrough } from '../../bench/context/line.js';
import { type Measured, measureContext } from '../../bench/context/measure.js';
import { contextCurves, formatRow, rowsOf } from '../../bench/context/report.js';
import { expectClose } from '../helpers/values/close.js';
import { absolute } from '../helpers/values/tolerance.js';

const PLAN = { nEmbd: 16, nHead: 2, nLayer: 1, tokens: 64, steps: 1 } as const;
const MACHINE = { cpu: 'a processor', cores: 2, arch: 'x64', node: '20.0.0' };

describe('lineThrough', () => {
  it('finds a line again from points on it', () => {
    const value = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(value, value, fc.uniqueArray(value, { minLength: 2, maxLength: 9 }), (start, slope, xs) => {
        const line = lineThrough(xs.map((x) => ({ x, y: start + slope * x })));
        for (const x of xs) expectClose(line(x) / (start + slope * x), 1, absolute(5e-7));
      }),
    );
  });

  it('lies as far from small values as from large ones, relative to each', () => {
    const line = lineThrough([
      { x: 0, y: 1 },
      { x: 0, y: 2 },
      { x: 1, y: 100 },
      { x: 1, y: 200 },
    ]);
    // Half-way by the absolute distance would be 1.5 and 150.
    expect([line(0), line(1)]).toEqual([expect.closeTo(1.2, 9), expect.closeTo(120, 9)]);
  });

  it('wants two points', () => {
    expect(() => lineThrough([{ x: 1, y: 1 }])).toThrow(RangeError);
  });
});

describe('measureContext', () => {
  it('tells the time of attention and of the rest, and the memory of a token', async () => {
    const measured = [await measureContext(8, PLAN), await measureContext(64, PLAN)];
    for (const { attention, rest, bytes } of measured) {
      expect(attention).toBeGreaterThan(0);
      expect(rest).toBeGreaterThan(0);
      expect(bytes).toBeGreaterThan(0);
    }
    expect(measured.map(({ blockSize }) => blockSize)).toEqual([8, 64]);
  });
});

describe('the report', () => {
  const measured: Measured[] = [
    { blockSize: 64, attention: 0.1, rest: 0.5, bytes: 1024 },
    { blockSize: 128, attention: 0.2, rest: 0.5, bytes: 2048 },
    { blockSize: 256, attention: 0.4, rest: 0.5, bytes: 1024 },
  ];

  it('holds each time to a line, and the memory to the least', () => {
    const rows = rowsOf(measured);
    for (const { timeToLine } of rows) expectClose(timeToLine, 1, absolute(5e-10));
    expect(rows.map(({ bytesToLeast }) => bytesToLeast)).toEqual([1, 2, 1]);
    const slow = rowsOf([...measured, { blockSize: 512, attention: 3, rest: 0.5, bytes: 1 }]);
    expect(slow[3].timeToLine).toBeGreaterThan(1.2);
  });

  it('prints a row, and draws all of them', () => {
    const rows = rowsOf(measured);
    expect(
      formatRow(rows[1], { ...PLAN, tokens: 256 })
        .trim()
        .split(/\s+/),
    ).toEqual([...['128', '2', '700', '200', '500', '1.00', '2.0', '2.00']]);
    const { panels } = contextCurves(rows, PLAN, MACHINE);
    expect(panels.map(({ lines }) => lines.map(({ label }) => label))).toEqual([
      ['all', 'attention', 'the rest'],
      ['memory'],
    ]);
    expect(panels[1].lines[0].points[1]).toEqual({ x: 128, y: 2 });
  });
});
