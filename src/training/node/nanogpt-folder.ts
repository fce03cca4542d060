/** nanoGPT's data folders: `train.bin` and `val.bin`, uint16 tokens in a row, and perhaps a `meta.json`. */
import { closeSync, openSync, readSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../../tensor/index.js';
import { type Dataset, requireTokens } from '../data.js';
import { CharTokenizer, loadGpt2Tokenizer, NumberTokenizer, type Tokenizer } from '../tokenizer.js';
import { isThere } from './durable-file.js';
import { describeFileError } from './file-error.js';
import { readTextFile } from './text-file.js';

/**
 * Without `meta.json` the tokens are GPT-2's, as in nanoGPT. `meta.json` is its `meta.pkl` as JSON: `vocab_size`, and
 * `itos` from token to character; without `itos`, tokens show as numbers.
 * @throws DataError for files that are missing, empty, damaged or at odds with each other.
 */
export async function readNanogptFolder(folder: string): Promise<Dataset> {
  const [train, val] = [
    await readTokens(join(folder, 'train.bin')),
    await readTokens(join(folder, 'val.bin')),
  ];
  const tokenizer = await readMeta(join(folder, 'meta.json'));
  requireTokens(join(folder, 'train.bin'), train, tokenizer.vocabSize);
  requireTokens(join(folder, 'val.bin'), val, tokenizer.vocabSize);
  return { name: folder, train, val, tokenizer };
}

/** At most this much is read at a time; the system refuses 2 GiB. */
const CHUNK_BYTES = 2 ** 28;

/** Straight into memory that threads can share. */
async function readTokens(path: string): Promise<Uint16Array> {
  const bytes = await fileSize(path);
  if (bytes === 0) throw new DataError(`${path} is empty`);
  if (bytes % 2 !== 0)
    throw new DataError(`${path} has an odd number of bytes (${bytes}); wants uint16 tokens`);
  try {
    const target = new Uint8Array(new SharedArrayBuffer(bytes));
    const file = openSync(path, 'r');
    try {
      for (let position = 0; position < bytes; ) {
        const read = readSync(file, target, position, Math.min(CHUNK_BYTES, bytes - position), position);
        if (read === 0) throw new DataError(`${path} ended after ${position} of ${bytes} bytes`);
        position += read;
      }
    } finally {
      closeSync(file);
    }
    return new Uint16Array(target.buffer);
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`cannot read ${path}: ${describeFileError(error)}`, { cause: error });
  }
}

async function fileSize(path: string): Promise<number> {
  const info = await stat(path).catch((cause) => {
    throw new DataError(`cannot read ${path}: ${describeFileError(cause)}`, { cause });
  });
  if (!info.isFile()) throw new DataError(`${path} is not a file`);
  return info.size;
}

async function readMeta(path: string): Promise<Tokenizer> {
  if (!(await isThere(path))) return loadGpt2Tokenizer();
  const { vocab_size: vocabSize, itos } = parseMeta(path, await readTextFile(path));
  if (!Number.isSafeInteger(vocabSize) || (vocabSize as number) < 1) {
    throw new DataError(`${path}: vocab_size must be a whole number of at least 1, got ${vocabSize}`);
  }
  if (itos === undefined) return new NumberTokenizer(vocabSize as number);
  if (typeof itos !== 'object' || itos === null)
    throw new DataError(`${path}: itos must be an object or array`);
  const characters = Array.from({ length: vocabSize as number }, (_, token) =>
    character(path, token, (itos as Record<string, unknown>)[token]),
  );
  return new CharTokenizer(characters);
}

function parseMeta(path: string, text: string): Record<string, unknown> {
  let meta: unknown;
  try {
    meta = JSON.parse(text);
  } catch (cause) {
    throw new DataError(`${path} is not valid JSON`, { cause });
  }
  if (typeof meta !== 'object' || meta === null) throw new DataError(`${path} is not a JSON object`);
  return meta as Record<string, unknown>;
}

function character(path: string, token: number, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new DataError(`${path}: itos names no character for token ${token}`);
}
