/** Safetensors files on disk, read tensor by tensor or as a whole. */
import { type FileHandle, open } from 'node:fs/promises';
import type { HostTensor, StateDict } from '../../../nn/index.js';
import { CheckpointError } from '../../../tensor/index.js';
import { requireText } from '../../data/checks.js';
import { describeFileError } from '../../files/node/file-error.js';
import { requireIntact } from '../checksums.js';
import { decodeTensor } from '../decode-tensor.js';
import { headerBytes, PREFIX_BYTES, type SafetensorsFile } from '../safetensors.js';
import { type Header, parseHeader, type TensorEntry, type TensorInfo } from '../safetensors-header.js';

/** An open safetensors file of any size: nothing but its header is in memory until a tensor is asked for. */
export class SafetensorsReader {
  private constructor(
    private readonly file: FileHandle,
    private readonly header: Header,
    private readonly dataStart: number,
  ) {}

  /** Opens a file and checks its header; to be closed. @throws CheckpointError when it cannot be read or is not valid. */
  static async open(path: string): Promise<SafetensorsReader> {
    requireText('SafetensorsReader', 'a path', path);
    const file = await checked(() => open(path, 'r'));
    try {
      const { header, dataStart } = await checked(() => readHeader(file));
      return new SafetensorsReader(file, header, dataStart);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The entries of its `__metadata__`. */
  get metadata(): ReadonlyMap<string, string> {
    return this.header.metadata;
  }

  /** Name, dtype in the file and shape of every tensor, in the order of the file. */
  get tensors(): ReadonlyMap<string, TensorInfo> {
    return this.header.tensors;
  }

  /** Reads one tensor, as `decodeTensor` does. @throws CheckpointError when there is none of that name, or it cannot be read. */
  async read(name: string): Promise<HostTensor> {
    const { buffer } = await this.bytes(name);
    return checked(async () => decodeTensor(name, this.entry(name), buffer));
  }

  /**
   * The bytes of one tensor, little-endian, for the dtypes that no tensor here can hold:
   * `new BigInt64Array((await reader.bytes('ids')).buffer)`.
   * @throws CheckpointError as `read`.
   */
  async bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const { begin, end } = this.entry(name);
    const bytes = await checked(() => readBytes(this.file, this.dataStart + begin, end - begin));
    requireIntact(this.header.checksums, name, bytes);
    return bytes;
  }

  private entry(name: string): TensorEntry {
    const entry = this.header.tensors.get(name);
    if (entry === undefined) throw new CheckpointError(`there is no tensor ${name}`);
    return entry;
  }

  /** Closes the file. */
  async close(): Promise<void> {
    await this.file.close();
  }
}

/** All tensors of a file, read one by one. @throws CheckpointError when it cannot be read or is not valid. */
export function readSafetensorsFile(path: string): Promise<SafetensorsFile> {
  return withReader(path, async (reader) => {
    const tensors: StateDict = new Map();
    for (const name of reader.tensors.keys()) tensors.set(name, await reader.read(name));
    return { tensors, metadata: reader.metadata };
  });
}

/** The metadata alone, whatever the size of the file. @throws CheckpointError as `readSafetensorsFile`. */
export function readSafetensorsMetadata(path: string): Promise<ReadonlyMap<string, string>> {
  return withReader(path, async ({ metadata }) => metadata);
}

async function withReader<T>(path: string, use: (reader: SafetensorsReader) => Promise<T>): Promise<T> {
  const reader = await SafetensorsReader.open(path);
  return use(reader).finally(() => reader.close());
}

/** @throws CheckpointError in place of what the system says. */
async function checked<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    throw new CheckpointError(`cannot read it: ${describeFileError(error)}`, { cause: error });
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

async function readBytes(file: FileHandle, start: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let position = 0; position < length; ) {
    const size = Math.min(CHUNK_BYTES, length - position);
    const { bytesRead } = await file.read(bytes, position, size, start + position);
    if (bytesRead === 0) throw new CheckpointError('the file became shorter while it was read');
    position += bytesRead;
  }
  return bytes;
}
