/**
 * The door to tensors: how they are made, what computes with them, and on which backends.
 * Explained in docs/learn/00-first-tensor.md.
 */

export * from './backend.js';
export { createSharedMemory } from './backends/wasm/runtime/shared-memory.js';
export { tryWide } from './backends/wasm/runtime/try-wide.js';
export * from './create/create.js';
export { type DType, isFloat, type TypedArray } from './dtype.js';
export * from './errors.js';
export type { TensorMethods } from './methods.js';

import './methods.js';
import './show/show.js';

export { Generator, type GeneratorState } from './create/random.js';
export * from './create/random-tensors.js';
export * from './ops/compare.js';
export * from './ops/composed/index.js';
export * from './ops/elementwise.js';
export { onesLike, scalarLike, zerosLike } from './ops/fill.js';
export {
  attention,
  attentionWeights,
  crossEntropyRows,
  logSoftmax,
  rmsNorm,
  rope,
  scaledSwiglu,
  softmax,
  sphereStep,
  swiglu,
  unit,
} from './ops/fused.js';
export { gather, oneHot, scatterAdd, takeAlongAxis } from './ops/indexing.js';
export * from './ops/inplace.js';
export * from './ops/matmul.js';
export * from './ops/movement.js';
export * from './ops/reduce.js';
export * from './ops/sort.js';
export { createBackend, currentBackend, init, withBackend } from './registry.js';
export { keep, outsideScopes, scope } from './scope.js';
export { type Axes, broadcastShapes, formatShape, type Shape, sameShape, sizeOf } from './shape.js';
export type { TensorJSON, TensorPrinting } from './show/show.js';
export { SIMD_NAMES } from './simd.js';
export { liveBuffers } from './storage.js';
export * from './tensor.js';
export type { Trace } from './trace.js';
