import ranks from 'gpt-tokenizer/bpeRanks/r50k_base';
import { encode } from 'gpt-tokenizer/encoding/r50k_base';
import { requireText, requireTokenList } from './checks.js';
import { outsideVocabulary, type Tokenizer, type TokenizerDescription } from './tokenizer.js';

/** 50,257 rounded up to a multiple of 64, as nanoGPT and the paper's code do; the extra tokens stand for nothing. */
const PADDED_VOCABULARY = 50304;
const END_OF_TEXT = 50256;
const REPLACEMENT = '\uFFFD';

const utf8 = new TextEncoder();

/** GPT-2's byte-pair encoding. Special tokens in the text are text, as with tiktoken's `encode_ordinary`. */
export class Gpt2Tokenizer implements Tokenizer {
  readonly vocabSize = PADDED_VOCABULARY;

  encode(text: string): Int32Array {
    requireText('encode', 'what is encoded', text);
    return Int32Array.from(encode(text, { disallowedSpecial: new Set<string>() }));
  }

  // Not the package's own decode: it holds back the bytes of an unfinished character, as models write them, and
  // puts them in front of the text that is decoded next.
  decode(tokens: Iterable<number>): string {
    requireTokenList('decode', tokens);
    const bytes = Array.from(tokens, (token) => bytesOf(token)).flatMap((part) => [...part]);
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  }

  byteLength(tokens: Iterable<number>): number {
    requireTokenList('byteLength', tokens);
    let total = 0;
    for (const token of tokens) total += bytesOf(token).length;
    return total;
  }

  describe(): TokenizerDescription {
    return { kind: 'gpt2' };
  }
}

function bytesOf(token: number): ArrayLike<number> & Iterable<number> {
  const entry = typeof token === 'number' ? ranks[token] : undefined;
  if (typeof entry === 'object') return entry;
  if (typeof entry === 'string') return utf8.encode(entry);
  if (token === END_OF_TEXT) return utf8.encode('<|endoftext|>');
  if (token > END_OF_TEXT && token < PADDED_VOCABULARY) return utf8.encode(REPLACEMENT);
  return outsideVocabulary(token, PADDED_VOCABULARY);
}
