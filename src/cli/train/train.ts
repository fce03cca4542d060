/** The command `ngpt train`. Explained in docs/training.md. */
import type { Command } from 'commander';
import { releaseOnExit } from '../../training/files/node/lock/folder-lock.js';
import { errorLine } from '../errors.js';
import { requireNoStudy } from '../open-checkpoint.js';
import { isOutputLost, onOutputLost } from '../output.js';
import type { SessionMessage } from './messages.js';
import { printConfig } from './print-config.js';
import { jsonView, progressView, type TrainView } from './progress.js';
import { requestOf, runSession } from './session.js';
import { runInThread } from './start-thread.js';
import { StopSignal } from './stop-signal.js';
import { type TrainOptions, trainOptions } from './train-options.js';

/** Runs a session to its end, wherever. */
export type RunTraining = typeof runSession;

export function addTrainCommand(program: Command, runTraining: RunTraining = runInThread): void {
  const command = program
    .command('train')
    .description(
      'Train a model. Options are named as in nanoGPT and win over the preset; defaults are those of nano-cpu.',
    );
  for (const option of trainOptions()) command.addOption(option);
  command.action((options: TrainOptions) => trainCommand(options, runTraining));
}

async function trainCommand(options: TrainOptions, runTraining: RunTraining): Promise<void> {
  if (options.initFrom !== 'scratch') await requireNoStudy(originOf(options));
  const view = options.json ? jsonView() : progressView();
  if (options.printConfig)
    return printConfig(
      requestOf(options, (line) => view.note(line)),
      options,
    );
  const stop = new StopSignal((signal) =>
    view.note(`stopping after this step${signal === 'SIGINT' ? '; press Ctrl-C again to quit at once' : ''}`),
  );
  const tell = (message: SessionMessage) => {
    if (message.kind === 'opened') begin(stop, message.outDir);
    else show(view, message);
  };
  // The package gl, which brings WebGL to Node, loads in the main thread only; there a step still keeps out signals.
  const run = options.backend === 'gpu' ? runSession : runTraining;
  try {
    await run({ options, stopFlag: stop.flag }, tell);
    if (stop.exitCode !== 0) process.exitCode = stop.exitCode;
  } finally {
    view.close();
    stop.close();
  }
}

/** Where the run takes its checkpoint from; of the default out-dirs none holds many runs. */
function originOf({ initFrom, outDir = '' }: TrainOptions): string {
  return initFrom === 'resume' ? outDir : initFrom;
}

/** From now on there is something to save. */
function begin(stop: StopSignal, outDir: string): void {
  stop.listen();
  onOutputLost(() => stop.request());
  releaseOnExit(outDir);
}

function show(view: TrainView, message: Exclude<SessionMessage, { kind: 'opened' }>): void {
  if (message.kind === 'event') view.show(message.event);
  else if (message.kind === 'evaluating') view.evaluating(message.made, message.total);
  else if (message.kind === 'report') process.stdout.write(message.text);
  else if (message.kind === 'warning') process.stderr.write(errorLine(message.text));
  else if (message.kind === 'last-note' && isOutputLost()) process.stderr.write(`${message.text}\n`);
  else view.note(message.text);
}
