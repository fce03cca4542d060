/** The options of a model in one table, and the configuration that follows from them. */
import type { RotaryVariant } from '../../nn/index.js';
import { described } from '../../tensor/checks/describe.js';
import { requireKnown } from '../../tensor/checks/options.js';
import { requirePositive } from '../../tensor/checks/values.js';
import { ArgumentError, ConfigError } from '../../tensor/index.js';
import {
  type Architecture,
  checkOptions,
  type Options,
  oneOf,
  SWITCH,
  whole,
  withDefaults,
} from './option.js';
import { NO_ALPHA, SCALE_OPTIONS, type ScaleConfig } from './scale-options.js';

/** Everything that decides the shape and the formulas of a model; it is saved with every checkpoint. */
export interface ModelConfig extends ScaleConfig {
  readonly arch: Architecture;
  readonly vocabSize: number;
  /** Longest sequence, in tokens. */
  readonly blockSize: number;
  readonly nLayer: number;
  readonly nHead: number;
  /** d, the embedding dimension: the dimension of the sphere's space. */
  readonly nEmbd: number;
  /** Width of the MLP. */
  readonly dMlp: number;
  /** Let eigen learning rates be below 0 (paper A.2); by default |α| acts. */
  readonly signedAlpha: boolean;
  /** How h goes towards a target: on the straight line and back to the sphere (paper eq. 10 and 11), or along the great circle (eq. 6). */
  readonly residual: 'lerp' | 'slerp';
  /** When matrices are made unit: after every optimizer step (paper 2.6), in every forward pass, or only at first. */
  readonly weightNorm: 'step' | 'forward' | 'never';
  /** How queries and keys are told where they are. `released` is for checkpoints of the paper's code; `none` does not tell them. */
  readonly rope: RotaryVariant | 'none';
  readonly ropeBase: number;
  /** Normalize queries and keys (paper 2.3.2); the scale s_qk acts either way. */
  readonly qkNorm: boolean;
  /** What q·k is multiplied by: √d_k (paper 2.3.2), or 1/√d_k as in other Transformers. */
  readonly softmaxScale: 'sqrt' | 'rsqrt';
  /** One matrix for embedding and head. */
  readonly tieWeights: boolean;
}

/** All there is to say about the options of a model. A new one needs a default: older checkpoints do not have it. */
export const MODEL_OPTIONS: Options<ModelConfig> = {
  arch: { ...oneOf('ngpt', 'gpt'), value: '<name>', default: 'ngpt', help: 'the model' },
  vocabSize: { ...whole(1), value: '<count>', help: 'tokens there are' },
  blockSize: { ...whole(1), value: '<tokens>', help: 'longest sequence' },
  nLayer: { ...whole(1), value: '<count>', help: 'blocks' },
  nHead: { ...whole(1), value: '<count>', help: 'attention heads' },
  nEmbd: { ...whole(1), value: '<size>', help: 'embedding dimension' },
  dMlp: { ...whole(1), value: '<size>', default: ({ nEmbd }) => 4 * nEmbd, help: 'width of the MLP' },
  ...SCALE_OPTIONS,
  signedAlpha: {
    ...SWITCH,
    default: false,
    help: 'let eigen learning rates be below 0, in place of their absolute values',
    only: { arch: 'ngpt', reason: NO_ALPHA },
  },
  residual: {
    ...oneOf('lerp', 'slerp'),
    value: '<way>',
    default: 'lerp',
    help: 'how hidden states move: on a straight line and back to the sphere, or along the great circle',
    only: { arch: 'ngpt', reason: 'gpt adds' },
  },
  weightNorm: {
    ...oneOf('step', 'forward', 'never'),
    value: '<when>',
    default: 'step',
    help: 'when matrices are made unit: after every step, in every forward pass, or never after the start',
    only: { arch: 'ngpt', reason: 'gpt has no unit vectors' },
  },
  rope: {
    ...oneOf('rotary', 'released', 'none'),
    value: '<variant>',
    default: 'rotary',
    help: "rotary embedding, what the paper's code has in its place, or no position at all: then heads may have odd sizes",
  },
  ropeBase: {
    check: requirePositive,
    value: '<value>',
    default: 10000,
    help: 'base of the wavelengths of the rotary embedding',
  },
  qkNorm: {
    ...SWITCH,
    default: true,
    help: 'normalize queries and keys',
    only: { arch: 'ngpt', reason: 'gpt normalizes no queries and keys' },
  },
  softmaxScale: {
    ...oneOf('sqrt', 'rsqrt'),
    value: '<root>',
    default: 'sqrt',
    help: 'what multiplies q·k before the softmax: the root of the head size, or 1 over it',
    only: { arch: 'ngpt', reason: 'gpt always multiplies q·k by 1 over the root of the head size' },
  },
  tieWeights: { ...SWITCH, default: false, help: 'one matrix for embedding and head' },
};

