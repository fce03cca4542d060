/** A panel that lies: a row for every place, with bars from 0, whiskers and points to the right. */
import * as Plot from '@observablehq/plot';
import { axisTitle, isDrawable, isPlaced, type Panel, type Point, type Series } from '../chart.js';
import { dotStyle } from './marks.js';
import { INK, ON_WHITE } from './palette.js';
import { MARGIN, named, type Size } from './panel.js';
import { endsOf } from './scales.js';

const LETTER = 6.2;
const MOST_LETTERS = 36;
const ROW = 26;

export function rowsHeight(rows: readonly string[]): number {
  return MARGIN.top + ROW * rows.length + MARGIN.bottom;
}

export function drawRows(
  panel: Panel,
  rows: readonly string[],
  { width, height }: Size,
  document: Document,
): Element {
  const names = rows.map(shortened);
  const left = 16 + LETTER * Math.max(axisTitle(panel.x).length, ...names.map((name) => [...name].length));
  return Plot.plot({
    ...{ document, width, height },
    ...{ marginTop: MARGIN.top, marginRight: MARGIN.right, marginBottom: MARGIN.bottom, marginLeft: left },
    x: { domain: [...endsOf(panel, 'y')], nice: true, inset: 6 },
    y: { type: 'band', domain: rows.map((_, i) => i + 1), padding: 0.35 },
    marks: [
      Plot.gridX({ stroke: INK, strokeOpacity: 0.12 }),
      Plot.axisX({ ...named(panel.y), tickSize: 4, labelAnchor: 'center' }),
      Plot.axisY({
        ...named(panel.x),
        tickSize: 0,
        tickFormat: (place: number) => names[place - 1],
        labelAnchor: 'top',
      }),
      Plot.ruleX([0], { stroke: INK, strokeOpacity: 0.6 }),
      ...panel.series.flatMap((series) => rowMarks(panel, series)),
    ],
  });
}

function rowMarks({ x, y }: Panel, { look, form, points }: Series): Plot.Markish[] {
  const placed = points.filter((point) => isPlaced(point, x, y));
  if (form !== 'bars') return [Plot.dot(placed, { x: 'y', y: 'x', ...dotStyle(look) })];
  const whiskers = placed.filter(
    (point): point is Required<Point> => isDrawable(point.low, y) && isDrawable(point.high, y),
  );
  return [
    Plot.barX(placed, { x1: 0, x2: 'y', y: 'x', fill: ON_WHITE[look.colour], fillOpacity: 0.55 }),
    Plot.ruleY(whiskers, { x1: 'low', x2: 'high', y: 'x', stroke: INK, strokeWidth: 1.5 }),
  ];
}

function shortened(name: string): string {
  const letters = [...name];
  return letters.length <= MOST_LETTERS ? name : `${letters.slice(0, MOST_LETTERS - 1).join('')}…`;
}
