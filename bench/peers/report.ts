/** What a comparison comes to, for people and as JSON. */
import { arch, cpus } from 'node:os';
import type { Absence } from './run.js';
import type { Summary } from './statistics.js';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly arch: string;
  /** Version of the Node that ran the contenders. */
  readonly node: string;
}

export interface Report {
  readonly date: string;
  readonly machine: Machine;
  readonly rounds: number;
  /** What each contender called itself. */
  readonly labels: Readonly<Record<string, string>>;
  readonly results: readonly Summary[];
  readonly absences: readonly Absence[];
}

export function thisMachine(node: string): Machine {
  return { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, arch: arch(), node };
}

/** A table for each case, and what ran it. */
export function formatReport({ machine, results, rounds }: Report): string {
  const lines = [
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; ${rounds} rounds, all in turn.`,
    'Ratio: how many times as long as the first of the case, the median over rounds. Compare ratios, of one run.',
  ];
  const names = [...new Set(results.map(({ name }) => name))];
  for (const name of names) {
    lines.push(
      '',
      `${name.padEnd(28)}${['median', 'least', 'most', 'spread', 'samples', 'ratio'].map(cell).join('')}`,
    );
    for (const result of results.filter((other) => other.name === name)) lines.push(row(result));
  }
  return lines.join('\n');
}

function row({ contender, medianMs, minMs, maxMs, spread, samples, ratio }: Summary): string {
  const cells = [
    ...[medianMs, minMs, maxMs].map(formatMs),
    `${(100 * spread).toFixed(0)} %`,
    String(samples),
    formatRatio(ratio),
  ];
  return `  ${contender.padEnd(26)}${cells.map(cell).join('')}`;
}

/** Three digits, in the unit that suits. */
export function formatMs(ms: number): string {
  if (ms < 1) return `${digits(1000 * ms)} µs`;
  return ms < 1000 ? `${digits(ms)} ms` : `${digits(ms / 1000)} s`;
}

export function formatRatio(ratio: number): string {
  return `${digits(ratio)}×`;
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function cell(text: string): string {
  return text.padStart(10);
}