const REQUIRED = ['vocabSize', 'blockSize', 'nLayer', 'nHead', 'nEmbd'] as const;

type Required = Pick<ModelConfig, (typeof REQUIRED)[number]>;

/**
 * Fills in the defaults and checks every value.
 * @throws ConfigError with the first that is out of range.
 * @example
 * const config = modelConfig({ vocabSize: 65, blockSize: 64, nLayer: 4, nHead: 4, nEmbd: 128 });
 * config.arch // 'ngpt'
 * config.dMlp // 512
 */
export function modelConfig(given: Required & Partial<ModelConfig>): ModelConfig {
  requireKnown<object>('modelConfig', given, MODEL_OPTIONS);
  // First what defaults follow from.
  for (const name of REQUIRED) MODEL_OPTIONS[name].check(name, given[name]);
  const config = withDefaults(MODEL_OPTIONS, given);
  checkConfig(config);
  return config;
}

function checkConfig(config: ModelConfig): void {
  checkOptions(MODEL_OPTIONS, config);
  const { nEmbd, nHead, rope } = config;
  if (nEmbd % nHead !== 0) {
    throw new ConfigError(`nEmbd must be a multiple of nHead: ${nEmbd} does not divide into ${nHead} heads`, {
      settings: ['nEmbd', 'nHead'],
    });
  }
  // Pairs of dimensions turn.
  if (rope !== 'none' && (nEmbd / nHead) % 2 !== 0) {
    throw new ConfigError(
      `the head size nEmbd/nHead must be even for rotary embedding, got ${nEmbd}/${nHead} = ${nEmbd / nHead}`,
      { settings: ['nEmbd', 'nHead'] },
    );
  }
}

/** @throws ArgumentError unless it is what `modelConfig` makes, ConfigError for a value of it that is out of range. */
export function requireConfig(op: string, config: ModelConfig): void {
  const missing = Object.keys(MODEL_OPTIONS).find(
    (name) => (config as Partial<ModelConfig> | null)?.[name as keyof ModelConfig] === undefined,
  );
  if (missing !== undefined) {
    throw new ArgumentError(
      `${op}: wants a config as modelConfig({ … }) makes it, got ${described(config)} without ${missing}`,
    );
  }
  checkConfig(config);
}

/** Of a block, the numbers in all its matrices. */
export function blockWeights({ nEmbd, dMlp }: ModelConfig): number {
  return 4 * nEmbd ** 2 + 3 * dMlp * nEmbd;
}

/** The same of a whole model. */
export function modelWeights(config: ModelConfig): number {
  const { vocabSize, nEmbd, nLayer, tieWeights } = config;
  return (tieWeights ? 1 : 2) * vocabSize * nEmbd + nLayer * blockWeights(config);
}

/**
 * The dimension of one head, d_k.
 * @example headDim(modelConfig({ vocabSize: 65, blockSize: 64, nLayer: 4, nHead: 4, nEmbd: 128 })) // 32
 */
export function headDim(config: ModelConfig): number {
  requireConfig('headDim', config);
  return config.nEmbd / config.nHead;
}
