/** From what is to be drawn to the ends and ticks of an axis. */

import { formatTick } from '../../words.js';
import { type Axis, isDrawable, isEmpty, type Panel } from '../chart.js';

export type Ends = readonly [number, number];

/** Where an axis begins and ends. */
export function endsOf({ series, x, y, reference }: Panel, which: 'x' | 'y'): Ends {
  const axis = which === 'x' ? x : y;
  const values = series.flatMap(({ points }) =>
    points.flatMap((point) => (which === 'x' ? [point.x] : [point.y, point.low, point.high])),
  );
  if (which === 'y' && reference !== undefined) values.push(reference.value);
  if (axis.includes !== undefined) values.push(axis.includes);
  const { most = Infinity } = axis;
  const placed = values.filter((value) => isDrawable(value, axis)).map((value) => Math.min(value, most));
  let [low, high] = [Infinity, -Infinity];
  for (const value of placed) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return axis.scale === 'log' ? widenByRatio(low, high) : widen(low, high);
}

/** Where the vertical axes of all panels begin and end that share one. */
export function commonEnds(panels: readonly Panel[]): Ends {
  const ends = panels.filter((panel) => !isEmpty(panel)).map((panel) => endsOf(panel, 'y'));
  if (ends.length === 0) return endsOf(panels[0], 'y');
  return [Math.min(...ends.map(([low]) => low)), Math.max(...ends.map(([, high]) => high))];
}

/** Room for values that are all the same, or there are none. */
function widen(low: number, high: number): Ends {
  if (low > high) return [0, 1];
  const room = Math.max(Math.abs(low), Math.abs(high));
  if (high - low > 1e-6 * room) return [low, high];
  const margin = room === 0 ? 1 : 0.05 * room;
  return [low - margin, high + margin];
}

function widenByRatio(low: number, high: number): Ends {
  if (low > high) return [1, 10];
  return high / low > 1.001 ? [low, high] : [low / 2, high * 2];
}

/** Ticks for a logarithmic axis: powers of ten, or more of them where few fit. */
export function logTicks([low, high]: Ends, most: number): number[] {
  const decades = Math.floor(Math.log10(high)) - Math.floor(Math.log10(low)) + 1;
  for (const mantissas of [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]]) {
    const ticks = multiples(low, decades, mantissas).filter((tick) => tick >= low && tick <= high);
    if (ticks.length >= 3) return thin(ticks, most);
  }
  return [low, high];
}

function multiples(low: number, decades: number, mantissas: readonly number[]): number[] {
  const first = Math.floor(Math.log10(low));
  return Array.from({ length: decades }, (_, i) => first + i).flatMap((power) =>
    // Through text, since 10 ** -5 times 3 is not 3e-5.
    mantissas.map((mantissa) => Number(`${mantissa}e${power}`)),
  );
}

function thin(ticks: readonly number[], most: number): number[] {
  const every = Math.ceil(ticks.length / most);
  return ticks.filter((_, i) => i % every === 0);
}

/** How far from its beginning a value lies on an axis of `length` pixels. */
export function placeOn({ scale }: Axis, [low, high]: Ends, value: number, length: number): number {
  return (
    length * (scale === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low))
  );
}

/** Of the ticks that were asked for those that do not run into each other; `length` is that of the axis in pixels. */
export function roomyTicks(
  ticks: readonly number[],
  axis: Axis,
  [low, high]: Ends,
  length: number,
): number[] {
  const place = (value: number) => placeOn(axis, [low, high], value, length);
  const kept: number[] = [];
  for (const tick of ticks) {
    if (!isDrawable(tick, axis) || tick < low || tick > high) continue;
    const last = kept.at(-1);
    if (last === undefined || place(tick) - place(last) >= labelWidth(tick)) kept.push(tick);
  }
  return kept;
}

/** With some room to the next. */
function labelWidth(tick: number): number {
  return 10 + 7 * formatTick(tick).length;
}
