import { type Backend, createBackend } from '../../../src/tensor/index.js';
import { relative, type Tolerance } from '../values/tolerance.js';

/** float64 on the reference backend: for derivative checks and formulas. */
export const reference64: Backend = await createBackend('reference', { dtype: 'float64' });

/** Every backend that runs here, by a name for `describe.each`. */
export const backends: readonly (readonly [name: string, backend: Backend])[] = [
  ['reference float64', reference64],
  ['reference float32', await createBackend('reference')],
  ['wasm', await createBackend('wasm')],
];

/** How far sums of a few hundred ordinary numbers may be off: a few hundred rounding errors, or `times` as many. */
export function toleranceOf(backend: Backend, times = 1): Tolerance {
  return relative(times * (backend.floatType === 'float64' ? 1e-11 : 2e-5));
}
