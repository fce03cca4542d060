/** The evaluations and times of a run, read from its log. */
import { join } from 'node:path';
import { decodeLine } from '../../../training/log/log-event.js';
import { readLines } from '../../../training/log/node/read-lines.js';
import { LOG_FILE } from '../../../training/log/node/run-log.js';
import { medianOf } from '../../median.js';
import type { RunEvaluation } from '../run.js';

/** What the log of a run tells of its way, through all interruptions. */
export interface RunHistory {
  readonly evaluations: readonly RunEvaluation[];
  /** Sum of the times of all steps. */
  readonly seconds: number;
  readonly msPerStep: number;
}

export function readHistory(outDir: string): RunHistory {
  const evaluations: RunEvaluation[] = [];
  const times: number[] = [];
  let seconds = 0;
  for (const { text } of readLines(join(outDir, LOG_FILE))) {
    const line = decodeLine(text);
    if (line?.event === 'step') {
      times.push(line.msPerStep);
      seconds += line.msPerStep / 1000;
    } else if (line?.event === 'eval') {
      const { step, trainLoss, valLoss, maxNormError } = line;
      evaluations.push({ step, trainLoss, valLoss, seconds, maxNormError });
    }
  }
  return { evaluations, seconds, msPerStep: times.length === 0 ? 0 : medianOf(times) };
}
