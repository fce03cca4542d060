/** From the description in a checkpoint back to the tokenizer. */
import { described } from '../../tensor/checks/describe.js';
import { DataError } from '../../tensor/index.js';
import { CharTokenizer } from './char-tokenizer.js';
import { NumberTokenizer } from './number-tokenizer.js';
import type { Tokenizer, TokenizerDescription } from './tokenizer.js';

/** The tokenizer of a checkpoint. @throws DataError when the description is none. */
export async function loadTokenizer(description: TokenizerDescription): Promise<Tokenizer> {
  const kind: unknown = description?.kind;
  if (kind === 'gpt2') return loadGpt2Tokenizer();
  if (description?.kind === 'char') return new CharTokenizer(description.characters);
  if (description?.kind === 'numbers') return new NumberTokenizer(description.vocabSize);
  throw new DataError(`loadTokenizer: a kind of tokenizer is char, numbers or gpt2, got ${described(kind)}`);
}

/** GPT-2's byte-pair encoding. The module with its table is loaded only when needed. */
export async function loadGpt2Tokenizer(): Promise<Tokenizer> {
  const { Gpt2Tokenizer } = await import('./gpt2-tokenizer.js');
  return new Gpt2Tokenizer();
}
