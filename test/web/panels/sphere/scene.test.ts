import { describe, expect, it } from 'vitest';
import type { Trace } from '../../../../src/experiments/inspect/trace.js';
import { keptWords, sceneOf } from '../../../../web/panels/sphere/scene.js';
import { wayRows } from '../../../../web/panels/sphere/way-rows.js';
import { expectClose } from '../../../helpers/values/close.js';
import { absolute } from '../../../helpers/values/tolerance.js';

/** Two steps of quarter turns. */
const EXACT: Trace = [
  { label: 'embedding', state: [1, 0, 0], norm: 1, target: null, alpha: null, stepLength: 0, angle: 0 },
  {
    ...{ label: 'attention 1', state: [0, 1, 0], norm: 1, target: [0, 0, 1] },
    ...{ alpha: [0.5, -0.25, 0], stepLength: Math.SQRT2, angle: Math.PI / 2 },
  },
];

const FOUR: Trace = [1, 2, 3, 4].map((norm, i) => ({
  ...{ label: i === 0 ? 'embedding' : `MLP ${i}`, norm, target: null, alpha: null, stepLength: 1, angle: 1 },
  state: [0, 1, 2, 3].map((j) => (j === i ? norm : 0)),
}));

describe('sceneOf', () => {
  it('shows three dimensions as they are', () => {
    const scene = sceneOf('ngpt', EXACT);
    expect(scene).toMatchObject({ isExact: true, kept: 1 });
    expect(scene.stops.map(({ place }) => place)).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(scene.stops[1]).toMatchObject({ target: [0, 0, 1], alpha: 0.25, degrees: 90 });
    expect(scene.stops[0]).toMatchObject({ target: null, alpha: null, degrees: 0 });
    expect(keptWords(scene)).toMatch(/exact/);
  });

  it('says how much of four it keeps', () => {
    const scene = sceneOf('gpt', FOUR);
    // All but the shortest of four states at right angles.
    expectClose(scene.kept, 29 / 30, absolute(5e-13));
    expect(scene.isExact).toBe(false);
    expect(keptWords(scene)).toContain('keeps 97 %');
  });

  it('looks from where the picture before did', () => {
    const first = sceneOf('gpt', FOUR);
    const turned = first.directions.map((direction) => direction.map((value) => -value)).reverse();
    const again = sceneOf('gpt', FOUR, turned);
    const rounded = (rows: readonly (readonly number[])[]) =>
      rows.map((row) => row.map((value) => Math.round(value * 1e9) / 1e9 + 0));
    expect(rounded(again.directions)).toEqual(rounded(turned));
  });
});

describe('wayRows', () => {
  it('has a row for each stop, and |α| of nGPT alone', () => {
    const rows = wayRows([sceneOf('ngpt', EXACT), sceneOf('gpt', EXACT)]);
    expect(rows).toEqual([
      [
        ...['after', 'nGPT: mean |α|', 'nGPT: angle', 'nGPT: length', 'nGPT: kept'],
        ...['GPT: angle', 'GPT: length', 'GPT: kept'],
      ],
      ['embedding', '', '', '1.000', '100 %', '', '1.000', '100 %'],
      ['attention 1', '0.250', '90.0°', '1.000', '100 %', '90.0°', '1.000', '100 %'],
    ]);
  });

  it('has a head alone before there is a model', () => {
    expect(wayRows([])).toEqual([['after']]);
  });
});
