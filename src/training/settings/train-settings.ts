/** The options of a run beside its model, in one table. */
import { MODEL_OPTIONS, type ModelConfig } from '../../ngpt/config/config.js';
import { type Check, type Option, type Options, oneOf, SWITCH } from '../../ngpt/config/option.js';
import { requireNotNegative } from '../../tensor/checks/values.js';
import { ConfigError } from '../../tensor/index.js';
import { count, OPTIMIZATION_OPTIONS, type OptimizationSettings } from './optimization.js';

/** What a text is cut into: characters, or the byte pairs of GPT-2. */
export type TokenizerName = 'char' | 'gpt2';

/** `csv` is beside the other. */
export type LogFormat = 'jsonl' | 'csv';

/** What follows from the embedding where null. */
type Following = 'dMlp' | 'alphaScale' | 'sqkScale' | 'szScale';

/** The model as far as settings decide it: the vocabulary comes with the data. */
export type ModelSettings = Omit<ModelConfig, 'vocabSize' | Following> & {
  readonly [N in Following]: ModelConfig[N] | null;
};

/** Everything that decides a training run, besides the data. Names are nanoGPT's. */
export interface TrainSettings extends ModelSettings, OptimizationSettings {
  /** For text; a folder of tokens brings its own. */
  readonly tokenizer: TokenizerName;
  /** Blocks in a batch. */
  readonly batchSize: number;
  /** Parts of a batch whose gradients are added up, for less memory; null chooses by the memory they take. */
  readonly gradAccumulation: number | null;
  /** Run each block again in the backward pass, for less memory still; null chooses likewise. */
  readonly recompute: boolean | null;
  /** Optimizer steps. */
  readonly maxIters: number;
  /** After so long a run ends and saves, wherever it is; 0 for never. */
  readonly maxMinutes: number;
  /** Steps between evaluations. */
  readonly evalInterval: number;
  /** Batches per split and evaluation. */
  readonly evalIters: number;
  /** Steps between checkpoints; null saves after each evaluation. */
  readonly saveInterval: number | null;
  /** Evaluations without a better validation loss that end the run; 0 never does. */
  readonly earlyStopping: number;
  readonly seed: number;
  /** Of a generator of their own that draws the batches; null draws them with the one that made the parameters. */
  readonly batchSeed: number | null;
  readonly logFormat: LogFormat;
  /** Threads that share out each batch; null takes the cores. The results depend on it in the last bits. */
  readonly threads: number | null;
}

const { vocabSize: _, ...modelOptions } = MODEL_OPTIONS;

/** Null leaves the choice to whoever reads the setting. */
function orNull<T>(check: Check<T>): Check<T | null> {
  return (name, value) => {
    if (value !== null) check(name, value);
  };
}

/** An option of the model that follows from others, as `rule` says, where nothing is given. */
function following(option: Option<number>, rule: string): Option<number | null> {
  return { ...option, default: null, check: orNull(option.check), help: `${option.help} (default: ${rule})` };
}

/** All there is to say about the settings of a run: the options of its model, and those of its training. */
export const TRAINING_OPTIONS: Options<TrainSettings> = {
  ...modelOptions,
  dMlp: following(modelOptions.dMlp, '4 times n-embd'),
  alphaScale: following(modelOptions.alphaScale, '1/√n-embd'),
  sqkScale: following(modelOptions.sqkScale, '1/√n-embd'),
  szScale: following(modelOptions.szScale, '1/√n-embd'),
  tokenizer: { ...oneOf('char', 'gpt2'), value: '<name>', default: 'char', help: 'for text' },
  batchSize: { ...count(1), value: '<count>', help: 'sequences in a batch', mayChange: true },
  gradAccumulation: {
    check: orNull(count(1).check),
    value: '<count>',
    default: null,
    help: 'parts of a batch, one after the other, for less memory (default: as many as its memory asks for)',
    mayChange: true,
  },
  recompute: {
    check: orNull(SWITCH.check),
    default: null,
    help: 'run each block again in the backward pass, for less memory (default: where nothing else fits)',
    mayChange: true,
  },
  maxIters: {
    ...count(0),
    value: '<count>',
    help: 'optimizer steps, at the end of which the decay ends',
    mayChange: true,
  },
  maxMinutes: {
    check: requireNotNegative,
    value: '<minutes>',
    default: 0,
    help: 'time after which it ends and saves, to be resumed, 0 for any',
    mayChange: true,
  },
  ...OPTIMIZATION_OPTIONS,
  evalInterval: {
    ...count(1),
    value: '<steps>',
    default: 250,
    help: 'steps between evaluations',
    mayChange: true,
  },
  saveInterval: {
    check: (name, value) => {
      if (value !== null) count(1).check(name, value);
    },
    value: '<steps>',
    default: null,
    help: 'steps between checkpoints; a best one is saved besides (default: at every evaluation)',
    mayChange: true,
  },
  earlyStopping: {
    ...count(0),
    value: '<count>',
    default: 0,
    help: 'end after so many evaluations without a better validation loss, 0 for never',
    mayChange: true,
  },
  evalIters: {
    check: requireEvalIters,
    value: '<count>',
    default: 20,
    help: 'batches per evaluation',
    mayChange: true,
  },
  logFormat: {
    ...oneOf('jsonl', 'csv'),
    value: '<name>',
    default: 'jsonl',
    help: 'csv writes log.csv beside log.jsonl in the out-dir',
    mayChange: true,
  },
  seed: { ...count(0), value: '<number>', default: 1337, help: 'of all random numbers', mayChange: true },
  batchSeed: {
    check: orNull(count(0).check),
    value: '<number>',
    default: null,
    help: 'of the batches, which are then the same for every model (default: they follow from seed and model)',
    mayChange: true,
  },
  threads: {
    check: orNull(count(1).check),
    value: '<count>',
    default: null,
    help: 'threads that share out each batch (default: one for each core that has enough to do)',
    mayChange: true,
  },
};

/** A mean over more batches is no better, and hours go by before it is there. */
const MAX_EVAL_ITERS = 1_000_000;

function requireEvalIters(name: string, value: number): void {
  count(1).check(name, value);
  if (value <= MAX_EVAL_ITERS) return;
  throw new ConfigError(
    `${name} must be at most ${MAX_EVAL_ITERS}, beyond which a mean gets no better, got ${value}`,
    { settings: [name] },
  );
}
