/** What reports say of any study of many runs. */
import type { ComparedData, ComparedRun, Machine } from '../runs/run.js';
import { count, list } from '../words.js';
import type { Report } from './page/page.js';

export interface StudyParts {
  readonly time: string;
  readonly machine: Machine;
  readonly data: ComparedData;
  readonly runs: readonly ComparedRun[];
}

export function studyFacts({ time, machine, data, runs }: StudyParts): Report['facts'] {
  return [
    ['date', time],
    ['processor', machine.cpu],
    ['cores', String(machine.cores)],
    ['Node', machine.node],
    ['backend', `${machine.backend} (${list([...new Set(runs.map(({ mode }) => mode))])})`],
    ['runs at a time', String(machine.jobs)],
    ['data', `${data.name} (CRC-32 ${data.crc32})`],
    ['tokens to learn from', data.trainTokens.toLocaleString('en-US')],
    ['tokens to measure on', data.valTokens.toLocaleString('en-US')],
  ];
}

/** A sentence to follow others, where runs are missing. */
export function unfinishedText(missing: number): string {
  return missing === 0
    ? ''
    : ` ${count(missing, 'run')} of the plan ${missing === 1 ? 'is' : 'are'} missing.`;
}
