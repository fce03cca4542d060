/** From what is to be drawn to the ends and ticks of an axis. */
import { type Axis, isDrawable, type Panel } from '../chart.js';

export type Ends = readonly [number, number];

/** Where an axis begins and ends. */
export function endsOf({ series, x, y, reference }: Panel, which: 'x' | 'y'): Ends {
  const axis = which === 'x' ? x : y;
  const values = series.flatMap(({ points }) =>
    points.flatMap((point) => (which === 'x' ? [point.x] : [point.y, point.low, point.high])),
  );
  if (which === 'y' && reference !== undefined) values.push(reference.value);
  if (axis.includes !== undefined) values.push(axis.includes);
  const placed = values.filter((value) => isDrawable(value, axis));
  let [low, high] = [Infinity, -Infinity];
  for (const value of placed) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return axis.scale === 'log' ? widenByRatio(low, high) : widen(low, high);
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
export function logTicks([low, high]: Ends, most = 6): number[] {
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

/** 2,000 or 0.05 or 1e-7: as short as it can be read. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size >= 1e6 || size < 1e-3) return Number(value.toPrecision(2)).toExponential().replace('e+', 'e');
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 });
}

/** Ticks that do not run into each other, of those that were asked for. */
export function roomyTicks(ticks: readonly number[], axis: Axis, [low, high]: Ends, most: number): number[] {
  const place = (value: number) =>
    axis.scale === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const kept: number[] = [];
  for (const tick of ticks) {
    if (!isDrawable(tick, axis) || tick < low || tick > high) continue;
    const last = kept.at(-1);
    if (last === undefined || place(tick) - place(last) >= 1 / most) kept.push(tick);
  }
  return kept;
}
