import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../../src/index.js';
import { CharTokenizer } from '../../../src/training/data/char-tokenizer.js';
import { requireBlocks, requireTokens, textDataset } from '../../../src/training/data/dataset.js';

function dataset(text: string) {
  return textDataset('text', text, CharTokenizer.fromText(text));
}

describe('textDataset', () => {
  it('trains on the first 90 % and validates on the rest, with nothing lost and no character cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'é', '😀'), minLength: 1, maxLength: 60 }),
        (text) => {
          const { train, val, tokenizer } = dataset(text);
          expect(tokenizer.decode(train) + tokenizer.decode(val)).toBe(text);
          const cut = tokenizer.decode(train).length;
          expect(cut - Math.floor(text.length * 0.9)).toBeGreaterThanOrEqual(0);
          expect(cut - Math.floor(text.length * 0.9)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it("cuts where nanoGPT's int(0.9 * n) does", () => {
    for (const [length, cut] of [
      [10, 9],
      [19, 17],
      [1, 0],
      [1000, 900],
    ]) {
      const { train, val } = dataset('a'.repeat(length));
      expect([train.length, val.length]).toEqual([cut, length - cut]);
    }
  });
});

describe('requireBlocks', () => {
  it('wants a block and one token more in both splits', () => {
    const text = (length: number) => dataset('a'.repeat(length));
    expect(() => requireBlocks(text(50), 4)).not.toThrow();
    expect(() => requireBlocks(text(50), 5)).toThrow(
      new DataError('text is too short: its validation split has 5 tokens, a block of 5 needs at least 6'),
    );
    expect(() => requireBlocks(text(9), 8)).toThrow(/training split has 8 tokens.* at least 9/);
  });
});

describe('requireTokens', () => {
  it('names the first token that does not fit', () => {
    const tokens = Uint16Array.of(0, 9, 10, 11);
    expect(() => requireTokens('val.bin', tokens, 12)).not.toThrow();
    expect(() => requireTokens('val.bin', tokens, 10)).toThrow(
      new DataError('val.bin: token 10 at position 2 does not fit the vocabulary of 10'),
    );
  });
});
