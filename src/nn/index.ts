/** The door to what any model can be made of: modules, layers, losses, optimizers and schedules. */

// What Tensor has from it comes along, whatever a bundler leaves of this file.
import '../autograd/index.js';

// What the signatures speak of.
export type { DType, GeluOptions, Generator, Shape, Tensor, TypedArray } from '../tensor/index.js';
export type { Initialiser } from './initialisers.js';
/** First values of parameters; `initialise.normal({ std: 0.02 })`. */
export * as initialise from './initialisers.js';
export * from './layers/activations.js';
export * from './layers/attention.js';
export * from './layers/dropout.js';
export * from './layers/embedding.js';
export * from './layers/key-value-cache.js';
export * from './layers/layer-norm.js';
export * from './layers/linear.js';
export * from './layers/rms-norm.js';
export * from './layers/rotary.js';
export * from './layers/sequential.js';
export * from './layers/swiglu-mlp.js';
export * from './losses/index.js';
export * from './module.js';
export { Adam, type AdamOptions, AdamW } from './optimizers/adam.js';
export * from './optimizers/clip.js';
export type { OptimizerGroup, ParameterGroup, ParameterList } from './optimizers/groups.js';
export {
  Optimizer,
  type OptimizerOptions,
  type OptimizerState,
  type StepOptions,
  type UpdateSettings,
} from './optimizers/optimizer.js';
export * from './optimizers/rms-prop.js';
export * from './optimizers/sgd.js';
export * from './parameter.js';
export * from './schedules.js';
export type { HostTensor, StateDict } from './state-dict.js';
