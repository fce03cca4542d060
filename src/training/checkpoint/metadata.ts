/** The metadata of a checkpoint file: strings, most of them JSON. Explained in docs/learn/11-training.md. */
import { MODEL_OPTIONS } from '../../ngpt/config/config.js';
import { type ModelConfig, modelConfig } from '../../ngpt/index.js';
import { pickKnown } from '../../tensor/checks/options.js';
import { CheckpointError, Generator, type GeneratorState } from '../../tensor/index.js';
import type { SamplerState } from '../data/batches.js';
import { CharTokenizer } from '../data/char-tokenizer.js';
import type { DataSource, StoredData } from '../data/data-source.js';
import type { TokenizerDescription } from '../data/tokenizer.js';
import { checkModelSize, storedSettings, type TrainSettings } from '../settings/settings.js';
import { FRESH, type Patience } from './patience.js';
import { parseStrictJson } from './strict-json.js';

export const CHECKPOINT_FORMAT = 'spheregrad-checkpoint';
const VERSION = '1';

/** Room for a vocabulary of all characters there are. */
const MAX_ENTRY_LENGTH = 2 ** 24;
const GPT2_TOKENS = 50257;
const JSON_LIMITS = { depth: 3, objectDepth: 2, objectLength: 100, arrayLength: 2 ** 21 };

/** The part of a checkpoint that is not tensors. */
export interface CheckpointMetadata extends StoredData {
  readonly config: ModelConfig;
  readonly settings: TrainSettings;
  readonly tokenizer: TokenizerDescription;
  /** Optimizer steps made. */
  readonly step: number;
  readonly valLoss: number | null;
  readonly bestValLoss: number | null;
  readonly patience: Patience;
  readonly sampler: SamplerState;
}

/** @throws CheckpointError for what JSON has no text for. */
export function encodeMetadata(checkpoint: CheckpointMetadata): Map<string, string> {
  try {
    return textsOf(checkpoint);
  } catch (cause) {
    throw new CheckpointError('the metadata of the checkpoint cannot be written as JSON', { cause });
  }
}

function textsOf(checkpoint: CheckpointMetadata): Map<string, string> {
  const { config, settings, data, dataFolder, tokenizer, step, valLoss, bestValLoss, patience, sampler } =
    checkpoint;
  return new Map([
    ['format', CHECKPOINT_FORMAT],
    ['version', VERSION],
    ['step', JSON.stringify(step)],
    ['val_loss', JSON.stringify(valLoss)],
    ['best_val_loss', JSON.stringify(bestValLoss)],
    ['patience', JSON.stringify(patience)],
    ['config', JSON.stringify(config)],
    ['settings', JSON.stringify(settings)],
    ['data', JSON.stringify(data)],
    ...(dataFolder === undefined ? [] : [['data_folder', JSON.stringify(dataFolder)] as const]),
    ['tokenizer', JSON.stringify(tokenizer)],
    ['sampler', JSON.stringify(sampler)],
  ]);
}

/** @throws CheckpointError naming the entry that is missing or wrong. */
export function decodeMetadata(metadata: ReadonlyMap<string, string>): CheckpointMetadata {
  if (metadata.get('format') !== CHECKPOINT_FORMAT) {
    throw new CheckpointError(
      `not a SphereGrad checkpoint: its metadata has no format '${CHECKPOINT_FORMAT}' (tensors of other programs need a configuration)`,
    );
  }
  const version = metadata.get('version') ?? '';
  if (version !== VERSION) {
    throw new CheckpointError(
      `the checkpoint has version ${JSON.stringify(version.slice(0, 60))}, this program reads "${VERSION}"`,
    );
  }
  const entry = <T>(name: string, check: (value: unknown) => T): T => {
    const text = metadata.get(name);
    if (text === undefined) throw new CheckpointError(`the checkpoint's metadata has no ${name}`);
    try {
      return check(parseEntry(text));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
      throw new CheckpointError(`the checkpoint's ${name} is unusable: ${reason.slice(0, 200)}`, { cause });
    }
  };
  const config = entry('config', configuration);
  const decoded = {
    config,
    settings: entry('settings', (value) => storedSettings(object(value), config)),
    data: entry('data', dataSource),
    ...(metadata.has('data_folder') ? { dataFolder: entry('data_folder', string) } : {}),
    tokenizer: entry('tokenizer', tokenizer),
    step: entry('step', count),
    valLoss: entry('val_loss', numberOrNull),
    bestValLoss: entry('best_val_loss', numberOrNull),
    // Checkpoints that are older than early stopping have none.
    patience: metadata.has('patience') ? entry('patience', patience) : FRESH,
    sampler: entry('sampler', sampler),
  };
  requireVocabulary(decoded);
  return decoded;
}

