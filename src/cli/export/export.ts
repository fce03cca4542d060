import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Command, Option } from 'commander';
import type { RotaryVariant } from '../../nn/index.js';
import { ConfigError, init } from '../../tensor/index.js';
import { FolderLock } from '../../training/files/node/lock/folder-lock.js';
import {
  allowFastSimd,
  type ExportLayout,
  exportRun,
  importRun,
  loadDataset,
  loadModel,
  loadStoredDataset,
  loadTokenizer,
  readCheckpoint,
  writeCheckpoint,
} from '../../training/node/index.js';
import { chosenPath, normalizedNote, noteOnStderr } from '../open-checkpoint.js';
import { bestOption, checkpointOption, dataOf, dataOption, pathOption } from '../options.js';
import {
  architectureOption,
  type ConfigurationOptions,
  configurationOption,
  exportModel,
} from './export-configuration.js';
import { exportedNotes, layoutOption } from './export-layout.js';

/** `ngpt export` and `ngpt import`: the way to and from the released PyTorch code. Explained in docs/scale-out.md. */
export function addExportCommands(program: Command): void {
  program
    .command('export')
    .description('Write a run as files from which the released PyTorch code goes on.')
    .addOption(checkpointOption().makeOptionMandatory(false))
    .addOption(bestOption())
    .addOption(pathOption('--out <folder>', 'where to write them').makeOptionMandatory())
    .addOption(dataOption('what it was trained on'))
    .addOption(layoutOption())
    .option('--force', 'into a folder that is not empty: replaces what an earlier export left there')
    .addOption(configurationOption())
    .addOption(architectureOption())
    .action(exportCommand);
  program
    .command('import')
    .description('Make a checkpoint from a model of the released PyTorch code.')
    .addOption(pathOption('--model <file>', 'its tensors, a safetensors file').makeOptionMandatory())
    .addOption(
      pathOption('--optimizer <file>', 'its moments, a safetensors file (default: Adam starts anew)'),
    )
    .addOption(pathOption('--args <file>', 'its model_args.json').makeOptionMandatory())
    .addOption(
      pathOption(
        '--data <source>',
        'moby-dick, a text file or a folder of tokens, with the same vocabulary',
      ).makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--rope <variant>',
        'rotary where that code was mended (default: what the args say, else released)',
      ).choices(['rotary', 'released']),
    )
    .addOption(pathOption('--out <file>', 'the checkpoint to write').makeOptionMandatory())
    .option('--force', 'replace a file that is there')
    .action(importCommand);
}

interface ExportOptions extends ConfigurationOptions {
  checkpoint?: string;
  best?: boolean;
  layout: ExportLayout;
}

async function exportCommand(options: ExportOptions): Promise<void> {
  const { checkpoint: path, best = false, out, data, layout } = options;
  if (path === undefined) return exportModel(options);
  const checkpoint = await readCheckpoint(await chosenPath({ checkpoint: path, best }));
  const tokenizer = await loadTokenizer(checkpoint.tokenizer);
  const dataset =
    data === undefined
      ? await loadStoredDataset(checkpoint, tokenizer, noteOnStderr)
      : await loadDataset(dataOf(data), tokenizer);
  await exportRun(out, checkpoint, dataset, layout, options.force ?? false);
  process.stdout.write(`${exportedNotes(out, layout, checkpoint).join('\n')}\n`);
}

interface ImportOptions {
  model: string;
  optimizer?: string;
  args: string;
  data: string;
  rope?: RotaryVariant;
  out: string;
  force?: boolean;
}

async function importCommand({ out, force = false, ...files }: ImportOptions): Promise<void> {
  requireFree(out, force);
  const { checkpoint, ropeAssumed } = await importRun(files);
  allowFastSimd();
  await init('wasm');
  // Loading checks every name and shape, and makes matrices unit that bfloat16 left a little off.
  const { model, normalized } = await loadModel(checkpoint);
  if (normalized > 0) process.stderr.write(`${normalizedNote(normalized)}\n`);
  // A run that trains there saves there.
  const lock = await FolderLock.acquire(dirname(out), noteOnStderr);
  try {
    requireFree(out, force);
    await writeCheckpoint(out, { ...checkpoint, model: await model.stateDict() });
  } finally {
    lock.release();
  }
  const lines = [
    `Wrote ${out}, ${checkpoint.config.arch === 'ngpt' ? 'an nGPT' : 'a GPT'} after step ${checkpoint.step}.`,
    ...(ropeAssumed
      ? [
          'Its rotary embedding is taken for --rope released, as its args say nothing; --rope rotary otherwise.',
        ]
      : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** @throws ConfigError for a file that would be lost. */
function requireFree(path: string, force: boolean): void {
  if (force || !existsSync(path)) return;
  throw new ConfigError(`${path} exists; give another --out, or --force to replace it`);
}
