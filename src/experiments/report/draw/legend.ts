/** The series of a chart by name, in rows above the panels. */
import * as Plot from '@observablehq/plot';
import type { Chart, Look, Series } from '../chart.js';
import { element } from './document.js';
import { dotStyle } from './marks.js';
import { DASH_ARRAYS, INK, ON_WHITE } from './palette.js';

/** As wide as a letter gets on average, generously: there is nothing here to measure text with. */
const LETTER = 6.9;
const SAMPLE = 30;
const GAP = 22;
const ROW = 20;

export interface Legend {
  readonly elements: readonly Element[];
  readonly height: number;
}

export function drawLegend(chart: Chart, width: number, document: Document): Legend {
  const entries = distinct(chart);
  let [x, row] = [0, 0];
  const elements = entries.flatMap((series) => {
    const needed = SAMPLE + 6 + LETTER * shortened(series.name).length;
    if (x > 0 && x + needed > width) [x, row] = [0, row + 1];
    const made = entry(series, x, row * ROW, document);
    x += needed + GAP;
    return made;
  });
  return { elements, height: entries.length === 0 ? 0 : (row + 1) * ROW };
}

/** Longer names would leave the picture. */
const LONGEST = 80;

function shortened(name: string): string {
  const letters = [...name];
  return letters.length <= LONGEST ? name : `${letters.slice(0, LONGEST - 1).join('')}…`;
}

/** Every panel has the same ones, or some of them. */
function distinct({ panels }: Chart): Series[] {
  const byName = new Map<string, Series>();
  for (const series of panels.flatMap((panel) => panel.series)) {
    if (!byName.has(series.name)) byName.set(series.name, series);
  }
  return [...byName.values()];
}

function entry({ name, look, form }: Series, x: number, y: number, document: Document): Element[] {
  const colour = ON_WHITE[look.colour];
  const middle = y + ROW / 2 - 3;
  const isFaint = form === 'faint';
  const line = element(document, 'line', {
    ...{ x1: x, x2: x + SAMPLE, y1: middle, y2: middle, stroke: colour },
    'stroke-width': form === 'bars' ? 10 : isFaint ? 1 : 1.8,
    'stroke-opacity': form === 'bars' ? 0.55 : isFaint ? 0.45 : null,
    'stroke-dasharray': isFaint ? null : DASH_ARRAYS[look.dash],
  });
  const hasMarker = form === 'line' || form === 'points';
  const text = element(
    document,
    'text',
    { x: x + SAMPLE + 6, y: middle + 4, fill: INK, 'font-size': 12 },
    shortened(name),
  );
  return [
    ...(form === 'points' ? [] : [line]),
    ...(hasMarker ? [sample(look, x + SAMPLE / 2, middle, document)] : []),
    text,
  ];
}

/** The same mark as in the panels. */
function sample(look: Look, x: number, y: number, document: Document): Element {
  const plot = Plot.plot({
    ...{ document, width: 14, height: 14, margin: 0, axis: null },
    x: { domain: [-1, 1], range: [0, 14] },
    y: { domain: [-1, 1], range: [0, 14] },
    marks: [Plot.dot([[0, 0]], dotStyle(look))],
  });
  plot.setAttribute('x', String(x - 7));
  plot.setAttribute('y', String(y - 7));
  return plot;
}
