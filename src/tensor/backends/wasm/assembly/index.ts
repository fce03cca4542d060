// Every kernel the host calls. Addresses are byte addresses in linear memory; the host allocates.

/** The first byte that the module's own data leaves free. */
export function heapBase(): usize {
  return __heap_base;
}

export { adamStep } from './adam';
export { attention, attentionBackward, attentionBackwardScratchBytes, attentionScratchBytes } from './attention';
export {
  add, div, eq, eqInt, ge, geInt, gt, gtInt, le, leInt, lt, ltInt, maximum, minimum, mul, ne, neInt, pow, sub,
  where,
} from './binary';
export {
  abs, affine, atan, cos, exp, floatToInt, intToFloat, log, neg, reciprocal, sigmoid, sign, sin, sqrt, square,
  tanh,
} from './elementwise';
export { gather, scatterAdd } from './indexing';
export { matmul, matmulScratchBytes } from './matmul';
export { copy, copyStrided, fillFloat, fillInt, transposeStrided } from './movement';
export { unit, unitBackward, unitColumns } from './normalize';
export { argmaxRows, maxColumns, maxRows, sumColumns, sumRows, sumSquares } from './reduce';
export { rmsNorm, rmsNormBackward } from './rms-norm';
export { rope } from './rope';
export {
  crossEntropy, crossEntropyBackward, logSoftmax, logSoftmaxBackward, softmax, softmaxBackward,
} from './softmax';
export { sphereStep, sphereStepBackward } from './sphere-step';
export { swiglu, swigluBackward } from './swiglu';
