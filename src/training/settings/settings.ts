/** From a preset and what was given to complete settings that fit each other. */
import { MODEL_OPTIONS } from '../../ngpt/config/config.js';
import { checkOptions, entriesOf, followingOptions, withDefaults } from '../../ngpt/config/option.js';
import { type Architecture, headDim, type ModelConfig, modelConfig } from '../../ngpt/index.js';
import {
  constantSchedule,
  cosineSchedule,
  type DecayScheduleOptions,
  linearSchedule,
  logarithmicSchedule,
  type Schedule,
} from '../../nn/index.js';
import { shown } from '../../tensor/checks/describe.js';
import { requireKnown } from '../../tensor/checks/options.js';
import { ConfigError } from '../../tensor/index.js';
import { planOf } from './estimate-memory.js';
import type { LearningRateDecay } from './optimization.js';
import { CONFIGURATIONS, PRESETS, type Preset } from './presets.js';
import { requireSettings } from './require-settings.js';
import { matrixParameters } from './size.js';
import { type ModelSettings, TRAINING_OPTIONS, type TrainSettings } from './train-settings.js';
import { tokenFactor, transferredAlpha } from './transfer.js';

export { CONFIGURATIONS, PRESETS } from './presets.js';
export type { TokenizerName, TrainSettings } from './train-settings.js';

/**
 * Complete settings from a preset and what was given besides, which wins.
 * @throws ConfigError for an unknown
 * preset and for the first value that is out of range.
 * @example
 * const settings = trainSettings({ maxIters: 100 });
 * settings.nEmbd // 128, as the preset nano-cpu says
 */
export function trainSettings(given: Partial<TrainSettings> = {}, preset = 'nano-cpu'): TrainSettings {
  requireKnown<object>('trainSettings', given, TRAINING_OPTIONS);
  // First by themselves: defaults follow from them.
  const table = Object.fromEntries(entriesOf(TRAINING_OPTIONS));
  for (const [name, value] of Object.entries(given)) table[name].check(name, value);
  const { arch } = withDefaults(TRAINING_OPTIONS, { ...findPreset(preset), ...given });
  return checkSettings(withDefaults(TRAINING_OPTIONS, { ...presetSettings(preset, arch), ...given }));
}

/** What a preset itself says for an architecture, to lay over other settings. @throws ConfigError for an unknown one. */
export function presetSettings(name: string, arch: Architecture): Partial<TrainSettings> {
  MODEL_OPTIONS.arch.check('arch', arch);
  const { byArchitecture, ...forBoth } = findPreset(name);
  return { ...byArchitecture?.[arch], ...forBoth };
}

/** @throws ConfigError for a name that is none. */
export function findPreset(name: string): Preset {
  if (isConfiguration(name)) throw new ConfigError(`${name} is no preset: ${tooLarge(name)}`);
  if (typeof name !== 'string' || !Object.hasOwn(PRESETS, name)) {
    throw new ConfigError(`unknown preset '${shown(name)}'; there are ${Object.keys(PRESETS).join(', ')}`);
  }
  return PRESETS[name as keyof typeof PRESETS];
}

/**
 * True of the name of a model that is too large to train here.
 * @example isConfiguration('1b') // true
 */
export function isConfiguration(name: string): name is keyof typeof CONFIGURATIONS {
  return typeof name === 'string' && Object.hasOwn(CONFIGURATIONS, name);
}

/** Why a configuration cannot be trained here, and what to do instead. */
export function tooLarge(name: string): string {
  return (
    'such a model does not fit in the 4 GiB of WebAssembly; ' +
    `export --configuration ${name} writes what trains it in the released PyTorch code (docs/scale-out.md)`
  );
}

