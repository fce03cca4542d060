/** What was measured of the block sizes, as a table and as curves. */
import type { Curves } from '../peers/chart.js';
import type { Machine } from '../peers/report.js';
import { lineThrough } from './line.js';
import type { Measured, Plan } from './measure.js';

export interface Row extends Measured {
  /** Milliseconds per token, attention and all. */
  readonly time: number;
  /** How many times as long as the line a + b·blockSize, fitted to all rows, says. */
  readonly timeToLine: number;
  /** How many times the bytes per token of the row with the least. */
  readonly bytesToLeast: number;
}

/** A token attends to all before it, so its time grows by the same for each more; its bytes do not grow. */
export function rowsOf(measured: readonly Measured[]): Row[] {
  const timed = measured.map((each) => ({ ...each, time: each.attention + each.rest }));
  const line = lineThrough(timed.map(({ blockSize, time }) => ({ x: blockSize, y: time })));
  const least = Math.min(...timed.map(({ bytes }) => bytes));
  return timed.map((each) => ({
    ...each,
    timeToLine: each.time / line(each.blockSize),
    bytesToLeast: each.bytes / least,
  }));
}

export const HEADER = [
  ...[
    'block',
    'batch',
    'µs per token',
    'attention',
    'the rest',
    'to a line',
    'KiB per token',
    'to the least',
  ],
]
  .map(cell)
  .join('');

export function formatRow(
  { blockSize, time, attention, rest, timeToLine, bytes, bytesToLeast }: Row,
  { tokens }: Plan,
) {
  const microseconds = [time, attention, rest].map((ms) => (1000 * ms).toFixed(0));
  const cells = [
    ...[String(blockSize), String(tokens / blockSize), ...microseconds, timeToLine.toFixed(2)],
    ...[(bytes / 1024).toFixed(1), bytesToLeast.toFixed(2)],
  ];
  return cells.map(cell).join('');
}

function cell(text: string): string {
  return text.padStart(15);
}

/** Time and memory over the block size, both from zero. */
export function contextCurves(rows: readonly Row[], plan: Plan, { cpu, node }: Machine): Curves {
  const { nLayer, nHead, nEmbd, tokens } = plan;
  const line = (label: string, of: (row: Row) => number) => ({
    label,
    points: rows.map((row) => ({ x: row.blockSize, y: of(row) })),
  });
  return {
    title: 'A training step over the length of its blocks',
    subtitle: `n_layer ${nLayer}, n_head ${nHead}, n_embd ${nEmbd}, ${tokens} tokens a step, one thread; ${cpu}, Node ${node}`,
    axis: 'block size',
    panels: [
      {
        title: 'microseconds per token',
        lines: [
          line('all', ({ time }) => 1000 * time),
          line('attention', ({ attention }) => 1000 * attention),
          line('the rest', ({ rest }) => 1000 * rest),
        ],
      },
      {
        title: 'KiB per token, beyond parameters and moments',
        lines: [line('memory', ({ bytes }) => bytes / 1024)],
      },
    ],
  };
}