/** JSON.parse alone takes a hundred bytes for every bracket that is left open. */
function parseEntry(text: string): unknown {
  if (text.length > MAX_ENTRY_LENGTH) throw new Error(`${text.length} characters are too many`);
  parseStrictJson(text, JSON_LIMITS);
  return JSON.parse(text);
}

/** Entries that are no options are kept: they may be of a program that knows more. */
function configuration(value: unknown): ModelConfig {
  const entries = object(value) as unknown as ModelConfig;
  return checkModelSize({ ...entries, ...modelConfig(pickKnown<ModelConfig>(entries, MODEL_OPTIONS)) });
}

function tokenizer(value: unknown): TokenizerDescription {
  const description = object(value);
  if (description.kind === 'gpt2') return { kind: 'gpt2' };
  if (description.kind === 'numbers') return { kind: 'numbers', vocabSize: count(description.vocabSize) };
  if (description.kind !== 'char' || !Array.isArray(description.characters)) {
    throw new Error(`unknown kind ${JSON.stringify(description.kind)}`);
  }
  const characters = description.characters.map(string);
  return new CharTokenizer(characters).describe();
}

function requireVocabulary({ config, tokenizer }: CheckpointMetadata): void {
  const size = tokenCount(tokenizer);
  // GPT-2's vocabulary may be padded.
  const fits = tokenizer.kind === 'gpt2' ? size <= config.vocabSize : size === config.vocabSize;
  if (!fits) {
    throw new CheckpointError(
      `the checkpoint's tokenizer has ${size} tokens, its configuration ${config.vocabSize}`,
    );
  }
}

function tokenCount(tokenizer: TokenizerDescription): number {
  if (tokenizer.kind === 'gpt2') return GPT2_TOKENS;
  return tokenizer.kind === 'char' ? tokenizer.characters.length : tokenizer.vocabSize;
}

function sampler(value: unknown): SamplerState {
  const { generator, batches } = object(value);
  const { words, spareNormal } = object(generator);
  if (
    !Array.isArray(words) ||
    words.length !== 4 ||
    !words.every(isWord) ||
    !words.some((word) => word > 0)
  ) {
    throw new Error('the generator state is not four words, not all zero');
  }
  const state = { words, spareNormal: numberOrNull(spareNormal) } as unknown as GeneratorState;
  return { generator: Generator.fromState(state).state(), batches: count(batches) };
}

function patience(value: unknown): Patience {
  const { evaluatedAt, withoutBetter } = object(value);
  return {
    evaluatedAt: evaluatedAt === null ? null : count(evaluatedAt),
    withoutBetter: count(withoutBetter),
  };
}

function isWord(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32;
}

function object(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not an object');
  return value as Record<string, unknown>;
}

function dataSource(value: unknown): DataSource {
  return Array.isArray(value) ? value.map(string) : string(value);
}

function string(value: unknown): string {
  if (typeof value !== 'string') throw new Error('not a string');
  return value;
}

function count(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new Error('not a whole number of at least 0');
  return value as number;
}

function numberOrNull(value: unknown): number | null {
  if (value !== null && !Number.isFinite(value)) throw new Error('not a number');
  return value as number | null;
}
