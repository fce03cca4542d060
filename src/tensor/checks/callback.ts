/** The check of what is to be called. */
import { ArgumentError } from '../errors.js';
import { described } from './describe.js';

/** @throws ArgumentError, in the name of `op`, unless `f` is a function; `kind` says which one is wanted. */
export function requireCallback(op: string, f: unknown, kind = 'a function'): void {
  if (typeof f !== 'function') throw new ArgumentError(`${op}: wants ${kind}, got ${described(f)}`);
}

/**
 * For what holds only until `f` returns.
 * @throws ArgumentError, in the name of `op`, unless `f` is a function that is not async. One that returns a promise all the
 * same may: that of `x.data()` is no harm.
 */
export function requireSynchronous(op: string, f: unknown): void {
  requireCallback(op, f);
  if (Object.prototype.toString.call(f) !== '[object AsyncFunction]') return;
  throw new ArgumentError(
    `${op}: the function must be synchronous: it holds only up to the first await; call ${op} for each part between them`,
  );
}
