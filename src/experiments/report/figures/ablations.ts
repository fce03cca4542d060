/** What ablations cost: a bar for each. */

import { signed } from '../../words.js';
import type { Axis, Look, Series } from '../chart.js';
import { lookOf } from '../chart.js';
import type { Figure, FigureData } from '../figure.js';

const PAPER: Look = { colour: 'black', dash: 'dotted', marker: 'diamond' };

/** The change in loss of every ablation, in rows. */
export function ablations({ comparison }: FigureData): Figure | null {
  const measured = (comparison?.ablations ?? []).flatMap(({ percent, ...rest }) =>
    percent === null ? [] : [{ ...rest, percent }],
  );
  if (measured.length === 0) return null;
  const series: Series[] = [
    {
      ...{ name: 'here (whiskers: seeds)', look: lookOf(0), form: 'bars' },
      points: measured.map(({ percent }, i) => ({
        ...{ x: i + 1, y: percent.mean, low: percent.lowest, high: percent.highest },
      })),
    },
    {
      ...{ name: 'paper', look: PAPER, form: 'points' },
      points: measured.flatMap(({ paper }, i) => (paper === null ? [] : [{ x: i + 1, y: paper.percent }])),
    },
  ];
  const x: Axis = { label: 'change', unit: null, ticks: measured.map((_, i) => i + 1) };
  const y: Axis = { label: 'change of the loss', unit: 'per cent', includes: 0 };
  const rows = measured.map(({ name }) => name);
  const sorted = [...measured].sort((a, b) => b.percent.mean - a.percent.mean);
  const [worst, best] = [sorted[0], sorted.at(-1)!];
  return {
    title: 'Ablations',
    chart: { panels: [{ title: null, x, y, series, rows, reference: { value: 0, label: 'as the recipe' } }] },
    paper:
      'Table 5: all scales as scalars +0.62 %, s_qk, s_u and s_v fixed +0.20 %; table 6: no q-k normalization +0.12 %.',
    finding: `The loss changed by ${signed(best.percent.mean)} (${best.name}) to ${signed(worst.percent.mean)} (${worst.name}); a change whose whiskers cross 0 is within the spread of the seeds.`,
  };
}
