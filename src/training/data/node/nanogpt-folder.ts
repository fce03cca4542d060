/**
 * nanoGPT's data folders: `train.bin` and `val.bin`, uint16 tokens in a row, and perhaps a `meta.json`.
 * Explained in docs/nanogpt.md.
 */

import { closeSync, openSync, readSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../../../tensor/index.js';
import { describeFileError } from '../../files/node/file-error.js';
import { requireText } from '../checks.js';
import { type Dataset, requireTokens } from '../dataset.js';
import { readMeta } from './nanogpt-meta.js';

/**
 * What the tokens stand for is in `meta.json`, see `readMeta`.
 * @throws DataError for files that are missing, empty, damaged or at odds with each other.
 */
export async function readNanogptFolder(folder: string): Promise<Dataset> {
  requireText('readNanogptFolder', 'a folder', folder);
  const [train, val] = [
    await readTokens(join(folder, 'train.bin')),
    await readTokens(join(folder, 'val.bin')),
  ];
  const tokenizer = await readMeta(folder);
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
