/** Numbers and names in sentences. */
import type { Architecture } from '../ngpt/index.js';

export function archName(arch: Architecture): string {
  return arch === 'ngpt' ? 'nGPT' : 'GPT';
}

/** Four digits after the point, as the command line has losses. */
export function loss(value: number): string {
  return Number.isFinite(value) ? value.toFixed(4) : 'no number';
}

/** Three digits that count. */
export function short(value: number): string {
  return Number.isFinite(value) ? formatTick(value) : 'no number';
}

/** `+0.62 %` */
export function signed(percent: number): string {
  if (!Number.isFinite(percent)) return 'no number';
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(2)} %`;
}

/** Two digits that count: times differ from run to run. */
export function rough(value: number): string {
  return short(Number(value.toPrecision(2)));
}

export function count(value: number, one: string, many = `${one}s`): string {
  return `${value.toLocaleString('en-US')} ${value === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c` */
export function list(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** `2 to 5`, or `2` where both ends read alike. */
export function range(values: readonly number[], format: (value: number) => string = short): string {
  const [low, high] = extremes(values);
  return format(low) === format(high) ? format(low) : `${format(low)} to ${format(high)}`;
}

/** The least and the greatest finite number; NaN twice where there is none. */
export function extremes(values: readonly number[]): readonly [number, number] {
  let [low, high] = [Number.NaN, Number.NaN];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (!(value >= low)) low = value;
    if (!(value <= high)) high = value;
  }
  return [low, high];
}

/** A name for what was measured, in sentences about several. */
export function namedValues(values: readonly (readonly [name: string, value: string])[]): string {
  return values.length === 1 ? values[0][1] : list(values.map(([name, value]) => `${value} for ${name}`));
}

const NUMBERS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });

/** 2,000 or 0.05 or 1e-7: as short as it can be read. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size >= 1e6 || size < 1e-3) return Number(value.toPrecision(2)).toExponential().replace('e+', 'e');
  return NUMBERS.format(Number(value.toPrecision(3)));
}
