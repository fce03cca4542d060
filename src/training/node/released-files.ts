/** `ngpt export` and `ngpt import`: a run as files that the released PyTorch code and its users understand. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelConfig } from '../../ngpt/index.js';
import type { RotaryVariant, StateDict } from '../../nn/index.js';
import { CheckpointError, ConfigError, DataError, Generator } from '../../tensor/index.js';
import type { Checkpoint } from '../checkpoint.js';
import type { Dataset, Tokens } from '../data.js';
import { fromReleasedOptimizer, type ReleasedArguments, releasedConfig, toReleased } from '../released.js';
import { safetensorsParts } from '../safetensors.js';
import { checkSettings, type TrainSettings, trainSettings } from '../settings.js';
import type { TokenizerDescription } from '../tokenizer.js';
import { writeDurably } from './durable-file.js';
import { describeFileError } from './file-error.js';
import { makeFolder } from './folders.js';
import { loadDataset } from './load-dataset.js';
import { readSafetensorsFile } from './safetensors-file.js';
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
    [EXPORT_FILES.model, safetensorsParts(model, new Map([['format', 'pt']]))],
    [EXPORT_FILES.optimizer, safetensorsParts(optimizer, new Map([['format', 'pt']]))],
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

/** @throws CheckpointError for files that are damaged or do not go together, DataError for other data than the model's. */
export async function importRun(request: ImportRequest): Promise<Checkpoint> {
  const args = await readArguments(request.args);
  const model = await readTensors(request.model);
  const moments: StateDict =
    request.optimizer === undefined ? new Map() : await readTensors(request.optimizer);
  const config = releasedConfig(args, request.rope);
  const dataset = await openData(request.data, config.vocabSize);
  const settings = releasedSettings(args, config);
  return {
    config,
    settings,
    data: dataset.name,
    tokenizer: dataset.tokenizer.describe(),
    // Without its moments Adam counts from the start.
    step: moments.size === 0 ? 0 : args.iter_num,
    valLoss: null,
    bestValLoss: null,
    sampler: { generator: new Generator(settings.seed).state(), batches: 0 },
    model,
    optimizer: fromReleasedOptimizer(model, moments),
  };
}

async function openData(source: string, vocabSize: number): Promise<Dataset> {
  const dataset = await loadDataset(source, vocabSize === GPT2_VOCABULARY ? 'gpt2' : 'char');
  if (dataset.tokenizer.vocabSize === vocabSize) return dataset;
  throw new DataError(
    `${dataset.name} has a vocabulary of ${dataset.tokenizer.vocabSize}, the model one of ${vocabSize}`,
  );
}

/** What the arguments say of training; defaults for the rest. */
function releasedSettings(args: Partial<ReleasedArguments>, config: ModelConfig): TrainSettings {
  const { arch, nLayer, nHead, nEmbd, blockSize, alphaInit } = config;
  const settings = trainSettings({ arch, nLayer, nHead, nEmbd, blockSize, alphaInit });
  return checkSettings({
    ...settings,
    learningRate: args.learning_rate ?? settings.learningRate,
    beta1: args.beta1 ?? settings.beta1,
    beta2: args.beta2 ?? settings.beta2,
    weightDecay: args.weight_decay ?? settings.weightDecay,
  });
}

async function readTensors(path: string): Promise<StateDict> {
  try {
    return (await readSafetensorsFile(path)).tensors;
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    throw new CheckpointError(`${path}: ${error.message}`, { cause: error });
  }
}

async function readArguments(path: string): Promise<ReleasedArguments> {
  let args: unknown;
  try {
    args = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? 'it is not valid JSON' : describeFileError(cause);
    throw new CheckpointError(`cannot read ${path}: ${reason}`, { cause });
  }
  if (typeof args !== 'object' || args === null) throw new CheckpointError(`${path} is not a JSON object`);
  for (const name of ['n_layer', 'n_head', 'n_embd', 'block_size', 'vocab_size', 'use_nGPT'] as const) {
    if (typeof (args as Record<string, unknown>)[name] !== 'number') {
      throw new CheckpointError(`${path}: ${name} must be a number`);
    }
  }
  const { rope } = args as { rope?: unknown };
  if (rope !== undefined && rope !== 'rotary' && rope !== 'released') {
    throw new CheckpointError(`${path}: rope must be rotary or released`);
  }
  return args as ReleasedArguments;
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
