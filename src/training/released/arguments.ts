/**
 * The released code's `model_args`: checked, and as the model and the settings that they stand for.
 * Explained in docs/scale-out.md.
 */

import { entriesOf } from '../../ngpt/config/option.js';
import type { ModelConfig } from '../../ngpt/index.js';
import { modelConfig } from '../../ngpt/index.js';
import type { RotaryVariant } from '../../nn/index.js';
import { CheckpointError, ConfigError } from '../../tensor/index.js';
import { snakeCase } from '../settings/names.js';
import { OPTIMIZATION_OPTIONS } from '../settings/optimization.js';
import { checkSettings, modelSettings, type TrainSettings, trainSettings } from '../settings/settings.js';

/** What arguments may say of training, and what it is called here. */
const TRAINING = {
  learning_rate: 'learningRate',
  min_lr: 'minLr',
  warmup_iters: 'warmupIters',
  weight_decay: 'weightDecay',
  beta1: 'beta1',
  beta2: 'beta2',
  grad_clip: 'gradClip',
  batch_size: 'batchSize',
  max_iters: 'maxIters',
  eval_interval: 'evalInterval',
  eval_iters: 'evalIters',
} as const satisfies Record<string, keyof TrainSettings>;

type TrainingArguments = { readonly [N in keyof typeof TRAINING]: number };

/** The released code's `model_args`, and what else a run needs to go on. */
export interface ReleasedArguments extends TrainingArguments {
  readonly n_layer: number;
  readonly n_head: number;
  readonly n_embd: number;
  readonly block_size: number;
  readonly bias: false;
  readonly vocab_size: number;
  readonly dropout: number;
  readonly base_scale: number;
  readonly use_nGPT: 0 | 1;
  readonly iter_num: number;
  /** The released code knows one variant only and says nothing of it; our own exports do. */
  readonly rope?: RotaryVariant;
}

const NEEDED = ['n_layer', 'n_head', 'n_embd', 'block_size', 'vocab_size', 'use_nGPT'] as const;
const OPTIONAL = ['base_scale', 'iter_num', ...Object.keys(TRAINING)];

/** Arguments that came from elsewhere: what describes the model is there, the rest may be. */
export type GivenArguments = Pick<ReleasedArguments, (typeof NEEDED)[number]> & Partial<ReleasedArguments>;

/** GPT-2's tokens, padded, as the released code has it. */
export const GPT2_VOCABULARY = 50304;

/** Where the released code's eigen learning rates start. */
export const RELEASED_ALPHA = 0.05;

/** @throws CheckpointError naming the entry that is missing or of the wrong kind. */
export function checkArguments(value: unknown): GivenArguments {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CheckpointError('not a JSON object');
  }
  const args = value as Record<string, unknown>;
  for (const name of [...NEEDED, ...OPTIONAL.filter((name) => args[name] !== undefined)]) {
    if (typeof args[name] !== 'number') throw wrong(name, 'a number', args[name]);
  }
  const { use_nGPT, iter_num, bias, rope } = args;
  if (use_nGPT !== 0 && use_nGPT !== 1) throw wrong('use_nGPT', '0 or 1', use_nGPT);
  if (iter_num !== undefined && !(Number.isSafeInteger(iter_num) && Number(iter_num) >= 0)) {
    throw wrong('iter_num', 'a whole number of at least 0', iter_num);
  }
  if (bias) throw new CheckpointError('bias is set, which nGPT and this baseline do not have');
  if (rope !== undefined && rope !== 'rotary' && rope !== 'released') {
    throw wrong('rope', 'rotary or released', rope);
  }
  return args as unknown as GivenArguments;
}

/**
 * The model that the arguments describe. `rope` wins over what they say of it; where neither does, the weights are
 * taken for the released code's own. @throws CheckpointError for arguments that are out of range.
 */
export function releasedConfig(args: GivenArguments, rope = args.rope ?? 'released'): ModelConfig {
  const { n_layer, n_head, n_embd, block_size, vocab_size, use_nGPT } = args;
  const baseScale = args.base_scale ?? 1 / Math.sqrt(n_embd);
  // Written so that NaN fails.
  if (use_nGPT === 1 && !(Math.abs(baseScale * Math.sqrt(n_embd) - 1) <= 1e-6)) {
    throw wrong('base_scale', `1/√n_embd = ${1 / Math.sqrt(n_embd)}`, baseScale);
  }
  return inTheirNames(() =>
    modelConfig({
      ...{ arch: use_nGPT === 1 ? 'ngpt' : 'gpt', vocabSize: vocab_size, blockSize: block_size },
      ...{ nLayer: n_layer, nHead: n_head, nEmbd: n_embd, alphaInit: RELEASED_ALPHA, rope },
    }),
  );
}

/** What the arguments say of training; defaults for the rest. @throws CheckpointError for what is out of range. */
export function releasedSettings(args: GivenArguments, config: ModelConfig): TrainSettings {
  const said = Object.entries(TRAINING).flatMap(([theirs, ours]) => {
    const value = args[theirs as keyof typeof TRAINING];
    return value === undefined ? [] : [[ours, value]];
  });
  const settings = inTheirNames(() =>
    checkSettings({ ...trainSettings(modelSettings(config)), ...Object.fromEntries(said) }),
  );
  // Theirs decays the unit vectors of an nGPT, too. A run that comes from there never did here, and goes on so.
  return config.arch === 'ngpt' ? { ...settings, weightDecay: 0 } : settings;
}

/** The arguments for a run after so many steps. */
export function releasedArguments(
  config: ModelConfig & { readonly rope: RotaryVariant },
  settings: TrainSettings,
  step: number,
): ReleasedArguments {
  const training = Object.entries(TRAINING).map(([theirs, ours]) => [theirs, settings[ours]]);
  return {
    n_layer: config.nLayer,
    n_head: config.nHead,
    n_embd: config.nEmbd,
    block_size: config.blockSize,
    bias: false,
    vocab_size: config.vocabSize,
    dropout: 0,
    base_scale: 1 / Math.sqrt(config.nEmbd),
    use_nGPT: config.arch === 'ngpt' ? 1 : 0,
    iter_num: step,
    ...(Object.fromEntries(training) as TrainingArguments),
    rope: config.rope,
  };
}

/** Of optimizer and learning rate, what the run has and the released code does not: there it goes on without. */
export function lostSettings(settings: TrainSettings): string[] {
  // A transferred depth is in the eigen learning rates.
  const kept: readonly string[] = [...Object.values(TRAINING), 'transferDepth'];
  return entriesOf(OPTIMIZATION_OPTIONS)
    .filter(([name, option]) => !kept.includes(name) && settings[name] !== option.default)
    .map(([name]) => name);
}

/** Calls settings in errors as the arguments do: nLayer becomes n_layer. */
function inTheirNames<T>(f: () => T): T {
  try {
    return f();
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    const message = cause.settings.reduce(
      (text, setting) => text.replace(new RegExp(`\\b${setting}\\b`, 'g'), snakeCase(setting)),
      cause.message,
    );
    throw new CheckpointError(message, { cause });
  }
}

function wrong(name: string, wanted: string, given: unknown): CheckpointError {
  const shown = given === undefined ? 'nothing' : JSON.stringify(given).slice(0, 60);
  return new CheckpointError(`${name} must be ${wanted}, got ${shown}`);
}