/** The settings with which a configuration is trained elsewhere. @throws ConfigError for an unknown name. */
export function configurationSettings(name: string, arch: Architecture): TrainSettings {
  if (!isConfiguration(name)) {
    const names = Object.keys(CONFIGURATIONS).join(', ');
    throw new ConfigError(`unknown configuration '${shown(name)}'; there are ${names}`);
  }
  MODEL_OPTIONS.arch.check('arch', arch);
  const { byArchitecture, ...forBoth } = CONFIGURATIONS[name];
  return trainSettings({ ...byArchitecture[arch], ...forBoth, arch });
}

/**
 * Settings as a checkpoint of this model has them. What is lacking, because the checkpoint is older than the option, is
 * taken from the model, or else has its default. @throws ConfigError for the first value that is out of range.
 */
export function storedSettings(stored: Partial<TrainSettings>, config: ModelConfig): TrainSettings {
  const lacking = Object.entries(modelSettings(config)).filter(([name]) => !Object.hasOwn(stored, name));
  const known = { ...stored, ...Object.fromEntries(lacking) };
  return checkSettings(withDefaults(TRAINING_OPTIONS, { ...known, ...withoutDecay(stored, config) }));
}

/** Before `riemannian` was an option nGPT had no weight decay, whatever its settings said of one. */
function withoutDecay(stored: Partial<TrainSettings>, { arch }: ModelConfig): Partial<TrainSettings> {
  return arch === 'ngpt' && !Object.hasOwn(stored, 'riemannian') ? { weightDecay: 0 } : {};
}

/** @throws ConfigError for the first value that is out of range. */
export function checkSettings(settings: TrainSettings): TrainSettings {
  checkOptions(TRAINING_OPTIONS, settings);
  const { minLr, learningRate, batchSize, blockSize } = settings;
  const { threads, gradAccumulation } = planOf(settings);
  if (minLr > learningRate) {
    throw new ConfigError(`minLr (${minLr}) is above learningRate (${learningRate})`, {
      settings: ['minLr', 'learningRate'],
    });
  }
  if (threads > batchSize) {
    throw new ConfigError(
      `${threads} threads cannot share out a batch of ${batchSize}; use fewer, or a larger batchSize`,
      { settings: ['batchSize'] },
    );
  }
  if (threads * gradAccumulation > batchSize) {
    throw new ConfigError(
      `a batch of ${batchSize} cannot be worked through in ${threads * gradAccumulation} parts, gradAccumulation ${gradAccumulation} on ` +
        `${threads === 1 ? '1 thread' : `each of ${threads} threads`}; gradAccumulation ${Math.floor(batchSize / threads)} at most works`,
      { settings: ['gradAccumulation', 'batchSize'] },
    );
  }
  if (batchSize * blockSize > MAX_BATCH_TOKENS) {
    throw new ConfigError(
      `batchSize ${batchSize} times blockSize ${blockSize} is out of range: a batch has ${MAX_BATCH_TOKENS} tokens at most`,
      { settings: ['batchSize', 'blockSize'] },
    );
  }
  requireUnitVectors(settings);
  modelConfigFor(settings, 1);
  return settings;
}

/** What an optimizer does along the sphere wants vectors that stay there. */
function requireUnitVectors({ weightNorm, riemannian, maxAngle }: TrainSettings): void {
  if (weightNorm === 'step' || (!riemannian && maxAngle === 0)) return;
  const name = riemannian ? 'riemannian' : 'maxAngle';
  throw new ConfigError(`${name} needs the unit vectors of weightNorm step, got weightNorm ${weightNorm}`, {
    settings: [name, 'weightNorm'],
  });
}

/**
 * Only what was asked for outright: presets are for both architectures. @throws ConfigError for an option that the architecture does not have.
 */
export function requireOwnSettings(asked: Partial<TrainSettings>, arch: Architecture): void {
  for (const [name, { only }] of entriesOf(TRAINING_OPTIONS)) {
    const value = asked[name];
    if (only === undefined || only.arch === arch || value === undefined || value === only.none) continue;
    const message =
      only.none === undefined
        ? `${name} is for ${only.arch} only; ${only.reason}`
        : `${name} must be ${only.none} for ${arch}, ${only.reason}`;
    throw new ConfigError(`${message}, got ${value}`, { settings: [name] });
  }
}

