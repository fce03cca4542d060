/** The engine behind the figures: backends of their own, so that a page may use another as its current one. */
import { type Backend, createBackend, scope, withBackend } from '../../../src/index.js';

let exact: Promise<Backend> | undefined;

/** Plain loops in float64: every digit that a figure shows is right. */
export function exactBackend(): Promise<Backend> {
  exact ??= createBackend('reference', { dtype: 'float64' });
  return exact;
}

/** WebAssembly in its plainest build, the same on every machine, with a memory of its own that nobody else has used. */
export function freshWasmBackend(): Promise<Backend> {
  return createBackend('wasm', { mode: 'simd' });
}

/** What `f` makes of tensors on a backend; it returns plain values, and all its tensors are freed. */
export function computed<T>(backend: Backend, f: () => T): T {
  return withBackend(backend, () => scope(f));
}
