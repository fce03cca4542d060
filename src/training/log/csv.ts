/** A log as a table for spreadsheets and plots. Explained in docs/logs.md. */
import type { LogLine } from './log-event.js';

/** The columns of `log.csv`; what an event does not have stays empty. */
export const CSV_COLUMNS = [
  ...['event', 'time', 'step', 'loss', 'lr', 'tokensPerSecond', 'msPerStep', 'usedBytes', 'reservedBytes'],
  ...['trainLoss', 'valLoss', 'maxNormError'],
] as const;

export const CSV_HEADER = `${CSV_COLUMNS.join()}\n`;

/** A row for a step or an evaluation, with the memory of all threads; null for other events. */
export function csvRow(line: LogLine): string | null {
  if (line.event !== 'step' && line.event !== 'eval') return null;
  const memory = line.event === 'step' ? line.memory : [];
  const total = (key: 'usedBytes' | 'reservedBytes') =>
    memory.length === 0 ? '' : memory.reduce((sum, each) => sum + each[key], 0);
  const values: Partial<Record<string, unknown>> = {
    ...line,
    usedBytes: total('usedBytes'),
    reservedBytes: total('reservedBytes'),
  };
  return `${CSV_COLUMNS.map((name) => values[name] ?? '').join()}\n`;
}
