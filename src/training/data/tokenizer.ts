/** What every tokenizer can do, and what a checkpoint keeps of it. */
import { shown } from '../../tensor/checks/describe.js';
import { DataError } from '../../tensor/index.js';

/** Turns text into tokens and back. */
export interface Tokenizer {
  /** Tokens lie in [0, vocabSize). */
  readonly vocabSize: number;
  /** @throws DataError when the vocabulary cannot express `text`. */
  encode(text: string): Int32Array;
  /** @throws DataError for a token outside the vocabulary. */
  decode(tokens: Iterable<number>): string;
  /** The length of what `tokens` stand for in UTF-8; null if that is not known. For bits per byte. */
  byteLength(tokens: Iterable<number>): number | null;
  /** What `loadTokenizer` makes the same tokenizer from; goes into checkpoints as JSON. */
  describe(): TokenizerDescription;
}

/** What a checkpoint keeps of a tokenizer: enough to make it again. */
export type TokenizerDescription =
  | { readonly kind: 'char'; readonly characters: readonly string[] }
  | { readonly kind: 'gpt2' }
  | { readonly kind: 'numbers'; readonly vocabSize: number };

/** @throws DataError, always. */
export function outsideVocabulary(token: number | string, vocabSize: number): never {
  throw new DataError(`token ${shown(token)} is outside the vocabulary of ${vocabSize}`);
}
