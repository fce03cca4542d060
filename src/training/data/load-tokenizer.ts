import { CharTokenizer } from './char-tokenizer.js';
import { NumberTokenizer } from './number-tokenizer.js';
import type { Tokenizer, TokenizerDescription } from './tokenizer.js';

/** The tokenizer of a checkpoint. @throws DataError when the description is none. */
export async function loadTokenizer(description: TokenizerDescription): Promise<Tokenizer> {
  if (description.kind === 'char') return new CharTokenizer(description.characters);
  if (description.kind === 'numbers') return new NumberTokenizer(description.vocabSize);
  return loadGpt2Tokenizer();
}

/** GPT-2's byte-pair encoding. The module with its table is loaded only when needed. */
export async function loadGpt2Tokenizer(): Promise<Tokenizer> {
  const { Gpt2Tokenizer } = await import('./gpt2-tokenizer.js');
  return new Gpt2Tokenizer();
}
