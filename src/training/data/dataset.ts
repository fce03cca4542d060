/**
 * What there is to learn from and to measure on: tokens, split in two, and their tokenizer.
 * Explained in docs/training.md.
 */
import { described } from '../../tensor/checks/describe.js';
import { ArgumentError, DataError } from '../../tensor/index.js';
import { requireText, requireTokenizer } from './checks.js';
import type { DataSource, StoredData } from './data-source.js';
import type { Tokenizer } from './tokenizer.js';

/** Tokens one after the other; 16 bits each as in nanoGPT's files, or 32. */
export type Tokens = Uint16Array | Int32Array;

/** What a model learns from and what it is measured on. */
export interface Dataset {
  /** As given on the command line: `moby-dick`, a file, a folder. */
  readonly name: string;
  readonly train: Tokens;
  readonly val: Tokens;
  readonly tokenizer: Tokenizer;
  /** Where to read it again, if the name does not say. */
  readonly source?: DataSource;
  /** The folder in which relative paths of it begin, if it has any. */
  readonly folder?: string;
}

/** Where it can be read again, as a checkpoint keeps it. */
export function storedDataOf({ name, source = name, folder }: Dataset): StoredData {
  return { data: source, ...(folder === undefined ? {} : { dataFolder: folder }) };
}

/** The part of a text that trains; the rest validates. */
export const TRAIN_FRACTION = 0.9;

/**
 * A text as a dataset: the first 90 % trains, the last 10 % validates.
 * @throws DataError when the tokenizer cannot express
 * it.
 * @example
 * const text = 'abcdefghij'.repeat(10);
 * const { train, val } = textDataset('letters', text, CharTokenizer.fromText(text));
 * [train.length, val.length] // [90, 10]
 */
export function textDataset(name: string, text: string, tokenizer: Tokenizer): Dataset {
  requireText('textDataset', 'its name', name);
  requireText('textDataset', 'what it is made from', text);
  requireTokenizer('textDataset', tokenizer);
  const cut = trainingLength(text);
  const encode = (part: string) => {
    try {
      return tokenizer.encode(part);
    } catch (error) {
      throw error instanceof DataError ? new DataError(`${name}: ${error.message}`, { cause: error }) : error;
    }
  };
  return { name, train: encode(text.slice(0, cut)), val: encode(text.slice(cut)), tokenizer };
}

/** @throws DataError unless both splits hold at least one block and the token that follows it. */
export function requireBlocks({ name, train, val }: Dataset, blockSize: number): void {
  requireBlock(name, 'training', train, blockSize);
  requireBlock(name, 'validation', val, blockSize);
}

/** `requireBlocks` for one split. */
export function requireBlock(
  name: string,
  split: 'training' | 'validation',
  tokens: Tokens,
  blockSize: number,
): void {
  if (tokens.length > blockSize) return;
  throw new DataError(
    `${name} is too short: its ${split} split has ${tokens.length} tokens, ` +
      `a block of ${blockSize} needs at least ${blockSize + 1}`,
  );
}

/** @throws DataError when a token is outside the vocabulary. */
export function requireTokens(name: string, tokens: Tokens, vocabSize: number): void {
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] < vocabSize) continue;
    throw new DataError(
      `${name}: token ${tokens[i]} at position ${i} does not fit the vocabulary of ${vocabSize}`,
    );
  }
}

/** Never cuts a character of two code units in half. */
function trainingLength(text: string): number {
  const cut = Math.floor(text.length * TRAIN_FRACTION);
  const codePoint = cut === 0 ? 0 : (text.codePointAt(cut - 1) ?? 0);
  return codePoint > 0xffff ? cut + 1 : cut;
}

/** @throws ArgumentError unless it is an array of tokens as datasets have them. */
export function requireTokenArray(op: string, tokens: unknown): asserts tokens is Tokens {
  if (tokens instanceof Int32Array || tokens instanceof Uint16Array) return;
  throw new ArgumentError(`${op}: tokens are an Int32Array or a Uint16Array, got ${described(tokens)}`);
}

/** @throws ArgumentError unless it is what `textDataset` makes. */
export function requireDataset(op: string, dataset: unknown): asserts dataset is Dataset {
  const { name, train, val, tokenizer } = (dataset ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof dataset !== 'object' || dataset === null) {
    throw new ArgumentError(
      `${op}: wants a dataset { name, train, val, tokenizer }, got ${described(dataset)}`,
    );
  }
  requireText(op, 'the name of a dataset', name);
  requireTokenArray(op, train);
  requireTokenArray(op, val);
  requireTokenizer(op, tokenizer);
}
