import type { Command } from 'commander';
import type { DoneEvent, EvalEvent } from '../training/loop/events.js';
import { openRun, type Run, type RunRequest } from '../training/node/index.js';
import { endedEarlyNote, openingNotes, stoppedNote, timeUpNote } from './notes.js';
import { modeOf } from './options.js';
import { isOutputLost, onOutputLost } from './output.js';
import { printConfig } from './print-config.js';
import { jsonView, progressView, type TrainView } from './progress.js';
import { printReport } from './report.js';
import { StopSignal } from './stop-signal.js';
import { type TrainOptions, trainOptions } from './train-options.js';

export function addTrainCommand(program: Command): void {
  const command = program
    .command('train')
    .description(
      'Train a model. Options are named as in nanoGPT and win over the preset; defaults are those of nano-cpu.',
    );
  for (const option of trainOptions()) command.addOption(option);
  command.action(trainCommand);
}

async function trainCommand(options: TrainOptions): Promise<void> {
  const { data, preset, outDir, initFrom, backend, mode, printConfig: isDry, json, ...settings } = options;
  const view = json ? jsonView() : progressView();
  const request: RunRequest = {
    settings,
    notice: (line) => view.note(line),
    initFrom,
    backend,
    ...modeOf(options),
    ...(data === undefined ? {} : { data }),
    ...(preset === undefined ? {} : { preset }),
    ...(outDir === undefined ? {} : { outDir }),
  };
  if (isDry) return printConfig(request, options);
  const run = await openRun(request);
  const stop = new StopSignal((signal) =>
    view.note(`stopping after this step${signal === 'SIGINT' ? '; press Ctrl-C again to quit at once' : ''}`),
  );
  onOutputLost(() => stop.request());
  try {
    for (const note of openingNotes(run, options)) view.note(note);
    const { done, evaluation } = await follow(run, view, stop);
    if (done.reason === 'early-stopping') say(view, endedEarlyNote(run, done, options));
    if (stop.requested) say(view, stoppedNote(run, done, options));
    else if (done.reason === 'max-minutes') view.note(timeUpNote(run, done, options));
    else if (!json && evaluation !== null) await printReport(run, evaluation, done);
    if (stop.exitCode !== 0) process.exitCode = stop.exitCode;
  } finally {
    view.close();
    stop.close();
    await run.close();
  }
}

/** Shows the run's events up to the last. */
async function follow(run: Run, view: TrainView, stop: StopSignal) {
  let evaluation: EvalEvent | null = null;
  let done: DoneEvent | null = null;
  for await (const event of run.events(() => stop.requested)) {
    view.show(event);
    if (event.event === 'eval') evaluation = event;
    if (event.event === 'done') done = event;
  }
  if (done === null) throw new Error('the run ended without a done event');
  return { done, evaluation };
}

/** Also where stdout takes no more. */
function say(view: TrainView, text: string): void {
  if (isOutputLost()) process.stderr.write(`${text}\n`);
  else view.note(text);
}