/** @throws ConfigError unless so many batches can be drawn with such a seed. */
export function checkEvaluation({ evalIters, seed }: Pick<TrainSettings, 'evalIters' | 'seed'>): void {
  TRAINING_OPTIONS.evalIters.check('evalIters', evalIters);
  checkSeed(seed);
}

/** @throws ConfigError unless it is a seed of `Generator`. */
export function checkSeed(seed: number): void {
  TRAINING_OPTIONS.seed.check('seed', seed);
}

/** The settings that ask for a model like this; what follows from others is left to do so. */
export function modelSettings(config: ModelConfig): ModelSettings {
  const { vocabSize: _, ...settings } = config;
  const { arch, nEmbd } = settings;
  const defaults: Partial<ModelConfig> = withDefaults(MODEL_OPTIONS, { arch, nEmbd });
  const following = followingOptions(MODEL_OPTIONS).filter((name) => defaults[name] === config[name]);
  return { ...settings, ...Object.fromEntries(following.map((name) => [name, null])) };
}

/** The model that the settings ask for. @throws ConfigError where they contradict each other. */
export function modelConfigFor(settings: TrainSettings, vocabSize: number): ModelConfig {
  const all: Record<string, unknown> = { ...settings, alphaInit: transferredAlpha(settings), vocabSize };
  // What is null is the model's to decide.
  const names = Object.keys(MODEL_OPTIONS).filter((name) => all[name] !== null);
  const given = Object.fromEntries(names.map((name) => [name, all[name]]));
  return checkModelSize(modelConfig(given as unknown as ModelConfig));
}

/** Far more than any machine can train with; beyond, arrays have lengths that JavaScript does not know. */
const MAX_BATCH_TOKENS = 2 ** 26;
const MAX_PARAMETERS = 2 ** 32;
/** A model that turns queries and keys holds blockSize × headDim numbers that are no parameters: no checkpoint's size bounds them. */
const MAX_ROTARY_TABLE = 2 ** 22;

/** @throws ConfigError for a model that nothing could hold, before anything tries to. */
export function checkModelSize(config: ModelConfig): ModelConfig {
  const { nLayer, nEmbd, dMlp, blockSize, rope } = config;
  const parameters = matrixParameters(config);
  if (parameters > MAX_PARAMETERS) {
    throw new ConfigError(
      `nLayer ${nLayer}, nEmbd ${nEmbd} and dMlp ${dMlp} make ${parameters} parameters; at most ${MAX_PARAMETERS} work`,
      { settings: ['nLayer', 'nEmbd', 'dMlp'] },
    );
  }
  if (rope !== 'none' && blockSize * headDim(config) > MAX_ROTARY_TABLE) {
    const most = Math.floor(MAX_ROTARY_TABLE / headDim(config));
    throw new ConfigError(
      `blockSize ${blockSize} is out of range: with heads of size ${headDim(config)} at most ${most} works`,
      { settings: ['blockSize'] },
    );
  }
  return config;
}

const SCHEDULES: Readonly<Record<LearningRateDecay, (options: Required<DecayScheduleOptions>) => Schedule>> =
  {
    cosine: cosineSchedule,
    logarithmic: logarithmicSchedule,
    linear: linearSchedule,
    constant: ({ learningRate, warmupSteps }) => constantSchedule({ learningRate, warmupSteps }),
  };

/** Warm-up, then the decay that `lrDecay` names down to minLr at the last step; a constant rate goes down to none. */
export function learningRateSchedule(settings: TrainSettings): Schedule {
  requireSettings('learningRateSchedule', settings);
  const { lrDecay, learningRate, minLr, warmupIters, maxIters } = settings;
  const factor = tokenFactor(settings);
  return SCHEDULES[lrDecay]({
    learningRate: factor * learningRate,
    minLearningRate: factor * minLr,
    warmupSteps: warmupIters,
    totalSteps: maxIters,
  });
}
