import type { StudyFolder } from '../../experiments/runs/node/study-folder.js';
import { isDecided, type PlannedRun, runName } from '../../experiments/runs/run.js';
import { formatCount, formatSteps } from '../format.js';

/** What a study would run: a line for each run, or a JSON object. */
export function describePlan(folder: StudyFolder<unknown>, isJson: boolean): string {
  const runs = folder.runs().map((run) => ({ ...run, ...stateOf(run, folder) }));
  if (isJson) return `${runs.map((run) => JSON.stringify({ event: 'plan', ...run })).join('\n')}\n`;
  const left = runs.filter(({ isFinished }) => !isFinished);
  const steps = left.reduce((sum, { budget }) => sum + budget, 0);
  const spared = left.filter(({ finishedRates }) => finishedRates.length > 0).length;
  const { jobs } = folder.study.setup.machine;
  const lines = [
    ...runs.map(planLine),
    `${formatCount(runs.length)} runs, ${formatCount(left.length)} of them to make, of ${formatSteps(steps)} together; ${jobs} at a time`,
    ...(spared === 0 ? [] : [sparedLine(spared)]),
  ];
  return `${lines.join('\n')}\n`;
}

interface RunState {
  readonly name: string;
  readonly isFinished: boolean;
  /** Of a run that waits for the best learning rate: those with which it is finished. */
  readonly finishedRates: readonly number[];
}

function planLine({ name, isFinished, finishedRates }: RunState): string {
  const unless = finishedRates.length === 0 ? '' : `, finished if ${finishedRates.join(' or ')} is best`;
  return `${isFinished ? 'finished' : 'to make '}  ${name}${unless}`;
}

function sparedLine(count: number): string {
  return `up to ${formatCount(count)} of those to make turn out to be finished, when the best learning rates are known`;
}

function stateOf(run: PlannedRun, folder: StudyFolder<unknown>): RunState {
  if (isDecided(run)) return { name: runName(run), isFinished: folder.isFinished(run), finishedRates: [] };
  const name = runName({ ...run, learningRate: 0 }).replace('-lr0-', '-lrBEST-');
  return { name, isFinished: false, finishedRates: folder.finishedRates(run) };
}
