/** The check of what is to be a backend. */
import { ArgumentError } from '../errors.js';
import { described } from './describe.js';

/** @throws ArgumentError, in the name of `op`, unless `backend` has what every backend has. */
export function requireBackend(op: string, backend: unknown): void {
  const { kernels, upload, free } = (backend ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof kernels === 'object' && typeof upload === 'function' && typeof free === 'function') return;
  throw new ArgumentError(`${op}: a backend is what createBackend makes, got ${described(backend)}`);
}
