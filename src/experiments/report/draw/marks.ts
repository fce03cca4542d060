/** The marks of a series, as Observable Plot takes them. */
import * as Plot from '@observablehq/plot';
import { isDrawable, isPlaced, type Look, type Panel, type Point, type Series } from '../chart.js';
import { DASH_ARRAYS, ON_WHITE, SYMBOLS } from './palette.js';

/** Points that are nearer to each other show no marks of their own. */
const MARK_WIDTH = 12;
/** So far are whiskers of one place from each other, in pixels. */
const DODGE = 5;
/** Of all areas of a panel together. */
const AREA_OPACITY = 0.16;

/** The i-th series of a panel that is `width` pixels wide. */
export function seriesMarks(panel: Panel, i: number, width: number): Plot.Markish[] {
  const series = panel.series[i];
  const colour = ON_WHITE[series.look.colour];
  const line = { stroke: colour, strokeWidth: 1.8, ...dashed(series.look) };
  const placed = series.points.filter((point) => isPlaced(point, panel.x, panel.y));
  if (series.form === 'faint')
    return [lines(panel, i, { stroke: colour, strokeOpacity: 0.45, strokeWidth: 1 })];
  if (series.form === 'steps') return steps(placed, colour, AREA_OPACITY / panel.series.length, line);
  const whiskers = whiskersOf(placed, panel);
  const dx = isDodged(panel) ? DODGE * (i - (panel.series.length - 1) / 2) : 0;
  const stroke = { stroke: colour, strokeOpacity: 0.65, strokeWidth: 1.5 };
  return [
    Plot.ruleX(whiskers, { x: 'x', y1: 'low', y2: 'high', dx, ...stroke }),
    ...(series.form === 'line' ? [lines(panel, i, { ...line, dx })] : []),
    ...(placed.length * MARK_WIDTH > width ? [] : [dots(placed, series, dx)]),
  ];
}

/** How a mark looks, in panels and in legends. */
export function dotStyle({ colour, marker }: Look): Plot.DotOptions {
  const isOpen = marker === 'cross' || marker === 'star';
  const stroke = ON_WHITE[colour];
  const symbol = SYMBOLS[marker] as Plot.SymbolType;
  return { symbol, r: 3.2, stroke, fill: isOpen ? 'none' : stroke, strokeWidth: 1.4 };
}

function dashed({ dash }: Look) {
  const array = DASH_ARRAYS[dash];
  return array === null ? {} : { strokeDasharray: array };
}

function steps(points: readonly Point[], fill: string, fillOpacity: number, line: Plot.LineOptions) {
  const corners = { x: 'x', y: 'y', curve: 'step-after' } as const;
  return [
    Plot.areaY([...points], { ...corners, fill, fillOpacity }),
    Plot.line([...points], { ...corners, ...line }),
  ];
}

/** With gaps where there is no value. */
function lines({ x, y, series }: Panel, i: number, options: Plot.LineOptions) {
  const points = series[i].points.filter((point) => isDrawable(point.x, x));
  const whole = points.map((point) => (isPlaced(point, x, y) ? point : { ...point, y: Number.NaN }));
  return Plot.line(whole, { x: 'x', y: 'y', ...options });
}

/** Whether series stand beside each other, so that no whisker hides another. */
export function isDodged(panel: Panel): boolean {
  return panel.series.some(({ points }) => whiskersOf(points, panel).length > 0);
}

function whiskersOf(points: readonly Point[], { x, y }: Panel) {
  return points.flatMap(({ x: at, low, high }) =>
    isDrawable(at, x) && isDrawable(low, y) && isDrawable(high, y) && low < high
      ? [{ x: at, low, high }]
      : [],
  );
}

function dots(points: readonly Point[], { look }: Series, dx: number) {
  return Plot.dot([...points], { x: 'x', y: 'y', dx, ...dotStyle(look) });
}
