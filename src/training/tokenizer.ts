import { DataError } from '../tensor/index.js';

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

export type TokenizerDescription =
  | { readonly kind: 'char'; readonly characters: readonly string[] }
  | { readonly kind: 'gpt2' }
  | { readonly kind: 'numbers'; readonly vocabSize: number };

const utf8 = new TextEncoder();

/** One token per character (Unicode code point). */
export class CharTokenizer implements Tokenizer {
  private readonly tokens: ReadonlyMap<string, number>;

  /** `characters[token]` is what the token stands for. @throws DataError unless they are distinct single characters. */
  constructor(private readonly characters: readonly string[]) {
    this.tokens = new Map(characters.map((character, token) => [character, token]));
    if (characters.length === 0) throw new DataError('character tokenizer: the vocabulary is empty');
    for (const character of characters) {
      if ([...character].length !== 1) {
        throw new DataError(`character tokenizer: wants single characters, got ${JSON.stringify(character)}`);
      }
    }
    if (this.tokens.size !== characters.length) {
      throw new DataError('character tokenizer: the vocabulary names a character twice');
    }
  }

  /** The vocabulary is every character of `text`, in the order of their code points. */
  static fromText(text: string): CharTokenizer {
    const codePoint = (character: string) => character.codePointAt(0) ?? 0;
    return new CharTokenizer([...new Set(text)].sort((a, b) => codePoint(a) - codePoint(b)));
  }

  get vocabSize(): number {
    return this.characters.length;
  }

  encode(text: string): Int32Array {
    const tokens = new Int32Array(text.length);
    const unknown = new Set<string>();
    let length = 0;
    for (const character of text) {
      const token = this.tokens.get(character);
      if (token === undefined) unknown.add(character);
      else tokens[length++] = token;
    }
    if (unknown.size > 0) throw unknownCharacters([...unknown]);
    return tokens.slice(0, length);
  }

  decode(tokens: Iterable<number>): string {
    let text = '';
    for (const token of tokens) text += this.characters[token] ?? outside(token, this.vocabSize);
    return text;
  }

  byteLength(tokens: Iterable<number>): number {
    const lengths = this.characters.map((character) => utf8.encode(character).length);
    let total = 0;
    for (const token of tokens) total += lengths[token] ?? outside(token, this.vocabSize);
    return total;
  }

  describe(): TokenizerDescription {
    return { kind: 'char', characters: this.characters };
  }
}

/** For token files that say nothing of their text: tokens are written as numbers with blanks between. */
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
    return known ? token : outside(token, this.vocabSize);
  }
}

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

function outside(token: number | string, vocabSize: number): never {
  throw new DataError(`token ${token} is outside the vocabulary of ${vocabSize}`);
}

/** Names at most ten of them, with their code points, since some have no shape on a terminal. */
function unknownCharacters(characters: readonly string[]): DataError {
  const names = characters.slice(0, 10).map((character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `${JSON.stringify(character)} (U+${hex})`;
  });
  const more = characters.length > 10 ? ` and ${characters.length - 10} more` : '';
  return new DataError(`characters that are not in the vocabulary: ${names.join(', ')}${more}`);
}
