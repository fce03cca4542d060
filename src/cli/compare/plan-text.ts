import type { ComparisonFolder } from '../../experiments/compare/node/comparison-folder.js';
import { isDecided, type PlannedRun, runName } from '../../experiments/compare/plan.js';
import { formatCount, formatSteps } from '../format.js';

/** What a comparison would run: a line for each run, or a JSON object. */
export function describePlan(folder: ComparisonFolder, isJson: boolean): string {
  const runs = folder.runs().map((run) => ({ ...run, ...stateOf(run, folder) }));
  if (isJson) return `${runs.map((run) => JSON.stringify({ event: 'plan', ...run })).join('\n')}\n`;
  const left = runs.filter(({ isFinished }) => !isFinished);
  const steps = left.reduce((sum, { budget }) => sum + budget, 0);
  const { jobs } = folder.checked.machine;
  const lines = [
    ...runs.map(({ name, isFinished }) => `${isFinished ? 'finished' : 'to make '}  ${name}`),
    `${formatCount(runs.length)} runs, ${formatCount(left.length)} of them to make, of ${formatSteps(steps)} together; ${jobs} at a time`,
  ];
  return `${lines.join('\n')}\n`;
}

function stateOf(run: PlannedRun, folder: ComparisonFolder): { name: string; isFinished: boolean } {
  if (isDecided(run)) return { name: runName(run), isFinished: folder.isFinished(run) };
  const name = runName({ ...run, learningRate: 0 }).replace('-lr0-', '-lrBEST-');
  return { name, isFinished: false };
}
