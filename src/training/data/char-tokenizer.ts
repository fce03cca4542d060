import { DataError } from '../../tensor/index.js';
import { outsideVocabulary, type Tokenizer, type TokenizerDescription } from './tokenizer.js';

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
    for (const token of tokens) text += this.characters[token] ?? outsideVocabulary(token, this.vocabSize);
    return text;
  }

  byteLength(tokens: Iterable<number>): number {
    const lengths = this.characters.map((character) => utf8.encode(character).length);
    let total = 0;
    for (const token of tokens) total += lengths[token] ?? outsideVocabulary(token, this.vocabSize);
    return total;
  }

  describe(): TokenizerDescription {
    return { kind: 'char', characters: this.characters };
  }
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
