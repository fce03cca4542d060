import { type Command, Option } from 'commander';
import type { BackendName } from '../tensor/index.js';
import type { DoneEvent, EvalEvent } from '../training/events.js';
import { openRun, PRESETS, type Run, type RunRequest, type TrainSettings } from '../training/node/index.js';
import { openingNotes, stoppedNote } from './notes.js';
import { backendOption, numberOption } from './options.js';
import { isOutputLost, onOutputLost } from './output.js';
import { jsonView, progressView, type TrainView } from './progress.js';
import { printReport } from './report.js';
import { StopSignal } from './stop-signal.js';

interface TrainOptions extends Partial<TrainSettings> {
  data?: string;
  preset?: string;
  outDir?: string;
  initFrom: 'scratch' | 'resume';
  backend: BackendName;
  json?: boolean;
}

export function addTrainCommand(program: Command): void {
  program
    .command('train')
    .description('Train a model. Options are named as in nanoGPT and win over the preset.')
    .addOption(
      new Option('--preset <name>', 'where to start (default: nano-cpu)').choices(Object.keys(PRESETS)),
    )
    .addOption(new Option('--arch <name>', 'the model (default: ngpt)').choices(['ngpt', 'gpt']))
    .option(
      '--data <source>',
      "moby-dick (default), a text file, or a folder with nanoGPT's train.bin and val.bin",
    )
    .addOption(new Option('--tokenizer <name>', 'for text (default: char)').choices(['char', 'gpt2']))
    .addOption(numberOption('--n-layer <count>', 'blocks'))
    .addOption(numberOption('--n-head <count>', 'attention heads'))
    .addOption(numberOption('--n-embd <size>', 'embedding dimension'))
    .addOption(numberOption('--d-mlp <size>', 'width of the MLP (default: 4 times n-embd)'))
    .addOption(numberOption('--block-size <tokens>', 'longest sequence'))
    .addOption(numberOption('--batch-size <count>', 'sequences in a batch'))
    .addOption(numberOption('--max-iters <count>', 'optimizer steps'))
    .addOption(numberOption('--learning-rate <rate>', 'after the warm-up'))
    .addOption(numberOption('--warmup-iters <count>', 'steps of linear warm-up (default: ngpt 0, gpt 100)'))
    .addOption(numberOption('--min-lr <rate>', 'where the cosine ends (default: 0)'))
    .addOption(numberOption('--grad-clip <norm>', 'largest length of the gradient, 0 for any (default: 1)'))
    .addOption(
      numberOption('--alpha-init <value>', 'first eigen learning rate of nGPT, of the order of 1/n-layer'),
    )
    .addOption(numberOption('--eval-interval <steps>', 'steps between evaluations (default: 250)'))
    .addOption(numberOption('--eval-iters <count>', 'batches per evaluation (default: 20)'))
    .addOption(numberOption('--seed <number>', 'of all random numbers (default: 1337)'))
    .addOption(numberOption('--threads <count>', 'threads that share out each batch (default: 1)'))
    .option('--out-dir <path>', 'where checkpoints go (default: out/PRESET)')
    .addOption(
      new Option('--init-from <what>', 'begin anew, or go on from the out-dir')
        .choices(['scratch', 'resume'])
        .default('scratch'),
    )
    .addOption(backendOption())
    .option('--json', 'print one JSON object per event and nothing else')
    .action(trainCommand);
}

async function trainCommand(options: TrainOptions): Promise<void> {
  const { data, preset, outDir, initFrom, backend, json, ...settings } = options;
  const request: RunRequest = {
    settings,
    initFrom,
    backend,
    ...(data === undefined ? {} : { data }),
    ...(preset === undefined ? {} : { preset }),
    ...(outDir === undefined ? {} : { outDir }),
  };
  const run = await openRun(request);
  const view = json ? jsonView() : progressView();
  const stop = new StopSignal((signal) =>
    view.note(`stopping after this step${signal === 'SIGINT' ? '; press Ctrl-C again to quit at once' : ''}`),
  );
  onOutputLost(() => stop.request());
  try {
    for (const note of openingNotes(run, backend)) view.note(note);
    const { done, evaluation } = await follow(run, view, stop);
    if (stop.requested) say(view, stoppedNote(run, done, backend));
    else if (!json && evaluation !== null) await printReport(run, evaluation, done);
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
