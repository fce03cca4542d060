import { type FileHandle, open } from 'node:fs/promises';
import type { StateDict } from '../../nn/index.js';
import { CheckpointError } from '../../tensor/index.js';
import { decodeTensor, headerBytes, PREFIX_BYTES, type SafetensorsFile } from '../safetensors.js';
import { parseHeader } from '../safetensors-header.js';
import { describeFileError } from './file-error.js';

/**
 * Reads a safetensors file tensor by tensor, never the whole at once, and nothing before the header has been checked.
 * @throws CheckpointError when it cannot be read or is not valid.
 */
export function readSafetensorsFile(path: string): Promise<SafetensorsFile> {
  return withFile(path, async (file) => {
    const { header, dataStart } = await readHeader(file);
    const tensors: StateDict = new Map();
    for (const [name, entry] of header.tensors) {
      const bytes = await readBytes(file, dataStart + entry.begin, entry.end - entry.begin);
      tensors.set(name, decodeTensor(entry, bytes));
    }
    return { tensors, metadata: header.metadata };
  });
}

/** The metadata alone, whatever the size of the file. @throws CheckpointError as `readSafetensorsFile`. */
export function readSafetensorsMetadata(path: string): Promise<ReadonlyMap<string, string>> {
  return withFile(path, async (file) => (await readHeader(file)).header.metadata);
}

async function withFile<T>(path: string, read: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, 'r');
    return await read(file);
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    throw new CheckpointError(`cannot read it: ${describeFileError(error)}`, { cause: error });
  } finally {
    await file?.close();
  }
}

async function readHeader(file: FileHandle) {
  const info = await file.stat();
  if (!info.isFile()) throw new CheckpointError('not a file');
  const prefix = await readBytes(file, 0, Math.min(PREFIX_BYTES, info.size));
  const dataStart = PREFIX_BYTES + headerBytes(prefix, info.size);
  const header = parseHeader(
    await readBytes(file, PREFIX_BYTES, dataStart - PREFIX_BYTES),
    info.size - dataStart,
  );
  return { header, dataStart };
}

/** At most this much is read at a time; the system refuses 2 GiB. */
const CHUNK_BYTES = 2 ** 28;

async function readBytes(file: FileHandle, start: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let position = 0; position < length; ) {
    const size = Math.min(CHUNK_BYTES, length - position);
    const { bytesRead } = await file.read(bytes, position, size, start + position);
    if (bytesRead === 0) throw new CheckpointError('the file became shorter while it was read');
    position += bytesRead;
  }
  return bytes;
}
