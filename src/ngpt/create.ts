/** A model and its optimizer from settings, whichever of the two architectures these name. */
import { type Adam, AdamW } from '../nn/index.js';
import { type OptionNames, pickKnown, requireKnown } from '../tensor/checks/options.js';
import { requireNotNegative } from '../tensor/checks/values.js';
import type { Generator } from '../tensor/index.js';
import { type ModelConfig, requireConfig } from './config/config.js';
import { GPT } from './gpt.js';
import { type LanguageModel, requireModel } from './language-model.js';
import { NGPT } from './model.js';
import { isMatrix, NormalizedAdam, normalizeParameter } from './optimizer/normalized-adam.js';
import { groupsForWidth } from './optimizer/width-transfer.js';

/**
 * A fresh model on the current backend; the same generator state gives the same values on every backend.
 * @example
 * const config = modelConfig({ vocabSize: 10, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 16 });
 * const model = createModel(config, new Generator(1));
 * model.forward(tensor(Int32Array.of(1, 2, 3), [1, 3])) // shape [1, 3, 10]
 */
export function createModel(config: ModelConfig, generator: Generator): LanguageModel {
  requireConfig('createModel', config);
  return config.arch === 'ngpt' ? new NGPT(config, generator) : new GPT(config, generator);
}

/** Options of `createOptimizer`; what is left out has the default of the optimizer. */
export interface OptimizerSettings {
  readonly learningRate: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Of matrices, default 0.1 for the baseline, 0 for nGPT. */
  readonly weightDecay?: number;
  /** See `AdamOptions`. */
  readonly gate?: number;
  /** For nGPT only; see `NormalizedAdam`. */
  readonly riemannian?: boolean;
  /** For nGPT only; see `NormalizedAdam`. */
  readonly maxAngle?: number;
  /** For nGPT only: the width at which the rate was tuned, 0 for its own; see `groupsForWidth`. */
  readonly transferWidth?: number;
}

const OPTIMIZER_SETTINGS: OptionNames<OptimizerSettings> = {
  learningRate: true,
  beta1: true,
  beta2: true,
  epsilon: true,
  weightDecay: true,
  gate: true,
  riemannian: true,
  maxAngle: true,
  transferWidth: true,
};

/** What `createOptimizer` takes of settings that hold more. */
export function optimizerSettings(settings: OptimizerSettings): OptimizerSettings {
  return pickKnown(settings, OPTIMIZER_SETTINGS);
}

/**
 * NormalizedAdam for nGPT; for the baseline AdamW, which decays matrices and leaves norm weights alone.
 * @example
 * const config = modelConfig({ vocabSize: 10, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 16 });
 * const model = createModel(config, new Generator(1));
 * const optimizer = createOptimizer(model, { learningRate: 0.01 });
 * const [tokens, next] = [tensor(Int32Array.of(0, 1), [1, 2]), tensor(Int32Array.of(1, 2), [1, 2])];
 * scope(() => model.loss(tokens, next).backward());
 * optimizer.step(); // and every matrix back onto the sphere
 */
export function createOptimizer(model: LanguageModel, settings: OptimizerSettings): Adam {
  requireModel('createOptimizer', model);
  requireKnown('createOptimizer', settings, OPTIMIZER_SETTINGS);
  const { transferWidth = 0, ...normalized } = settings;
  requireNotNegative('transferWidth', transferWidth);
  if (model.config.arch === 'ngpt')
    return new NormalizedAdam(groupsForWidth(model, transferWidth), normalized);
  const { riemannian: _, maxAngle: __, weightDecay = 0.1, ...rest } = normalized;
  const parameters = model.namedParameters();
  return new AdamW(
    [
      { parameters: parameters.filter(([, parameter]) => isMatrix(parameter)), weightDecay },
      { parameters: parameters.filter(([, parameter]) => !isMatrix(parameter)), weightDecay: 0 },
    ],
    rest,
  );
}

/**
 * Makes all matrices unit that are to be, as `weightNorm` says: for values that came from elsewhere, such as a checkpoint.
 * @example
 * const config = modelConfig({ vocabSize: 10, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 16 });
 * const model = createModel(config, new Generator(1));
 * normalizeParameters(model);
 * (await maxNormError(model)) < 1e-6 // true
 */
export function normalizeParameters(model: LanguageModel): void {
  requireModel('normalizeParameters', model);
  for (const parameter of model.parameters()) normalizeParameter(parameter);
}
