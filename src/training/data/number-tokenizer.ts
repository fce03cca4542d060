import { outsideVocabulary, type Tokenizer, type TokenizerDescription } from './tokenizer.js';

/**
 * For token files that say nothing of their text: tokens are written as numbers with blanks between.
 * @example [...new NumberTokenizer(10).encode('3 1 4')] // [3, 1, 4]
 */
export class NumberTokenizer implements Tokenizer {
  constructor(readonly vocabSize: number) {}

  encode(text: string): Int32Array {
    const words = text.split(/\s+/).filter((word) => word !== '');
    return Int32Array.from(words, (word) => this.check(/^\d+$/.test(word) ? Number(word) : word));
  }

  decode(tokens: Iterable<number>): string {
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
