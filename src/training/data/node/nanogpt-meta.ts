/**
 * What the tokens of a data folder stand for: `meta.json`, nanoGPT's `meta.pkl` as JSON.
 * Explained in docs/nanogpt.md.
 */
import { join } from 'node:path';
import { DataError } from '../../../tensor/index.js';
import { isThere } from '../../files/node/folders.js';
import { CharTokenizer } from '../char-tokenizer.js';
import { loadGpt2Tokenizer } from '../load-tokenizer.js';
import { NumberTokenizer } from '../number-tokenizer.js';
import type { Tokenizer } from '../tokenizer.js';
import { readTextFile } from './text-file.js';

/** Tokens are uint16. */
const MAX_VOCABULARY = 2 ** 16;

/** Pickles are programs for Python, which alone can run them. */
const TO_JSON = `python3 -c "import json, pickle; json.dump(pickle.load(open('meta.pkl', 'rb')), open('meta.json', 'w'))"`;

/**
 * `vocab_size`, and `itos` from token to character; without `itos`, tokens show as numbers. Without the file the tokens
 * are GPT-2's, as in nanoGPT. @throws DataError when it is damaged, contradicts itself, or is there as a pickle only.
 */
export async function readMeta(folder: string): Promise<Tokenizer> {
  const path = join(folder, 'meta.json');
  if (!(await isThere(path))) {
    if (!(await isThere(join(folder, 'meta.pkl')))) return loadGpt2Tokenizer();
    throw new DataError(
      `${folder} has meta.pkl, but no meta.json; to make it, run in that folder: ${TO_JSON}`,
    );
  }
  const meta = parse(path, await readTextFile(path));
  const vocabSize = readVocabSize(path, meta.vocab_size);
  if (meta.tokenizer !== undefined && meta.tokenizer !== 'char') {
    throw new DataError(
      `${path}: unknown tokenizer ${shown(meta.tokenizer)}; itos gives characters, and GPT-2's tokens need no meta.json`,
    );
  }
  checkTokens(path, meta.stoi, vocabSize);
  return meta.itos === undefined
    ? new NumberTokenizer(vocabSize)
    : new CharTokenizer(readCharacters(path, meta.itos, vocabSize));
}

function parse(path: string, text: string): Record<string, unknown> {
  let meta: unknown;
  try {
    meta = JSON.parse(text);
  } catch (cause) {
    throw new DataError(`${path} is not valid JSON`, { cause });
  }
  if (!isObject(meta)) throw new DataError(`${path} is not a JSON object`);
  return meta;
}

function readVocabSize(path: string, value: unknown): number {
  if (value === undefined) throw new DataError(`${path} has no vocab_size`);
  if (Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= MAX_VOCABULARY)
    return Number(value);
  throw new DataError(
    `${path}: vocab_size must be a whole number from 1 to ${MAX_VOCABULARY}, as tokens have 16 bits, got ${shown(value)}`,
  );
}

/** `stoi` says nothing that `itos` does not, but where it is wrong the files do not belong together. */
function checkTokens(path: string, stoi: unknown, vocabSize: number): void {
  if (stoi === undefined) return;
  if (!isObject(stoi)) throw new DataError(`${path}: stoi must be an object`);
  for (const [character, token] of Object.entries(stoi)) {
    if (Number.isSafeInteger(token) && Number(token) >= 0 && Number(token) < vocabSize) continue;
    throw new DataError(
      `${path}: stoi gives ${shown(character)} the token ${shown(token)}, which does not fit the vocab_size of ${vocabSize}`,
    );
  }
}

function readCharacters(path: string, itos: unknown, vocabSize: number): string[] {
  if (!isObject(itos) && !Array.isArray(itos)) {
    throw new DataError(`${path}: itos must be an object or array`);
  }
  const count = Object.keys(itos).length;
  if (count > vocabSize) {
    throw new DataError(`${path}: itos names ${count} tokens, the vocab_size is ${vocabSize}`);
  }
  return Array.from({ length: vocabSize }, (_, token) => {
    const character = (itos as Record<string, unknown>)[token];
    if (typeof character === 'string') return character;
    throw new DataError(`${path}: itos names no character for token ${token}`);
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Part of one line of an error message. */
function shown(value: unknown): string {
  return JSON.stringify(value).slice(0, 60);
}
