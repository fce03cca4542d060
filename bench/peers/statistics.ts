/** From samples to what is printed. */
import type { CaseName } from './protocol.js';

/** One sample: in which round, and how long one run took. */
export interface Sample {
  readonly round: number;
  readonly ms: number;
}

/** The samples of one contender in one case, in the order of rounds. */
export interface Series {
  readonly name: CaseName;
  readonly contender: string;
  readonly samples: readonly Sample[];
}

export interface Summary {
  readonly name: CaseName;
  readonly contender: string;
  readonly samples: number;
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** Half of the samples lie this far apart, as a part of the median. */
  readonly spread: number;
  /** How many times as long as the first of the same case, round by round; its own is 1. */
  readonly ratio: number;
}

/** @throws RangeError for no values: what was not measured has no median. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Between two values where it falls between them. @throws RangeError for no values. */
export function quantile(values: readonly number[], part: number): number {
  if (values.length === 0) throw new RangeError('no values have no median');
  const sorted = [...values].sort((a, b) => a - b);
  const place = part * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (high - low) * (place - Math.floor(place));
}

/**
 * The median of how many times as long `series` took as `base`, over the rounds that both have: what slowed a whole round
 * down cancels out. @throws RangeError where they share none.
 */
export function ratio(series: readonly Sample[], base: readonly Sample[]): number {
  const times = new Map(base.map(({ round, ms }) => [round, ms]));
  const ratios = series.flatMap(({ round, ms }) => {
    const other = times.get(round);
    return other === undefined ? [] : [ms / other];
  });
  return median(ratios);
}

/** Of every series, compared with the first one of its case. */
export function summarise(all: readonly Series[]): Summary[] {
  return all.map(({ name, contender, samples }) => {
    const base = all.find((other) => other.name === name)!;
    const times = samples.map(({ ms }) => ms);
    const medianMs = median(times);
    return {
      name,
      contender,
      samples: samples.length,
      medianMs,
      minMs: Math.min(...times),
      maxMs: Math.max(...times),
      spread: (quantile(times, 0.75) - quantile(times, 0.25)) / medianMs,
      ratio: ratio(samples, base.samples),
    };
  });
}
