/** What training asks of the data it is given, which plain JavaScript may get wrong. */
import { described } from '../../tensor/checks/describe.js';
import { requireIterable } from '../../tensor/checks/values.js';
import { ArgumentError } from '../../tensor/index.js';
import type { Tokenizer } from './tokenizer.js';

/** @throws ArgumentError unless `value` is a text. */
export function requireText(op: string, what: string, value: unknown): asserts value is string {
  if (typeof value === 'string') return;
  throw new ArgumentError(`${op}: ${what} must be a text, got ${described(value)}`);
}

/** @throws ArgumentError unless it is one token after the other. */
export function requireTokenList(op: string, tokens: unknown): asserts tokens is Iterable<number> {
  requireIterable(op, 'a list of tokens', tokens);
}

/** @throws ArgumentError unless it does what a tokenizer does. */
export function requireTokenizer(op: string, tokenizer: unknown): asserts tokenizer is Tokenizer {
  const { vocabSize, encode, decode, describe } = (tokenizer ?? {}) as Readonly<Record<string, unknown>>;
  const methods = [encode, decode, describe];
  if (Number.isSafeInteger(vocabSize) && methods.every((method) => typeof method === 'function')) return;
  throw new ArgumentError(`${op}: wants a tokenizer, got ${described(tokenizer)}`);
}
