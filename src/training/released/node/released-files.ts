/** `ngpt export` and `ngpt import`: a run as files that the released PyTorch code and its users understand. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RotaryVariant, StateDict } from '../../../nn/index.js';
import { CheckpointError, ConfigError, DataError, Generator } from '../../../tensor/index.js';
import { type Checkpoint, findNotFinite } from '../../checkpoint/checkpoint.js';
import { withChecksums } from '../../checkpoint/checksums.js';
import { readSafetensorsFile } from '../../checkpoint/node/safetensors-file.js';
import { safetensorsParts } from '../../checkpoint/safetensors.js';
import type { Dataset, Tokens } from '../../data/dataset.js';
import { loadDataset } from '../../data/node/load-dataset.js';
import type { TokenizerDescription } from '../../data/tokenizer.js';
import { writeDurably } from '../../files/node/durable-file.js';
import { describeFileError } from '../../files/node/file-error.js';
import { makeFolder } from '../../files/node/folders.js';
import { checkArguments, releasedConfig, releasedSettings } from '../arguments.js';
import { toReleased } from '../released.js';
import { fromReleasedOptimizer, noMoments, requireReleasedModel } from '../tensors.js';
import { TO_CKPT_PY } from './to-ckpt.js';

/** Padded, as the released code has it. */
const GPT2_VOCABULARY = 50304;

/** The files of an export. */
export const EXPORT_FILES = {
  model: 'model.safetensors',
  optimizer: 'optimizer.safetensors',
  args: 'model_args.json',
  train: 'train.bin',
  val: 'val.bin',
  meta: 'meta.json',
  script: 'to_ckpt.py',
} as const;

/**
 * Writes a run into `folder`, which is made if need be.
 * @throws ConfigError for a model or tokens that the format cannot hold, or a folder that cannot be written.
 */
export async function exportRun(folder: string, checkpoint: Checkpoint, dataset: Dataset): Promise<void> {
  const { model, optimizer, args } = toReleased(checkpoint);
  const meta = describeTokens(dataset);
  const text = (value: string) => [new TextEncoder().encode(value)];
  const files: [name: string, parts: Iterable<Uint8Array>][] = [
    [EXPORT_FILES.model, tensorFile(model)],
    [EXPORT_FILES.optimizer, tensorFile(optimizer)],
    [EXPORT_FILES.args, text(`${JSON.stringify(args, null, 2)}\n`)],
    [EXPORT_FILES.train, [uint16Bytes(dataset, dataset.train)]],
    [EXPORT_FILES.val, [uint16Bytes(dataset, dataset.val)]],
    [EXPORT_FILES.script, text(TO_CKPT_PY)],
  ];
  if (meta !== null) files.push([EXPORT_FILES.meta, text(`${JSON.stringify(meta)}\n`)]);
  try {
    await makeFolder(folder);
    for (const [name, parts] of files) await writeDurably(join(folder, name), parts);
  } catch (cause) {
    throw new ConfigError(`cannot write to ${folder}: ${describeFileError(cause)}`, { cause });
  }
}

function tensorFile(tensors: StateDict): Iterable<Uint8Array> {
  return safetensorsParts(tensors, withChecksums(tensors, new Map([['format', 'pt']])));
}

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

export interface ImportedRun {
  readonly checkpoint: Checkpoint;
  /** True if nothing said which rotary embedding it is, and the released code's was assumed. */
  readonly ropeAssumed: boolean;
}

/** @throws CheckpointError for files that are damaged or do not go together, DataError for other data than the model's. */
export async function importRun(request: ImportRequest): Promise<ImportedRun> {
  const { args, config, settings } = await readArguments(request);
  const model = await readTensors(request.model);
  await inFile(request.model, () => requireReleasedModel(model, config));
  const optimizer = await readMoments(request.optimizer, model);
  const dataset = await openData(request.data, config.vocabSize);
  const checkpoint: Checkpoint = {
    config,
    settings,
    data: dataset.name,
    tokenizer: dataset.tokenizer.describe(),
    // Without its moments Adam counts from the start.
    step: request.optimizer === undefined ? 0 : (args.iter_num ?? 0),
    valLoss: null,
    bestValLoss: null,
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

/** nanoGPT's meta.json; GPT-2's tokens need none. */
function describeTokens({ tokenizer }: Dataset): Record<string, unknown> | null {
  const description: TokenizerDescription = tokenizer.describe();
  if (description.kind === 'gpt2') return null;
  const itos = description.kind === 'char' ? { itos: description.characters } : {};
  return { vocab_size: tokenizer.vocabSize, ...itos };
}

function uint16Bytes({ tokenizer: { vocabSize } }: Dataset, tokens: Tokens): Uint8Array {
  if (vocabSize > 2 ** 16) throw new ConfigError(`a vocabulary of ${vocabSize} does not fit in 16 bits`);
  return new Uint8Array(Uint16Array.from(tokens).buffer);
}
