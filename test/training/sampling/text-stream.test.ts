import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CharTokenizer } from '../../../src/training/data/char-tokenizer.js';
import { loadGpt2Tokenizer } from '../../../src/training/data/load-tokenizer.js';
import type { Tokenizer } from '../../../src/training/data/tokenizer.js';
import { TextStream } from '../../../src/training/sampling/text-stream.js';

function pieces(tokenizer: Tokenizer, tokens: Iterable<number>): string[] {
  const stream = new TextStream(tokenizer);
  const parts = Array.from(tokens, (token) => stream.push(token));
  return [...parts, stream.end()];
}

describe('TextStream', () => {
  it('hands out whole characters that add up to the text', async () => {
    const tokenizer = await loadGpt2Tokenizer();
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', 'é', '漢', '😀', '🧠', '\u{10FFFF}') }),
        (text) => {
          const parts = pieces(tokenizer, tokenizer.encode(text));
          expect(parts.join('')).toBe(text);
          for (const part of parts) expect(part).not.toContain('\uFFFD');
        },
      ),
    );
  });

  it('gives each character at once where a token is one', () => {
    const tokenizer = CharTokenizer.fromText('a😀');
    expect(pieces(tokenizer, tokenizer.encode('😀a'))).toEqual(['😀', 'a', '']);
  });

  it('does not wait forever for bytes that are no character', async () => {
    const tokenizer = await loadGpt2Tokenizer();
    const [start] = tokenizer.encode('😀');
    expect(pieces(tokenizer, [start])).toEqual(['', '\uFFFD']);
    expect(pieces(tokenizer, new Array(9).fill(start)).join('')).toMatch(/^\uFFFD+$/);
    expect(pieces(tokenizer, new Array(9).fill(start)).filter((part) => part !== '').length).toBeGreaterThan(
      2,
    );
  });
});
