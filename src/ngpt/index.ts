/** The door to nGPT: the model, the baseline, their optimizer, and sampling. */

// What Tensor has from it comes along, whatever a bundler leaves of this file.
import '../autograd/index.js';

// What the signatures speak of.
export type {
  Adam,
  AdamOptions,
  AdamW,
  Embedding,
  LayerCache,
  Linear,
  Module,
  Parameter,
  ParameterGroup,
  ParameterList,
  RMSNorm,
  Rotary,
  RotaryVariant,
  UpdateSettings,
} from '../nn/index.js';
export type { Backend, Generator, Shape, Tensor } from '../tensor/index.js';
export { NormalizedAttention } from './attention.js';
export { NormalizedBlock } from './block.js';
export { headDim, type ModelConfig, modelConfig } from './config/config.js';
export type { Architecture } from './config/option.js';
export type { ScaleForm } from './config/scale-options.js';
export { createModel, createOptimizer, normalizeParameters, type OptimizerSettings } from './create.js';
export { GPT } from './gpt.js';
/** Geometry of the unit sphere; `hypersphere.slerp(a, b, t)`. */
export * as hypersphere from './hypersphere.js';
export { type LayerAlphas, maxHiddenNormError, maxNormError, meanAlphas } from './inspect.js';
export { LanguageModel } from './language-model.js';
export { NormalizedMLP } from './mlp.js';
export { NGPT } from './model.js';
export {
  NormalizedAdam,
  type NormalizedAdamOptions,
  normalizeParameter,
} from './optimizer/normalized-adam.js';
export { type GenerateOptions, generate, Reader, windowStart } from './sampling/generate.js';
export { type SamplingOptions, sampleToken } from './sampling/sample-token.js';
export { FixedScale, Scale, type ScaleOptions } from './scale.js';
