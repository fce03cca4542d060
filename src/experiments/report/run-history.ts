/** The history of a run from the lines of its log. */
import type { LogLine } from '../../training/log/log-event.js';
import { medianOf } from '../median.js';
import { archName } from '../words.js';
import type { EvaluationPoint, RunHistory, StepPoint } from './figure.js';

/** What a log says of a run: of one that went on, the last start counts. */
export interface LoggedRun {
  readonly start: Extract<LogLine, { event: 'start' }>;
  readonly end: Extract<LogLine, { event: 'done' | 'stopped' }> | null;
  readonly history: RunHistory;
}

/** More points of a curve cannot be told apart. */
const MOST_POINTS = 600;

/** Null where the log does not tell of a start. */
export function runHistory(lines: Iterable<LogLine>, name?: string): LoggedRun | null {
  let start: LoggedRun['start'] | null = null;
  let end: LoggedRun['end'] = null;
  let seconds = 0;
  const steps: StepPoint[] = [];
  const times: number[] = [];
  const evaluations = new Map<number, EvaluationPoint>();
  for (const line of lines) {
    if (line.event === 'start') start = line;
    else if (line.event === 'done' || line.event === 'stopped') end = line;
    else if (line.event === 'step') {
      seconds += line.msPerStep / 1000;
      times.push(line.msPerStep);
      steps.push({ step: line.step, loss: line.loss, learningRate: line.lr });
    } else if (line.event === 'eval') {
      const { step, trainLoss, valLoss, maxNormError = null } = line;
      evaluations.set(step, { step, trainLoss, valLoss, seconds, maxNormError });
    }
  }
  if (start === null) return null;
  const stepsPerPoint = Math.max(1, Math.ceil(steps.length / MOST_POINTS));
  const history: RunHistory = {
    ...{ name: name ?? archName(start.arch), arch: start.arch },
    tokensPerStep: start.batchSize * start.blockSize,
    ...{ steps: thinned(steps, stepsPerPoint), stepsPerPoint, evaluations: [...evaluations.values()] },
    msPerStep: times.length === 0 ? null : medianOf(times),
  };
  return { start, end, history };
}

/** The mean loss of so many steps, at the last of them. */
function thinned(steps: readonly StepPoint[], every: number): StepPoint[] {
  if (every === 1) return [...steps];
  return Array.from({ length: Math.ceil(steps.length / every) }, (_, i) => {
    const some = steps.slice(i * every, (i + 1) * every);
    return { ...some.at(-1)!, loss: some.reduce((sum, { loss }) => sum + loss, 0) / some.length };
  });
}
