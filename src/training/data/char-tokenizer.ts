import { requireList } from '../../tensor/checks/values.js';
import { DataError } from '../../tensor/index.js';
import { requireText, requireTokenList } from './checks.js';
import { outsideVocabulary, type Tokenizer, type TokenizerDescription } from './tokenizer.js';

const utf8 = new TextEncoder();

/**
 * One token per character (Unicode code point).
 * @example
 * const tokenizer = CharTokenizer.fromText('hello');
 * [...tokenizer.encode('hole')] // [1, 3, 2, 0]
 */
export class CharTokenizer implements Tokenizer {
  /** Tokens by code points. */
  private readonly tokens: ReadonlyMap<number, number>;

  /** `characters[token]` is what the token stands for. @throws DataError unless they are distinct single characters. */
  constructor(private readonly characters: readonly string[]) {
    requireList('character tokenizer', 'characters', characters);
    for (const character of characters) requireText('character tokenizer', 'a character', character);
    this.tokens = new Map(characters.map((character, token) => [codePointAt(character, 0), token]));
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
    requireText('CharTokenizer', 'what it is made from', text);
    const found = new Set<number>();
    for (let i = 0; i < text.length; i++) {
      const codePoint = codePointAt(text, i);
      found.add(codePoint);
      if (isPair(codePoint)) i++;
    }
    return new CharTokenizer(
      [...found].sort((a, b) => a - b).map((codePoint) => String.fromCodePoint(codePoint)),
    );
  }

  get vocabSize(): number {
    return this.characters.length;
  }

  encode(text: string): Int32Array {
    requireText('encode', 'what is encoded', text);
    const tokens = new Int32Array(text.length);
    const unknown = new Set<number>();
    let length = 0;
    for (let i = 0; i < text.length; i++) {
      const codePoint = codePointAt(text, i);
      const token = this.tokens.get(codePoint);
      if (token === undefined) unknown.add(codePoint);
      else tokens[length++] = token;
      if (isPair(codePoint)) i++;
    }
    if (unknown.size > 0) throw unknownCharacters([...unknown]);
    return tokens.slice(0, length);
  }

  decode(tokens: Iterable<number>): string {
    requireTokenList('decode', tokens);
    let text = '';
    for (const token of tokens) text += at(this.characters, token);
    return text;
  }

  byteLength(tokens: Iterable<number>): number {
    requireTokenList('byteLength', tokens);
    const lengths = this.characters.map((character) => utf8.encode(character).length);
    let total = 0;
    for (const token of tokens) total += at(lengths, token);
    return total;
  }

  describe(): TokenizerDescription {
    return { kind: 'char', characters: this.characters };
  }
}

/** @throws DataError where there is none. */
function at<T>(list: readonly T[], token: number): T {
  // An array has more under the names of properties.
  return (typeof token === 'number' ? list[token] : undefined) ?? outsideVocabulary(token, list.length);
}

// Texts are gone through by code points: an iterator that makes a string of each takes three times as long.
function codePointAt(text: string, index: number): number {
  return text.codePointAt(index) ?? 0;
}

/** Whether it takes two code units. */
function isPair(codePoint: number): boolean {
  return codePoint > 0xffff;
}

/** Names at most ten of them, with their code points, since some have no shape on a terminal. */
function unknownCharacters(codePoints: readonly number[]): DataError {
  const names = codePoints.slice(0, 10).map((codePoint) => {
    const hex = codePoint.toString(16).toUpperCase().padStart(4, '0');
    return `${JSON.stringify(String.fromCodePoint(codePoint))} (U+${hex})`;
  });
  const more = codePoints.length > 10 ? ` and ${codePoints.length - 10} more` : '';
  return new DataError(`characters that are not in the vocabulary: ${names.join(', ')}${more}`);
}
