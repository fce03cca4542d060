import type { Command } from 'commander';
import { whole } from '../../ngpt/option.js';
import { checkSeed } from '../../training/node/index.js';
import { noteOnStderr, openCheckpoint, openDataset } from '../open-checkpoint.js';
import {
  type BackendChoice,
  backendOptions,
  bestOption,
  type CheckpointChoice,
  checkpointOption,
  chosenPath,
  dataOption,
  numberOption,
} from '../options.js';
import { slowProgress } from '../slow-progress.js';
import { reportText } from './report-text.js';

/** More take hours. */
const MOST_BLOCKS = 1_000_000;

interface InspectOptions extends BackendChoice, CheckpointChoice {
  data?: readonly string[];
  blocks: number;
  seed: number;
  json?: boolean;
}

export function addInspectCommand(program: Command): void {
  const command = program
    .command('inspect')
    .description(
      'Look into a checkpoint: learned scales, embeddings, condition numbers of its matrices, hidden states, attention.',
    )
    .addOption(checkpointOption())
    .addOption(bestOption())
    .addOption(dataOption('what it was trained on'))
    .addOption(
      numberOption('--blocks <count>', 'random blocks of the validation split, for hidden states').default(
        16,
      ),
    )
    .addOption(numberOption('--seed <number>', 'of the random choices').default(1337))
    .option('--json', 'print one JSON object and nothing else')
    .action(inspectCommand);
  for (const option of backendOptions()) command.addOption(option);
}

async function inspectCommand(options: InspectOptions): Promise<void> {
  const { blocks, seed, json } = options;
  // Before anything is loaded.
  whole(1, { most: MOST_BLOCKS }).check('blocks', blocks);
  checkSeed(seed);
  const opened = await openCheckpoint(options);
  const { checkpoint, model } = opened;
  const { name, val } = await openDataset(opened, options.data, model.config.blockSize);
  // Only here: other commands start without the linear algebra.
  const { inspectModel } = await import('../../experiments/inspect/inspect-model.js');
  const report = await inspectModel(model, {
    ...{
      checkpoint: await chosenPath(options),
      step: checkpoint.step,
      data: name,
      tokens: val,
      blocks,
      seed,
    },
    onProgress: slowProgress('inspecting', noteOnStderr),
  });
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : reportText(report));
}
