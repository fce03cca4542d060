/**
 * The safetensors format (github.com/huggingface/safetensors): 8 bytes with the length N of the header,
 * little-endian; N bytes of JSON that give each tensor's dtype, shape and place; then the tensors, one after the
 * other without gaps. Everything is little-endian, as are all machines that run JavaScript.
 */
import type { HostTensor, StateDict } from '../../nn/index.js';
import { CheckpointError, sizeOf } from '../../tensor/index.js';
import { decodeTensor } from './decode-tensor.js';
import { WRITTEN_DTYPE } from './safetensors-dtype.js';
import { parseHeader, type TensorInfo } from './safetensors-header.js';

/** What a file holds. */
export interface SafetensorsFile {
  readonly tensors: StateDict;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Bytes before the header: its length. */
export const PREFIX_BYTES = 8;

/**
 * The length of the header that follows the first 8 bytes of a file of `fileBytes`.
 * @throws CheckpointError when the file is too short for it.
 */
export function headerBytes(prefix: Uint8Array, fileBytes: number): number {
  if (fileBytes < PREFIX_BYTES || prefix.length < PREFIX_BYTES) {
    throw new CheckpointError(`not a safetensors file: only ${fileBytes} bytes`);
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, PREFIX_BYTES);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(fileBytes - PREFIX_BYTES)) {
    throw new CheckpointError(
      `not a safetensors file, or cut off: a header of ${length} bytes does not fit in a file of ${fileBytes}`,
    );
  }
  return Number(length);
}

/**
 * Reads a whole file, as `decodeTensor` does, or of its tensors those that are `wanted`.
 * @throws CheckpointError with the first thing wrong.
 */
export function readSafetensors(
  bytes: Uint8Array,
  wanted: (name: string, info: TensorInfo) => boolean = () => true,
): SafetensorsFile {
  const dataStart = PREFIX_BYTES + headerBytes(bytes, bytes.length);
  const header = parseHeader(bytes.subarray(PREFIX_BYTES, dataStart), bytes.length - dataStart);
  const tensors: StateDict = new Map();
  for (const [name, entry] of header.tensors) {
    if (!wanted(name, entry)) continue;
    // A copy, because typed arrays must start at a multiple of their element size.
    const { buffer } = new Uint8Array(bytes.subarray(dataStart + entry.begin, dataStart + entry.end));
    tensors.set(name, decodeTensor(name, entry, buffer));
  }
  return { tensors, metadata: header.metadata };
}

/** Writes a whole file. Metadata and tensors keep their order, so that equal contents give equal bytes. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  const parts = [...safetensorsParts(tensors, metadata)];
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

/** The bytes of a file piece by piece; the tensors' bytes are not copied. */
export function* safetensorsParts(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: ReadonlyMap<string, string>,
): Generator<Uint8Array> {
  // No prototype, so that a tensor may be called `__proto__`.
  const header: Record<string, unknown> = Object.create(null);
  if (metadata.size > 0) header.__metadata__ = Object.fromEntries(metadata);
  let end = 0;
  for (const [name, { dtype, shape, data }] of tensors) {
    if (name === '__metadata__' || data.length !== sizeOf(shape)) {
      throw new CheckpointError(
        `cannot save the tensor '${name}' of shape [${shape}] and ${data.length} values`,
      );
    }
    const begin = end;
    end += data.byteLength;
    header[name] = { dtype: WRITTEN_DTYPE[dtype], shape, data_offsets: [begin, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Blanks up to a multiple of 8 leave every tensor aligned for readers that map the file into memory.
  const length = Math.ceil(json.length / 8) * 8;
  const head = new Uint8Array(PREFIX_BYTES + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(json, PREFIX_BYTES);
  yield head;
  for (const { data } of tensors.values())
    yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
