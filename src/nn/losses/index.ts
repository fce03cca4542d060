/** The door to the losses. */

export * from './classification.js';
export {
  type CrossEntropyOptions,
  crossEntropy,
  crossEntropyInBlocks,
  logitBlocks,
} from './cross-entropy.js';
export type { LossOptions, Reduction } from './reduction.js';
export * from './regression.js';
