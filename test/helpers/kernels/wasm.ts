import type { Backend, Operand } from '../../../src/tensor/backend.js';
import { createWasmBackend } from '../../../src/tensor/backends/wasm/index.js';
import type { TypedArray } from '../../../src/tensor/dtype.js';
import type { Shape } from '../../../src/tensor/shape.js';

/** All builds, for `describe.each`. Wide is slow where V8 does not pair its vectors, and computes the same. */
export const wasmBackends: readonly (readonly [string, Backend])[] = [
  ['simd', await createWasmBackend({ mode: 'simd' })],
  ['relaxed-simd', await createWasmBackend({ mode: 'relaxed-simd' })],
  ['wide', await createWasmBackend({ mode: 'wide' })],
];

/** Uploads to what a kernel takes. */
export function operand(backend: Backend, values: TypedArray, shape: Shape): Operand {
  const dtype = values instanceof Int32Array ? 'int32' : 'float32';
  return { buffer: backend.upload(values, dtype), shape, dtype };
}
