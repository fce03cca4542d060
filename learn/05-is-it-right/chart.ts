/** The V curve of chapter 5 as a picture; `node/draw.ts` writes it. */
import { lookOf, type Panel } from '../../src/experiments/report/chart.js';
import { drawChart } from '../../src/experiments/report/draw/draw.js';
import { measure } from './measure.js';

/** The text of an SVG file. */
export async function vCurve(): Promise<string> {
  const columns = await measure();
  const panel = {
    title: null,
    x: { label: 'step ε', unit: null, scale: 'log' },
    y: { label: 'error of the derivative', unit: null, scale: 'log' },
    series: columns.map(({ name, errors }, i) => ({
      name,
      look: lookOf(i),
      form: 'line',
      points: errors.map(({ step, error }) => ({ x: step, y: error })),
    })),
  } satisfies Panel;
  const named = {
    id: 'v-curve',
    title: 'The error of differences against their step',
    description:
      'Four curves, each the shape of a V: with a smaller step the error first falls, then rises again.',
  };
  return drawChart({ panels: [panel] }, named).file;
}
