/** A run from its opening to the last word, wherever the terminal is. */
import { NumericError } from '../../tensor/index.js';
import type { DoneEvent, EvalEvent } from '../../training/loop/events.js';
import { openRun, type Run, type RunRequest } from '../../training/node/index.js';
import { dataOf, modeOf } from '../options.js';
import type { SessionMessage } from './messages.js';
import { endedEarlyNote, openingNotes, settingsNote, stoppedNote, timeUpNote } from './notes.js';
import { reportText, sampleText } from './report.js';
import { isRaised } from './stop-signal.js';
import type { TrainOptions } from './train-options.js';

/** Can be sent to another thread. */
export interface SessionStart {
  readonly options: TrainOptions;
  /** Raised when the run is to stop. */
  readonly stopFlag: Int32Array;
}

export type Tell = (message: SessionMessage) => void;

/** @throws SphereGradError what `openRun` and the run do. */
export async function runSession({ options, stopFlag }: SessionStart, tell: Tell): Promise<void> {
  const isStopped = () => isRaised(stopFlag);
  const run = await openRun(requestOf(options, (text) => tell({ kind: 'note', text })));
  try {
    tell({ kind: 'opened', outDir: run.outDir });
    for (const text of openingNotes(run, options)) tell({ kind: 'note', text });
    const doubt = options.json ? null : settingsNote(run);
    if (doubt !== null) tell({ kind: 'note', text: doubt });
    const { done, evaluation } = await follow(run, tell, isStopped);
    if (done.reason === 'early-stopping') {
      tell({ kind: 'last-note', text: endedEarlyNote(run, done, options) });
    }
    const isEarly = isStopped() || done.reason === 'max-minutes';
    if (!isEarly) return await tellResults(run, { done, evaluation }, options, tell);
    const path = await writePage(run, done, options, null, tell);
    if (path !== null && !options.json) tell({ kind: 'note', text: `report in ${path}` });
    // How to go on is the last that people read.
    const note = isStopped() ? stoppedNote : timeUpNote;
    tell({ kind: 'last-note', text: note(run, done, options) });
  } finally {
    await run.close();
  }
}

/** Where a run came to its end: what it learned, and what it writes now. */
async function tellResults(run: Run, { done, evaluation }: Ending, options: TrainOptions, tell: Tell) {
  const isTold = !options.json && evaluation !== null;
  const sample = isTold || wantsPage(options) ? await sampleText(run) : null;
  const page = await writePage(run, done, options, sample, tell);
  if (isTold)
    tell({ kind: 'report', text: await reportText(run, evaluation, done, { sample: sample ?? '', page }) });
}

/** The path of the report for browsers, if one is wanted and can be written. */
async function writePage(
  run: Run,
  done: DoneEvent,
  options: TrainOptions,
  sample: string | null,
  tell: Tell,
) {
  if (!wantsPage(options) || done.checkpoint === null) return null;
  try {
    // Only here: what draws is loaded when there is something to draw.
    const { writeRunReport } = await import('./write-run-report.js');
    return await writeRunReport(run, done, sample);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    tell({ kind: 'warning', text: `no report: ${reason}` });
    return null;
  }
}

/** Programs that read JSON ask for it. */
function wantsPage({ report, json }: TrainOptions): boolean {
  return report ?? !json;
}

export function requestOf(options: TrainOptions, notice: (line: string) => void): RunRequest {
  const {
    data,
    preset,
    outDir,
    initFrom,
    backend,
    mode: _,
    printConfig: __,
    json: ___,
    report: ____,
    ...settings
  } = options;
  return {
    ...{ settings, notice, initFrom, backend },
    ...modeOf(options),
    ...(data === undefined ? {} : { data: dataOf(data) }),
    ...(preset === undefined ? {} : { preset }),
    ...(outDir === undefined ? {} : { outDir }),
  };
}

interface Ending {
  readonly done: DoneEvent;
  readonly evaluation: EvalEvent | null;
}

/** Tells the run's events up to the last. */
async function follow(run: Run, tell: Tell, isStopped: () => boolean): Promise<Ending> {
  let evaluation: EvalEvent | null = null;
  let done: DoneEvent | null = null;
  const evaluating = (made: number, total: number) => tell({ kind: 'evaluating', made, total });
  try {
    for await (const event of run.events(isStopped, evaluating)) {
      tell({ kind: 'event', event });
      if (event.event === 'eval') evaluation = event;
      if (event.event === 'done') done = event;
    }
  } catch (error) {
    throw error instanceof NumericError ? withAdvice(error, run) : error;
  }
  if (done === null) throw new Error('the run ended without a done event');
  return { done, evaluation };
}

/** What to do about a loss that is no number. */
function withAdvice(error: NumericError, { settings }: Run): NumericError {
  const advice = `give a lower --learning-rate than ${settings.learningRate}`;
  return new NumericError(`${error.message}; ${advice}`, { cause: error });
}
