import { headDim, type ModelConfig, modelConfig } from '../../ngpt/index.js';
import { cosineSchedule, type Schedule } from '../../nn/index.js';
import { requireDecay, requireNotNegative, requireOneOf, requireWhole } from '../../tensor/checks.js';
import { ConfigError } from '../../tensor/index.js';
import { PRESETS, type Preset } from './presets.js';
import { matrixParameters } from './size.js';
import type { TrainSettings } from './train-settings.js';

export { PRESETS } from './presets.js';
export type { TokenizerName, TrainSettings } from './train-settings.js';

/** What the architectures want to be trained with (paper 2.6: nGPT needs neither warm-up nor weight decay). */
const ARCHITECTURE_DEFAULTS = {
  ngpt: { learningRate: 1e-2, warmupIters: 0, weightDecay: 0 },
  gpt: { learningRate: 3e-3, warmupIters: 100, weightDecay: 0.1 },
} as const;

const DEFAULTS = {
  arch: 'ngpt',
  tokenizer: 'char',
  dMlp: null,
  minLr: 0,
  gradClip: 1,
  beta1: 0.9,
  beta2: 0.95,
  alphaInit: 0.05,
  evalInterval: 250,
  evalIters: 20,
  seed: 1337,
  threads: 1,
} as const;

/**
 * Complete settings from a preset and what was given besides, which wins. @throws ConfigError for an unknown
 * preset and for the first value that is out of range.
 */
export function trainSettings(given: Partial<TrainSettings> = {}, preset = 'nano-cpu'): TrainSettings {
  const { byArchitecture, ...fromPreset } = findPreset(preset);
  const arch = given.arch ?? fromPreset.arch ?? DEFAULTS.arch;
  const forArchitecture = { ...ARCHITECTURE_DEFAULTS[arch], ...byArchitecture?.[arch] };
  return checkSettings({ ...DEFAULTS, ...forArchitecture, ...fromPreset, ...given });
}

/** What a preset itself says, to lay over other settings. @throws ConfigError for an unknown one. */
export function findPreset(name: string): Preset {
  if (!Object.hasOwn(PRESETS, name)) {
    throw new ConfigError(`unknown preset '${name}'; there are ${Object.keys(PRESETS).join(', ')}`);
  }
  return PRESETS[name as keyof typeof PRESETS];
}

/** @throws ConfigError for the first value that is out of range. */
export function checkSettings(settings: TrainSettings): TrainSettings {
  for (const name of ['nLayer', 'nHead', 'nEmbd', 'blockSize', 'batchSize'] as const) {
    requireCount(name, settings[name], 1);
  }
  for (const name of ['evalInterval', 'threads'] as const) requireCount(name, settings[name], 1);
  for (const name of ['maxIters', 'warmupIters'] as const) requireCount(name, settings[name], 0);
  checkEvaluation(settings);
  if (settings.dMlp !== null) requireCount('dMlp', settings.dMlp, 1);
  for (const name of ['learningRate', 'minLr', 'gradClip', 'weightDecay'] as const) {
    requireNotNegative(name, settings[name]);
  }
  for (const name of ['beta1', 'beta2'] as const) requireDecay(name, settings[name]);
  if (settings.minLr > settings.learningRate) {
    throw new ConfigError(`minLr (${settings.minLr}) is above learningRate (${settings.learningRate})`, {
      settings: ['minLr', 'learningRate'],
    });
  }
  if (settings.threads > settings.batchSize) {
    throw new ConfigError(
      `${settings.threads} threads cannot share out a batch of ${settings.batchSize}; use fewer, or a larger batchSize`,
      { settings: ['batchSize'] },
    );
  }
  const { batchSize, blockSize } = settings;
  if (batchSize * blockSize > MAX_BATCH_TOKENS) {
    throw new ConfigError(
      `batchSize ${batchSize} times blockSize ${blockSize} is out of range: a batch has ${MAX_BATCH_TOKENS} tokens at most`,
      { settings: ['batchSize', 'blockSize'] },
    );
  }
  requireOneOf('tokenizer', settings.tokenizer, ['char', 'gpt2']);
  modelConfigFor(settings, 1);
  return settings;
}

/** A mean over more batches is no better, and hours go by before it is there. */
const MAX_EVAL_ITERS = 1_000_000;

/** @throws ConfigError unless so many batches can be drawn with such a seed. */
export function checkEvaluation({ evalIters, seed }: Pick<TrainSettings, 'evalIters' | 'seed'>): void {
  requireCount('evalIters', evalIters, 1);
  if (evalIters > MAX_EVAL_ITERS) {
    throw new ConfigError(
      `evalIters must be at most ${MAX_EVAL_ITERS}, beyond which a mean gets no better, got ${evalIters}`,
      { settings: ['evalIters'] },
    );
  }
  checkSeed(seed);
}

/** @throws ConfigError unless it is a seed of `Generator`. */
export function checkSeed(seed: number): void {
  requireCount('seed', seed, 0);
}

/** The model that the settings ask for. @throws ConfigError where they contradict each other. */
export function modelConfigFor(settings: TrainSettings, vocabSize: number): ModelConfig {
  const { arch, nLayer, nHead, nEmbd, blockSize, alphaInit } = settings;
  const dMlp = settings.dMlp ?? 4 * nEmbd;
  return checkModelSize(modelConfig({ arch, vocabSize, blockSize, nLayer, nHead, nEmbd, dMlp, alphaInit }));
}

/** Far more than any machine can train with; beyond, arrays have lengths that JavaScript does not know. */
const MAX_BATCH_TOKENS = 2 ** 26;
const MAX_PARAMETERS = 2 ** 32;
/** A model holds blockSize × headDim numbers that are no parameters: no checkpoint's size bounds them. */
const MAX_ROTARY_TABLE = 2 ** 22;

/** @throws ConfigError for a model that nothing could hold, before anything tries to. */
export function checkModelSize(config: ModelConfig): ModelConfig {
  const { nLayer, nEmbd, dMlp, blockSize } = config;
  const parameters = matrixParameters(config);
  if (parameters > MAX_PARAMETERS) {
    throw new ConfigError(
      `nLayer ${nLayer}, nEmbd ${nEmbd} and dMlp ${dMlp} make ${parameters} parameters; at most ${MAX_PARAMETERS} work`,
      { settings: ['nLayer', 'nEmbd', 'dMlp'] },
    );
  }
  if (blockSize * headDim(config) > MAX_ROTARY_TABLE) {
    const most = Math.floor(MAX_ROTARY_TABLE / headDim(config));
    throw new ConfigError(
      `blockSize ${blockSize} is out of range: with heads of size ${headDim(config)} at most ${most} works`,
      { settings: ['blockSize'] },
    );
  }
  return config;
}

/** Warm-up, then half a cosine down to minLr at the last step. */
export function learningRateSchedule(settings: TrainSettings): Schedule {
  const { learningRate, minLr, warmupIters, maxIters } = settings;
  return cosineSchedule({
    learningRate,
    minLearningRate: minLr,
    warmupSteps: warmupIters,
    totalSteps: maxIters,
  });
}

function requireCount(name: string, value: number, least: number): void {
  requireWhole(name, value, least, { most: Number.MAX_SAFE_INTEGER });
}
