import type { StudyFolder } from '../../experiments/runs/node/study/study-folder.js';
import { isDecided, type PlannedRun, runName } from '../../experiments/runs/run.js';
import { formatCount, formatSteps } from '../format.js';

/** What a study would run: a line for each run, or a JSON object. */
export async function describePlan(folder: StudyFolder<unknown>, isJson: boolean): Promise<string> {
  const runs = await Promise.all(
    folder.runs().map(async (run) => ({ ...run, ...(await stateOf(run, folder)) })),
  );
  if (isJson) return `${runs.map((run) => JSON.stringify({ event: 'plan', ...run })).join('\n')}\n`;
  const left = runs.filter(({ isFinished }) => !isFinished);
  const steps = left.reduce((sum, { budget, savedStep }) => sum + budget - (savedStep ?? 0), 0);
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
  /** Of one that was interrupted: the step that it goes on from. */
  readonly savedStep: number | null;
  /** Of a run that waits for the best learning rate: those with which it is finished. */
  readonly finishedRates: readonly number[];
}

function planLine({ name, isFinished, savedStep, finishedRates }: RunState): string {
  const from = savedStep === null ? '' : `, goes on from step ${formatCount(savedStep)}`;
  const unless = finishedRates.length === 0 ? '' : `, finished if ${finishedRates.join(' or ')} is best`;
  return `${isFinished ? 'finished' : 'to make '}  ${name}${from}${unless}`;
}

function sparedLine(count: number): string {
  return `up to ${formatCount(count)} of those to make turn out to be finished, when the best learning rates are known`;
}

async function stateOf(run: PlannedRun, folder: StudyFolder<unknown>): Promise<RunState> {
  if (isDecided(run)) {
    const state = { isFinished: folder.isFinished(run), savedStep: await folder.savedStep(run) };
    return { name: runName(run), ...state, finishedRates: [] };
  }
  const name = runName({ ...run, learningRate: 0 }).replace('-lr0-', '-lrBEST-');
  return { name, isFinished: false, savedStep: null, finishedRates: folder.finishedRates(run) };
}
