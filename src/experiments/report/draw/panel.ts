/** One panel, drawn by Observable Plot. */
import * as Plot from '@observablehq/plot';
import { formatTick } from '../../words.js';
import { type Axis, axisTitle, isDrawable, type Panel } from '../chart.js';
import { cutOff } from './cut-off.js';
import { endLabelRoom, endLabels } from './end-labels.js';
import { isDodged, seriesMarks } from './marks.js';
import { INK, PAPER } from './palette.js';
import { type Ends, endsOf, logTicks, roomyTicks } from './scales.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const MARGIN = { top: 24, right: 18, bottom: 42, left: 58 };
/** So many pixels for each tick of an axis. */
const TICK_WIDTH = 60;
const TICK_HEIGHT = 30;
/** Room beside the first and the last place for marks that stand beside it. */
const INSET = 12;

export function drawPanel(given: Panel, yEnds: Ends, { width, height }: Size, document: Document): Element {
  const panel = cutOff(given);
  const xEnds = endsOf(panel, 'x');
  const right = MARGIN.right + endLabelRoom(panel);
  const inner = { width: width - MARGIN.left - right, height: height - MARGIN.top - MARGIN.bottom };
  const xTicks = ticksOf(panel.x, xEnds, inner.width, TICK_WIDTH);
  const yTicks = ticksOf(panel.y, yEnds, inner.height, TICK_HEIGHT);
  return Plot.plot({
    document,
    width,
    height,
    marginTop: MARGIN.top,
    marginRight: right,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    x: { ...scaleOf(panel.x, xEnds), inset: isDodged(panel) ? INSET : 0 },
    y: { ...scaleOf(panel.y, yEnds), nice: isLinear(panel.y) && panel.y.most === undefined },
    marks: [
      Plot.gridY({ ...yTicks, stroke: INK, strokeOpacity: 0.12 }),
      Plot.axisX({
        ...xTicks,
        ...named(panel.x),
        tickSize: 4,
        labelAnchor: 'center',
      }),
      Plot.axisY({ ...yTicks, ...named(panel.y), tickSize: 0 }),
      Plot.frame({ anchor: 'left', stroke: INK, strokeOpacity: 0.35 }),
      ...referenceMarks(panel, xEnds),
      ...panel.series.flatMap((_, i) => seriesMarks(panel, i, inner.width)),
      ...endLabels(panel, xEnds, yEnds, inner),
    ],
  });
}

function isLinear({ scale }: Axis): boolean {
  return scale !== 'log';
}

function scaleOf({ scale = 'linear' }: Axis, ends: Ends) {
  return { type: scale, domain: [...ends] };
}

export function named(axis: Axis) {
  return { label: axisTitle(axis), labelArrow: 'none', fontSize: 11 } as const;
}

/** Plot's own ticks where nothing speaks for others. */
function ticksOf(axis: Axis, ends: Ends, length: number, size: number) {
  const most = Math.max(3, Math.floor(length / size));
  if (axis.ticks !== undefined)
    return { ticks: roomyTicks(axis.ticks, axis, ends, length), tickFormat: formatTick };
  return isLinear(axis) ? { ticks: most } : { ticks: logTicks(ends, most), tickFormat: formatTick };
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
