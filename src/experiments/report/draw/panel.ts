/** One panel, drawn by Observable Plot. */
import * as Plot from '@observablehq/plot';
import { type Axis, axisTitle, isDrawable, isPlaced, type Panel, type Point, type Series } from '../chart.js';
import { DASH_ARRAYS, INK, ON_WHITE, PAPER, SYMBOLS } from './palette.js';
import { type Ends, endsOf, formatTick, logTicks, roomyTicks } from './scales.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

const MARGIN = { top: 24, right: 18, bottom: 42, left: 58 };
/** A label of the horizontal axis takes so much. */
const TICK_WIDTH = 52;
/** More points than this show no marks of their own. */
const MOST_MARKED = 60;

export function drawPanel(panel: Panel, { width, height }: Size, document: Document): Element {
  const [xEnds, yEnds] = [endsOf(panel, 'x'), endsOf(panel, 'y')];
  const mostTicks = Math.max(2, Math.floor((width - MARGIN.left - MARGIN.right) / TICK_WIDTH));
  return Plot.plot({
    document,
    width,
    height,
    marginTop: MARGIN.top,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    x: scaleOf(panel.x, xEnds),
    y: { ...scaleOf(panel.y, yEnds), nice: isLinear(panel.y) },
    marks: [
      Plot.gridY({ ...ticksOf(panel.y, yEnds, 6), stroke: INK, strokeOpacity: 0.12 }),
      Plot.axisX({
        ...ticksOf(panel.x, xEnds, mostTicks),
        ...named(panel.x),
        tickSize: 4,
        labelAnchor: 'center',
      }),
      Plot.axisY({ ...ticksOf(panel.y, yEnds, 6), ...named(panel.y), tickSize: 0 }),
      Plot.ruleX([xEnds[0]], { stroke: INK, strokeOpacity: 0.35 }),
      ...referenceMarks(panel, xEnds),
      ...panel.series.flatMap((series) => marksOf(series, panel)),
    ],
  });
}

function isLinear({ scale }: Axis): boolean {
  return scale !== 'log';
}

function scaleOf({ scale = 'linear' }: Axis, ends: Ends) {
  return { type: scale, domain: [...ends] };
}

function named(axis: Axis) {
  return { label: axisTitle(axis), labelArrow: 'none', fontSize: 11 } as const;
}

/** Plot's own ticks where nothing speaks for others. */
function ticksOf(axis: Axis, ends: Ends, most: number) {
  const wanted = axis.ticks ?? (isLinear(axis) ? null : logTicks(ends));
  if (wanted === null) return { ticks: Math.min(most, 6) };
  return { ticks: roomyTicks(wanted, axis, ends, most), tickFormat: formatTick };
}

function referenceMarks({ reference, x, y }: Panel, ends: Ends): Plot.Markish[] {
  if (reference === undefined || !isDrawable(reference.value, y)) return [];
  const { value, label } = reference;
  // At the end of the axis, where curves seldom are.
  const at = isLinear(x) ? ends[0] + 0.98 * (ends[1] - ends[0]) : ends[1];
  return [
    Plot.ruleY([value], { stroke: INK, strokeDasharray: '3 3', strokeOpacity: 0.6 }),
    Plot.text([label], { x: [at], y: [value], dy: -7, textAnchor: 'end', fontSize: 11, ...halo() }),
  ];
}

/** Keeps text legible where lines run behind it. */
function halo() {
  return { fill: INK, stroke: PAPER, strokeWidth: 3 };
}

function marksOf(series: Series, { x, y }: Panel): Plot.Markish[] {
  const { look, form } = series;
  const placed = series.points.filter((point) => isPlaced(point, x, y));
  const colour = ON_WHITE[look.colour];
  const dash = DASH_ARRAYS[look.dash];
  const line = { stroke: colour, strokeWidth: 1.8, ...(dash === null ? {} : { strokeDasharray: dash }) };
  if (form === 'faint')
    return [lines(series, { x, y }, { stroke: colour, strokeOpacity: 0.45, strokeWidth: 1 })];
  if (form === 'steps') {
    const area = Plot.areaY(placed, { x: 'x', y: 'y', fill: colour, fillOpacity: 0.12, curve: 'step-after' });
    return [area, Plot.line(placed, { x: 'x', y: 'y', curve: 'step-after', ...line })];
  }
  const whiskers = placed.flatMap(({ x: at, low, high }) =>
    isDrawable(low, y) && isDrawable(high, y) && low < high ? [{ x: at, low, high }] : [],
  );
  return [
    Plot.ruleX(whiskers, {
      x: 'x',
      y1: 'low',
      y2: 'high',
      stroke: colour,
      strokeOpacity: 0.6,
      strokeWidth: 1.5,
    }),
    ...(form === 'line' ? [lines(series, { x, y }, line)] : []),
    ...(placed.length > MOST_MARKED ? [] : [dots(placed, series)]),
  ];
}

/** With gaps where there is no value. */
function lines({ points }: Series, { x, y }: Pick<Panel, 'x' | 'y'>, options: Plot.LineOptions) {
  const whole = points.map((point) => (isPlaced(point, x, y) ? point : { ...point, y: Number.NaN }));
  return Plot.line(
    whole.filter((point) => isDrawable(point.x, x)),
    { x: 'x', y: 'y', ...options },
  );
}

function dots(points: readonly Point[], { look }: Series) {
  return Plot.dot([...points], {
    x: 'x',
    y: 'y',
    symbol: SYMBOLS[look.marker] as Plot.SymbolType,
    r: 3.2,
    stroke: ON_WHITE[look.colour],
    fill: look.marker === 'cross' || look.marker === 'star' ? 'none' : ON_WHITE[look.colour],
    strokeWidth: 1.4,
  });
}
