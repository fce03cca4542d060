/** From starts that were timed to how long each stage takes. */
import { median } from '../peers/statistics.js';
import type { Start } from './processes.js';

/** Medians in milliseconds. */
export interface Result {
  /** Which build of the kernels ran. */
  readonly mode: string;
  readonly stages: Readonly<Record<string, number>>;
  /** From the start of the process to the end of the last stage. */
  readonly total: number;
  /** Processor time of all threads. */
  readonly cpu: number | null;
}

/** The starts have the same stages. @throws RangeError for none. */
export function resultOf(starts: readonly Start[]): Result {
  const total = median(starts.map(({ marks }) => marks.at(-1)!.at));
  const stages: Record<string, number> = {};
  for (const [i, { stage }] of starts[0].marks.entries()) {
    stages[stage] = median(starts.map(({ marks }) => marks[i].at - (i === 0 ? 0 : marks[i - 1].at)));
  }
  const cpus = starts.flatMap(({ cpu }) => cpu ?? []);
  return { mode: starts[0].mode, stages, total, cpu: cpus.length === 0 ? null : median(cpus) };
}
