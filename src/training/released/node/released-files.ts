/**
 * `ngpt export` and `ngpt import`: a run as files that the released PyTorch code and its users understand.
 * Explained in docs/scale-out.md.
 */
import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { RotaryVariant, StateDict } from '../../../nn/index.js';
import { type OptionNames, requireKnown } from '../../../tensor/checks/options.js';
import { requireOneOf } from '../../../tensor/checks/values.js';
import { CheckpointError, ConfigError, DataError, Generator } from '../../../tensor/index.js';
import { type Checkpoint, findNotFinite } from '../../checkpoint/checkpoint.js';
import { readSafetensorsFile } from '../../checkpoint/node/safetensors-file.js';
import { FRESH } from '../../checkpoint/patience.js';
import { requireText } from '../../data/checks.js';
import { type Dataset, storedDataOf } from '../../data/dataset.js';
import { loadDataset } from '../../data/node/load-dataset.js';
import { describeFileError } from '../../files/node/file-error.js';
import { type NewFile, replaceFolder } from '../../files/node/replace-folder.js';
import type { TrainSettings } from '../../settings/settings.js';
import { checkArguments, GPT2_VOCABULARY, releasedConfig, releasedSettings } from '../arguments.js';
import { fromReleasedOptimizer, noMoments, requireReleasedModel } from '../tensors.js';
import { configurationFiles, type ExportLayout, isExported, runFiles } from './export-files.js';

/**
 * Writes a run into `folder`, which is made if need be: all files or, if it is killed, none. What an earlier export and
 * its script left there goes, other files stay; without `force`, a folder that is not empty is refused.
 * @throws ConfigError for a model or tokens that the format cannot hold, or a folder that cannot be written.
 */
export async function exportRun(
  folder: string,
  checkpoint: Checkpoint,
  dataset: Dataset,
  layout: ExportLayout = 'plain',
  force = true,
): Promise<void> {
  await writeExport(folder, runFiles(checkpoint, dataset, layout), force);
}

/**
 * Writes what trains a model from its first step in the released code; `dataset` null stands for OpenWebText, which
 * is prepared there. The folder and `force` are as for `exportRun`. @throws ConfigError for tokens that the format cannot hold, or a folder that cannot be written.
 */
export async function exportConfiguration(
  folder: string,
  settings: TrainSettings,
  dataset: Dataset | null,
  force = true,
): Promise<void> {
  await writeExport(folder, configurationFiles(settings, dataset), force);
}

/** All files, or none. */
async function writeExport(folder: string, files: readonly NewFile[], force: boolean): Promise<void> {
  const present = await readdir(folder).catch(() => []);
  if (present.length > 0 && !force) {
    const rest = present.length === 1 ? '' : ` and ${present.length - 1} more`;
    throw new ConfigError(
      `${folder} is not empty: it has ${present.sort()[0]}${rest}; choose another folder, or force, which replaces ` +
        'what an export writes and leaves the rest',
      { settings: ['force'] },
    );
  }
  if (resolve(folder) === process.cwd()) {
    throw new ConfigError(
      `${folder} is the current folder, which is not to be replaced; name a folder in it`,
    );
  }
  try {
    await replaceFolder(folder, files, isExported);
  } catch (cause) {
    throw new ConfigError(`cannot write to ${folder}: ${describeFileError(cause)}`, { cause });
  }
}

/** The files of a run of the released code. */
export interface ImportRequest {
  /** A safetensors file with the model under the released names. */
  readonly model: string;
  /** With its moments under `exp_avg/NAME` and `exp_avg_sq/NAME`; default none, Adam starts anew. */
  readonly optimizer?: string;
  /** Its `model_args.json`. */
  readonly args: string;
  /** Default what the arguments say, as those of our exports do, else `released`. */
  readonly rope?: RotaryVariant;
  /** What further training uses: `moby-dick`, a text file or a folder of tokens, with the model's vocabulary. */
  readonly data: string;
}

const IMPORT_REQUEST: OptionNames<ImportRequest> = {
  ...{ model: true, optimizer: true, args: true, rope: true, data: true },
};

/** What `importRun` made of them. */
export interface ImportedRun {
  readonly checkpoint: Checkpoint;
  /** True if nothing said which rotary embedding it is, and the released code's was assumed. */
  readonly ropeAssumed: boolean;
}

/** @throws CheckpointError for files that are damaged or do not go together, DataError for other data than the model's. */
export async function importRun(request: ImportRequest): Promise<ImportedRun> {
  requireKnown('importRun', request, IMPORT_REQUEST);
  for (const name of ['model', 'args', 'data'] as const) requireText('importRun', name, request[name]);
  if (request.optimizer !== undefined) requireText('importRun', 'optimizer', request.optimizer);
  if (request.rope !== undefined) requireOneOf('rope', request.rope, ['rotary', 'released']);
  const { args, config, settings } = await readArguments(request);
  const model = await readTensors(request.model);
  await inFile(request.model, () => requireReleasedModel(model, config));
  const optimizer = await readMoments(request.optimizer, model);
  const dataset = await openData(request.data, config.vocabSize);
  const checkpoint: Checkpoint = {
    config,
    settings,
    ...storedDataOf(dataset),
    tokenizer: dataset.tokenizer.describe(),
    // Without its moments Adam counts from the start.
    step: request.optimizer === undefined ? 0 : (args.iter_num ?? 0),
    valLoss: null,
    bestValLoss: null,
    patience: FRESH,
    sampler: { generator: new Generator(settings.seed).state(), batches: 0 },
    model,
    optimizer,
  };
  return { checkpoint, ropeAssumed: (request.rope ?? args.rope) === undefined };
}

async function openData(source: string, vocabSize: number): Promise<Dataset> {
  const dataset = await loadDataset(source, vocabSize === GPT2_VOCABULARY ? 'gpt2' : 'char');
  if (dataset.tokenizer.vocabSize === vocabSize) return dataset;
  throw new DataError(
    `${dataset.name} has a vocabulary of ${dataset.tokenizer.vocabSize}, the model one of ${vocabSize}`,
  );
}

async function readMoments(path: string | undefined, model: StateDict): Promise<StateDict> {
  if (path === undefined) return noMoments(model);
  const moments = await readTensors(path);
  return inFile(path, () => fromReleasedOptimizer(model, moments));
}

function readTensors(path: string): Promise<StateDict> {
  return inFile(path, async () => {
    const { tensors } = await readSafetensorsFile(path);
    const broken = findNotFinite(tensors);
    if (broken !== null) throw new CheckpointError(`${broken} holds numbers that are not finite`);
    return tensors;
  });
}

async function readArguments({ args: path, rope, optimizer }: ImportRequest) {
  let text: unknown;
  try {
    text = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? 'it is not valid JSON' : describeFileError(cause);
    throw new CheckpointError(`cannot read ${path}: ${reason}`, { cause });
  }
  return inFile(path, () => {
    const args = checkArguments(text);
    if (optimizer !== undefined && args.iter_num === undefined) {
      throw new CheckpointError('iter_num is missing: Adam must know how many steps its moments come from');
    }
    const config = releasedConfig(args, rope);
    return { args, config, settings: releasedSettings(args, config) };
  });
}

/** Errors in a file name it. */
async function inFile<T>(path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof CheckpointError)) throw cause;
    throw new CheckpointError(`${path}: ${cause.message}`, { cause });
  }
}
