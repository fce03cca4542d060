import type { RotaryVariant } from '../nn/index.js';
import { requireOneOf, requirePositive, requireWhole } from '../tensor/checks.js';
import { ConfigError } from '../tensor/index.js';

/** `ngpt`: the normalized Transformer. `gpt`: the pre-norm baseline it is compared with. */
export type Architecture = 'ngpt' | 'gpt';

/** Everything that decides the shape and the formulas of a model; it is saved with every checkpoint. */
export interface ModelConfig {
  readonly arch: Architecture;
  readonly vocabSize: number;
  /** Longest sequence, in tokens. */
  readonly blockSize: number;
  readonly nLayer: number;
  readonly nHead: number;
  /** d, the embedding dimension: the dimension of the sphere's space. */
  readonly nEmbd: number;
  /** Width of the MLP; default 4 d. */
  readonly dMlp: number;
  /** First eigen learning rate, of the order of 1/nLayer (paper 2.5); default 0.05. */
  readonly alphaInit: number;
  /** `rotary` (default), or `released` for checkpoints of the paper's code. */
  readonly rope: RotaryVariant;
  readonly ropeBase: number;
  /** Normalize queries and keys (paper 2.3.2); the scale s_qk acts either way. Default true. */
  readonly qkNorm: boolean;
  /** One matrix for embedding and head; default false. */
  readonly tieWeights: boolean;
}

const DEFAULTS = {
  arch: 'ngpt',
  alphaInit: 0.05,
  rope: 'rotary',
  ropeBase: 10000,
  qkNorm: true,
  tieWeights: false,
} as const;

type Required = Pick<ModelConfig, 'vocabSize' | 'blockSize' | 'nLayer' | 'nHead' | 'nEmbd'>;

/** Fills in the defaults and checks every value. @throws ConfigError with the first that is out of range. */
export function modelConfig(given: Required & Partial<ModelConfig>): ModelConfig {
  const config: ModelConfig = { ...DEFAULTS, dMlp: 4 * given.nEmbd, ...given };
  const { nEmbd, nHead } = config;
  for (const name of ['vocabSize', 'blockSize', 'nLayer', 'nHead', 'nEmbd', 'dMlp'] as const) {
    requireWhole(name, config[name], 1);
  }
  requireOneOf('arch', config.arch, ['ngpt', 'gpt']);
  requireOneOf('rope', config.rope, ['rotary', 'released']);
  if (nEmbd % nHead !== 0) {
    throw new ConfigError(`nEmbd must be a multiple of nHead: ${nEmbd} does not divide into ${nHead} heads`, {
      settings: ['nEmbd', 'nHead'],
    });
  }
  if ((nEmbd / nHead) % 2 !== 0) {
    throw new ConfigError(
      `the head size nEmbd/nHead must be even for rotary embedding, got ${nEmbd}/${nHead} = ${nEmbd / nHead}`,
      { settings: ['nEmbd', 'nHead'] },
    );
  }
  for (const name of ['alphaInit', 'ropeBase'] as const) requirePositive(name, config[name]);
  return config;
}

/** The dimension of one head, d_k. */
export function headDim(config: ModelConfig): number {
  return config.nEmbd / config.nHead;
}
