import type { Tokenizer } from '../data/tokenizer.js';

const REPLACEMENT = '\uFFFD';

/** Longer than any character: after so many tokens the bytes are simply not UTF-8. */
const MOST_TOKENS_PER_CHARACTER = 4;

/** Turns tokens into text as they come. A byte-pair token may end inside a character, whose rest it waits for. */
export class TextStream {
  private pending: number[] = [];

  constructor(private readonly tokenizer: Tokenizer) {}

  /** The text that is certain now that `token` has come; perhaps none. */
  push(token: number): string {
    this.pending.push(token);
    const text = this.tokenizer.decode(this.pending);
    if (text.endsWith(REPLACEMENT) && this.pending.length < MOST_TOKENS_PER_CHARACTER) return '';
    this.pending = [];
    return text;
  }

  /** What is left at the end. */
  end(): string {
    const text = this.tokenizer.decode(this.pending);
    this.pending = [];
    return text;
  }
}
