/** Names of tensors and other text, which in a file may be anything. */
import { CheckpointError } from '../../tensor/index.js';

/** A name from a file as it goes into one line of an error message. */
export function shorten(name: string): string {
  const plain = JSON.stringify(name).slice(1, -1);
  return plain.length > 60 ? `${plain.slice(0, 60)}…` : plain;
}

/**
 * JavaScript's strings may hold half a surrogate pair, for which UTF-8 has no bytes and other readers no patience.
 * @throws CheckpointError that calls `text` by `what` it is.
 */
export function requireWellFormed(text: string, what: string): void {
  if (!/\p{Surrogate}/u.test(text)) return;
  throw new CheckpointError(`cannot save ${what}, '${shorten(text)}': half a surrogate pair is no Unicode`);
}
