/** What people should know when a run begins or is stopped. */
import { join } from 'node:path';
import { sourcesOf } from '../../training/data/data-source.js';
import type { DoneEvent } from '../../training/loop/events.js';
import {
  type Dataset,
  type OlderRun,
  PREVIOUS_CHECKPOINT,
  type Run,
  STDIN,
} from '../../training/node/index.js';
import { formatLoss, formatSteps } from '../format.js';
import { normalizedNote } from '../open-checkpoint.js';
import { type BackendChoice, commandName, shellWord } from '../options.js';

export function openingNotes(run: Run, choice: BackendChoice): string[] {
  const { state, settings, outDir, older, beginsWith } = run;
  const notes: string[] = [];
  if (beginsWith !== null) {
    notes.push(`begins with the weights of ${beginsWith.path}, after ${formatSteps(beginsWith.step)}`);
  }
  if (state.normalized > 0) notes.push(normalizedNote(state.normalized));
  if (older !== null && older.steps !== null) {
    notes.push(
      `${outDir} holds a run of ${formatSteps(older.steps)}; it is kept ${placeOf(older, outDir)} when this run ` +
        `first saves; to go on with it instead: ${resumeCommand(run, choice)}`,
    );
  }
  if (state.step > 0 && state.step >= settings.maxIters) {
    notes.push(
      `nothing is left to do: the run has made ${formatSteps(state.step)} and --max-iters is ${settings.maxIters}; ` +
        `to go on, at rates of a decay that is stretched to the new end: ${resumeCommand(run, choice)} --max-iters ${2 * state.step}`,
    );
  }
  return notes;
}

/** What a run is about to do that its settings hardly mean, or null. */
export function settingsNote({ state, settings }: Run): string | null {
  const { warmupIters, maxIters, learningRate } = settings;
  if (maxIters === 0 && state.step === 0) {
    return 'with --max-iters 0 no step is made: nothing will be saved, and there will be no report';
  }
  if (state.step >= maxIters || warmupIters < maxIters) return null;
  return (
    `a warm-up of ${formatSteps(warmupIters)} never gets to --learning-rate ${learningRate} in ${maxIters}; ` +
    `--warmup-iters ${Math.floor(maxIters / 10)} would`
  );
}

function placeOf({ keptIn, replaces }: OlderRun, outDir: string): string {
  if (keptIn !== null) return `in ${join(outDir, keptIn)}`;
  const lost = replaces === null ? '' : `, in place of an unfinished run of ${formatSteps(replaces)},`;
  return `as ${PREVIOUS_CHECKPOINT}${lost}`;
}

export function stoppedNote(run: Run, { steps, checkpoint }: DoneEvent, choice: BackendChoice): string {
  if (checkpoint === null) return 'stopped before the first step; nothing was saved';
  return `stopped after step ${steps}; saved to ${checkpoint}; go on with: ${resumeCommand(run, choice)}`;
}

/** Where early stopping has ended it. */
export function endedEarlyNote(run: Run, { steps }: DoneEvent, choice: BackendChoice): string {
  const { patience, bestValLoss } = run.state;
  const evaluations = patience.withoutBetter === 1 ? '1 evaluation' : `${patience.withoutBetter} evaluations`;
  return (
    `ended early, after step ${steps}: ${evaluations} without a better validation loss than ${formatLoss(bestValLoss ?? Number.NaN)}; ` +
    `to go on all the same: ${resumeCommand(run, choice)} --early-stopping 0`
  );
}

export function timeUpNote(run: Run, done: DoneEvent, choice: BackendChoice): string {
  return `the ${run.settings.maxMinutes} minutes of --max-minutes are over: ${stoppedNote(run, done, choice)}`;
}

/** What a command that reads the data again needs, where the checkpoint alone does not do: standard input is gone. */
export function dataAgain({ source = [] }: Dataset): string {
  const sources = sourcesOf(source);
  return sources.includes(STDIN) ? ` --data ${sources.map(shellWord).join(' ')}` : '';
}

/** The checkpoint knows everything else. */
function resumeCommand({ outDir, dataset }: Run, { backend, mode }: BackendChoice): string {
  const where = backend === 'wasm' ? '' : ` --backend ${backend}`;
  const how = mode === undefined ? '' : ` --mode ${mode}`;
  return `${commandName()} train --init-from resume --out-dir ${shellWord(outDir)}${where}${how}${dataAgain(dataset)}`;
}
