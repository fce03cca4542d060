import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../../src/index.js';
import { CharTokenizer } from '../../../src/training/data/char-tokenizer.js';
import { loadGpt2Tokenizer, loadTokenizer } from '../../../src/training/data/load-tokenizer.js';
import { NumberTokenizer } from '../../../src/training/data/number-tokenizer.js';
import type { Tokenizer } from '../../../src/training/data/tokenizer.js';

/** Any UTF-16, halves of pairs included. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd7f0, max: 0xe010 })))
  .map((units) => String.fromCharCode(...units));
/** What a UTF-8 file can hold. */
const unicodeText = fc.string({ unit: 'binary', maxLength: 40 });

/** The same tokenizer after a trip through a checkpoint's metadata. */
function reloaded(tokenizer: Tokenizer): Promise<Tokenizer> {
  return loadTokenizer(JSON.parse(JSON.stringify(tokenizer.describe())));
}

describe('CharTokenizer', () => {
  it('gives back any text it was made from, also after a trip through JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyText, unicodeText), async (text) => {
        fc.pre(text !== '');
        const tokenizer = CharTokenizer.fromText(text);
        const tokens = tokenizer.encode(text);
        expect(tokens).toHaveLength([...text].length);
        expect(tokenizer.decode(tokens)).toBe(text);
        expect((await reloaded(tokenizer)).decode(tokens)).toBe(text);
      }),
    );
  });

  it('numbers the characters in the order of their code points', () => {
    fc.assert(
      fc.property(unicodeText, (text) => {
        fc.pre(text !== '');
        const tokenizer = CharTokenizer.fromText(text);
        const all = Array.from({ length: tokenizer.vocabSize }, (_, token) => tokenizer.decode([token]));
        const codePoints = all.map((character) => character.codePointAt(0)!);
        expect(codePoints).toEqual(
          [...new Set([...text].map((c) => c.codePointAt(0)!))].sort((a, b) => a - b),
        );
      }),
    );
  });

  it('sorts by code point, not by UTF-16 unit', () => {
    // U+FF5E is smaller than U+1F600, though the first unit of the latter, 0xD83D, is smaller still.
    expect([...CharTokenizer.fromText('😀～').encode('～😀')]).toEqual([0, 1]);
  });

  it('names unknown characters, each once and at most ten', () => {
    const tokenizer = CharTokenizer.fromText('abc');
    expect(() => tokenizer.encode('aéa漢é')).toThrow(
      new DataError('characters that are not in the vocabulary: "é" (U+00E9), "漢" (U+6F22)'),
    );
    expect(() => tokenizer.encode('0123456789xyz')).toThrow(/"9" \(U\+0039\) and 3 more$/);
  });

  it('refuses tokens outside the vocabulary', () => {
    const tokenizer = CharTokenizer.fromText('abc');
    for (const token of [3, -1, 0.5, Number.NaN]) expect(() => tokenizer.decode([token])).toThrow(DataError);
  });

  it('refuses vocabularies that are empty, ambiguous or not of single characters', () => {
    for (const characters of [[], ['a', 'a'], ['ab'], ['']]) {
      expect(() => new CharTokenizer(characters)).toThrow(DataError);
    }
  });

  it('counts bytes as UTF-8 does', () => {
    fc.assert(
      fc.property(unicodeText, (text) => {
        fc.pre(text !== '');
        const tokenizer = CharTokenizer.fromText(text);
        expect(tokenizer.byteLength(tokenizer.encode(text))).toBe(new TextEncoder().encode(text).length);
      }),
    );
  });
});

describe('Gpt2Tokenizer', () => {
  it("gives the tokens of OpenAI's encoder", async () => {
    const tokenizer = await loadGpt2Tokenizer();
    // From the paper's and nanoGPT's tiktoken: tiktoken.get_encoding('gpt2').encode_ordinary(...).
    expect([...tokenizer.encode('hello world')]).toEqual([31373, 995]);
    expect([...tokenizer.encode("Hello, I'm a language model,")]).toEqual([
      15496, 11, 314, 1101, 257, 3303, 2746, 11,
    ]);
    expect([...tokenizer.encode('\n')]).toEqual([198]);
    expect(tokenizer.vocabSize).toBe(50304);
  });

  it('gives back any Unicode text, also after a trip through JSON', async () => {
    const tokenizer = await loadGpt2Tokenizer();
    await fc.assert(
      fc.asyncProperty(unicodeText, async (text) => {
        const tokens = tokenizer.encode(text);
        expect(tokenizer.decode(tokens)).toBe(text);
        expect((await reloaded(tokenizer)).encode(text)).toEqual(tokens);
        expect(tokenizer.byteLength(tokens)).toBe(new TextEncoder().encode(text).length);
      }),
    );
  });

  it('takes special tokens in a text for text, and a byte order mark for a character', async () => {
    const tokenizer = await loadGpt2Tokenizer();
    for (const text of ['<|endoftext|>', 'a<|endoftext|>b', '\uFEFFa']) {
      const tokens = tokenizer.encode(text);
      expect(tokens).not.toContain(50256);
      expect(tokenizer.decode(tokens)).toBe(text);
    }
    expect(tokenizer.decode([50256])).toBe('<|endoftext|>');
  });

  it('forgets the bytes of an unfinished character', async () => {
    const tokenizer = await loadGpt2Tokenizer();
    const [first, second] = tokenizer.encode('😀');
    expect(tokenizer.decode([first])).toBe('\uFFFD');
    expect(tokenizer.decode(tokenizer.encode('next'))).toBe('next');
    expect(tokenizer.decode([second])).toBe('\uFFFD');
  });

  it('shows the padding as replacement characters and refuses what is beyond', async () => {
    const tokenizer = await loadGpt2Tokenizer();
    expect(tokenizer.decode([50257, 50303])).toBe('\uFFFD\uFFFD');
    for (const token of [50304, -1, 1.5]) expect(() => tokenizer.decode([token])).toThrow(DataError);
  });
});

describe('NumberTokenizer', () => {
  it('writes and reads tokens as numbers', async () => {
    const tokenizer = await reloaded(new NumberTokenizer(100));
    expect(tokenizer.decode([0, 99])).toBe('0 99 ');
    expect([...tokenizer.encode(' 0  99\n7')]).toEqual([0, 99, 7]);
    expect([...tokenizer.encode('')]).toEqual([]);
  });

  it('refuses what is no token', () => {
    const tokenizer = new NumberTokenizer(100);
    for (const text of ['100', 'a', '-1', '1.5', '1e1'])
      expect(() => tokenizer.encode(text)).toThrow(DataError);
    for (const token of [100, -1, 0.5, Number.NaN]) {
      expect(() => tokenizer.decode([token])).toThrow(DataError);
    }
  });
});
