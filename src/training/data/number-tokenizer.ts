import { requireWhole } from '../../tensor/checks/values.js';
import { requireText, requireTokenList } from './checks.js';
import { outsideVocabulary, type Tokenizer, type TokenizerDescription } from './tokenizer.js';

/**
 * For token files that say nothing of their text: tokens are written as numbers with blanks between.
 * @example [...new NumberTokenizer(10).encode('3 1 4')] // [3, 1, 4]
 */
export class NumberTokenizer implements Tokenizer {
  /** @throws ConfigError unless `vocabSize` is a whole number of at least 0. */
  constructor(readonly vocabSize: number) {
    requireWhole('vocabSize', vocabSize, 0);
  }

  encode(text: string): Int32Array {
    requireText('encode', 'what is encoded', text);
    const words = text.split(/\s+/).filter((word) => word !== '');
    return Int32Array.from(words, (word) => this.check(/^\d+$/.test(word) ? Number(word) : word));
  }

  decode(tokens: Iterable<number>): string {
    requireTokenList('decode', tokens);
    return Array.from(tokens, (token) => `${this.check(token)} `).join('');
  }

  byteLength(): null {
    return null;
  }

  describe(): TokenizerDescription {
    return { kind: 'numbers', vocabSize: this.vocabSize };
  }

  private check(token: number | string): number {
    const known =
      typeof token === 'number' && Number.isInteger(token) && token >= 0 && token < this.vocabSize;
    return known ? token : outsideVocabulary(token, this.vocabSize);
  }
}
