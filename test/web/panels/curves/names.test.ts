import { describe, expect, it } from 'vitest';
import type { Line } from '../../../../web/panels/curves/columns.js';
import { namesOf } from '../../../../web/panels/curves/names.js';

const curve = (...y: number[]): Line => ({ arch: 'ngpt', kind: 'batches', x: y.map((_, i) => i), y });
const across = [
  { name: 'pairs', loss: 2.5, y: 200 },
  { name: 'random', loss: 4.2, y: 40 },
];

describe('names of the lines across', () => {
  it('stand at the end where curves are not', () => {
    const names = namesOf(across, [curve(4.3, 3, 2.4), curve(4.2, 3.1, 2.6), curve()], 0, 12);
    expect(names).toEqual([
      { name: 'random', side: 'right', foot: 34 },
      { name: 'pairs', side: 'left', foot: 194 },
    ]);
  });

  it('stand at the left before there are curves', () => {
    expect(namesOf(across, [curve()], 0, 12).map(({ side }) => side)).toEqual(['left', 'left']);
  });

  it('stand below their line where there is no room above', () => {
    const close = [
      { name: 'best', loss: 2.4, y: 18 },
      { name: 'pairs', loss: 2.5, y: 10 },
      { name: 'random', loss: 2.6, y: 60 },
    ];
    const feet = namesOf(close, [], 0, 12).map(({ name, foot }) => [name, Math.round(foot)]);
    expect(feet).toEqual([
      ['pairs', 23],
      ['best', 31],
      ['random', 54],
    ]);
  });
});
