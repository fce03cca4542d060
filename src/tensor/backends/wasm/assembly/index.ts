// Every kernel the host calls. Addresses are byte addresses in linear memory; the host allocates.

/** The first byte that the module's own data leaves free. */
export function heapBase(): usize {
  return __heap_base;
}

export * from './adam';
export * from './attention';
export * from './binary';
export * from './elementwise';
export * from './indexing';
export * from './matmul';
export * from './normalize';
export * from './rope';
export * from './softmax';
export { argsort } from './sort';
export * from './swiglu';

// These have parts that other kernels are made of.
export { copy, copyStrided, fillFloat, fillInt, transposeStrided } from './movement';
export {
  argmaxInt, argmaxRows, cumsum, cumsumInt, maxColumns, maxInt, maxRows, sumColumns, sumInt, sumRows, sumSquares,
} from './reduce';
