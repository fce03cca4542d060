/** The check of what is to be called. */
import { ArgumentError } from '../errors.js';
import { described } from './describe.js';

/** @throws ArgumentError, in the name of `op`, unless `f` is a function; `kind` says which one is wanted. */
export function requireCallback(op: string, f: unknown, kind = 'a function'): void {
  if (typeof f !== 'function') throw new ArgumentError(`${op}: wants ${kind}, got ${described(f)}`);
}
