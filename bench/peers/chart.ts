/** Which bars there are to draw; drawing them is for `libraries/draw.ts`. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { type CaseName, groupOf } from './protocol.js';
import { formatMs, formatRatio, type Report } from './report.js';

export interface Bar {
  /** Bars of one panel stand together under its name. */
  readonly panel: string;
  readonly label: string;
  readonly value: number;
  /** Written at its end. */
  readonly text: string;
  readonly isOurs: boolean;
}

export interface Chart {
  readonly title: string;
  readonly subtitle: string;
  /** What the axis shows. */
  readonly axis: string;
  /** Where bars begin; on a logarithmic axis if that is not 0. */
  readonly origin: 0 | 1;
  readonly bars: readonly Bar[];
}

/** The product that stands for all. */
const SHOWN_PRODUCT: CaseName = 'matmul 512';
const TITLES: Readonly<Record<ReturnType<typeof groupOf>, string>> = {
  matmul: 'matrix product',
  softmax: 'softmax',
  unit: 'unit norm',
  step: 'training step of nano-cpu',
};

/** One panel for every kind of case; of several products the one of 512, or the largest there is. */
export function peersChart({ results, machine }: Report): Chart {
  const base = results[0]?.contender ?? 'none';
  const products = [...new Set(results.map(({ name }) => name))].filter((name) => groupOf(name) === 'matmul');
  const shown = products.includes(SHOWN_PRODUCT) ? SHOWN_PRODUCT : products.at(-1);
  const bars = results
    .filter(({ name }) => groupOf(name) !== 'matmul' || name === shown)
    .map(({ name, contender, ratio, medianMs }) => ({
      panel: groupOf(name) === 'matmul' ? `${TITLES.matmul}, ${name.split(' ')[1]}³` : TITLES[groupOf(name)],
      label: contender,
      value: ratio,
      text: `${formatRatio(ratio)}  (${formatMs(medianMs)})`,
      isOurs: contender.startsWith('ours'),
    }));
  return {
    title: `How many times as long as ${base}`,
    subtitle: `${machine.cpu}, Node ${machine.node}; medians of one run, all in turn`,
    axis: 'times as long (logarithmic)',
    origin: 1,
    bars,
  };
}

/** Lines over the same sizes. */
export interface Panel {
  readonly title: string;
  readonly lines: readonly { readonly label: string; readonly points: readonly { x: number; y: number }[] }[];
}

export interface Curves {
  readonly title: string;
  readonly subtitle: string;
  /** What the sizes are of. */
  readonly axis: string;
  readonly panels: readonly Panel[];
}

const DRAW = new URL('./libraries/draw.ts', import.meta.url);
const DRAW_CURVES = new URL('./libraries/draw-curves.ts', import.meta.url);
const PLOT = new URL('./node_modules/@observablehq/plot', import.meta.url);

/** What there is to do before contenders can run, or charts be drawn. */
export const INSTALL = 'npm ci --prefix bench/peers';

const NOT_INSTALLED = `no chart: the plotting library is not installed, ${INSTALL} does it`;

/** Whether the packages of this folder are there. */
export function isInstalled(): boolean {
  return existsSync(PLOT);
}

/** Draws as SVG, where the plotting library is installed; returns what came of it, in a line. */
export async function writeChart(chart: Chart, path: string): Promise<string> {
  if (!isInstalled()) return NOT_INSTALLED;
  if (chart.bars.length === 0) return 'no chart: nothing was measured';
  const { draw } = (await import(DRAW.href)) as { draw(chart: Chart): string };
  await writeFile(path, draw(chart));
  return `Drawn in ${path}`;
}

/** The same for curves. */
export async function writeCurves(curves: Curves, path: string): Promise<string> {
  if (!isInstalled()) return NOT_INSTALLED;
  const { drawCurves } = (await import(DRAW_CURVES.href)) as { drawCurves(curves: Curves): string };
  await writeFile(path, drawCurves(curves));
  return `Drawn in ${path}`;
}
