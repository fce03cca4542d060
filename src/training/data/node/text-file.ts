import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { DataError } from '../../../tensor/index.js';
import { describeFileError } from '../../files/node/file-error.js';
import { requireText } from '../checks.js';
import { nameOf, STDIN } from '../data-source.js';

/** JavaScript strings end before this. */
const MAX_TEXT_BYTES = 500_000_000;

/**
 * The text of a UTF-8 file, or of standard input where `path` is `-`. @throws DataError for one that is missing, empty,
 * not a plain file, or not text.
 */
export async function readTextFile(path: string): Promise<string> {
  requireText('readTextFile', 'a path', path);
  const name = nameOf(path);
  const bytes = path === STDIN ? await readStdin() : await readBytes(path);
  if (bytes.length === 0) throw new DataError(`${name} is empty`);
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw new DataError(`${name} is not a text file: byte ${zero} is 0`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DataError(`${name} is not a text file: it is not valid UTF-8`, { cause });
  }
}

async function readStdin(): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  // Not `process.stdin`, which in a worker thread is empty.
  for await (const part of createReadStream('', { fd: 0, autoClose: false })) {
    length += part.length;
    if (length > MAX_TEXT_BYTES) {
      throw new DataError(`standard input has more than ${MAX_TEXT_BYTES} bytes, too many for one text`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const info = await stat(path);
    if (!info.isFile()) throw new DataError(`${path} is not a file`);
    if (info.size > MAX_TEXT_BYTES) {
      throw new DataError(
        `${path} has ${info.size} bytes, too many for one text; prepare a folder with train.bin and val.bin`,
      );
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`cannot read ${path}: ${describeFileError(error)}`, { cause: error });
  }
}
