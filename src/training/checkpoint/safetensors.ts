/**
 * The safetensors format (github.com/huggingface/safetensors): 8 bytes with the length N of the header,
 * little-endian; N bytes of JSON that give each tensor's dtype, shape and place; then the tensors, one after the
 * other without gaps. Everything is little-endian, as are all machines that run JavaScript.
 */
import type { HostTensor, StateDict } from '../../nn/index.js';
import { requireStateDict } from '../../nn/state-dict.js';
import { described } from '../../tensor/checks/describe.js';
import { requireFunction } from '../../tensor/checks/values.js';
import { ArgumentError, CheckpointError, sizeOf } from '../../tensor/index.js';
import { requireText } from '../data/checks.js';
import { requireIntact } from './checksums.js';
import { decodeTensor } from './decode-tensor.js';
import { requireWellFormed, shorten } from './file-names.js';
import { WRITTEN_DTYPE } from './safetensors-dtype.js';
import { METADATA, parseHeader, requireHeaderSize, type TensorInfo } from './safetensors-header.js';
import { objectText } from './strict-json.js';

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
  if (!((bytes as unknown) instanceof Uint8Array)) {
    throw new ArgumentError(
      `readSafetensors: wants the bytes of a file, a Uint8Array, got ${described(bytes)}`,
    );
  }
  requireFunction('readSafetensors', 'wanted', wanted);
  const dataStart = PREFIX_BYTES + headerBytes(bytes, bytes.length);
  const header = parseHeader(bytes.subarray(PREFIX_BYTES, dataStart), bytes.length - dataStart);
  const tensors: StateDict = new Map();
  for (const [name, entry] of header.tensors) {
    if (!wanted(name, entry)) continue;
    // A copy, because typed arrays must start at a multiple of their element size.
    const own = new Uint8Array(bytes.subarray(dataStart + entry.begin, dataStart + entry.end));
    requireIntact(header.checksums, name, own);
    tensors.set(name, decodeTensor(name, entry, own.buffer));
  }
  return { tensors, metadata: header.metadata };
}

/**
 * Writes a whole file. Metadata and tensors are listed in their order, so that equal contents give equal bytes; the
 * largest elements lie first, so that every tensor starts at a multiple of its element size.
 * @throws CheckpointError for what no reader of the format would take.
 * @example
 * const model = new Linear(2, 1, new Generator(1));
 * const bytes = writeSafetensors(await model.stateDict(), new Map([['made', 'today']]));
 * readSafetensors(bytes).metadata.get('made') // 'today'
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  requireStateDict('writeSafetensors', tensors);
  if (!((metadata as unknown) instanceof Map)) {
    throw new ArgumentError(`writeSafetensors: metadata are a Map of texts, got ${described(metadata)}`);
  }
  for (const entry of metadata) for (const text of entry) requireText('writeSafetensors', 'metadata', text);
  const parts = [...safetensorsParts(tensors, metadata)];
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

/** What `writeSafetensors` writes, piece by piece; the tensors' bytes are not copied. */
export function* safetensorsParts(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: ReadonlyMap<string, string>,
): Generator<Uint8Array> {
  // Those of equal elements keep their order.
  const placed = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  const begins = new Map<string, number>();
  let end = 0;
  for (const [name, { data }] of placed) {
    begins.set(name, end);
    end += data.byteLength;
  }
  const entries = [...tensors].map(
    ([name, tensor]) => [name, placeText(name, tensor, begins.get(name)!)] as const,
  );
  yield head(metadata.size === 0 ? entries : [[METADATA, metadataText(metadata)], ...entries]);
  for (const [, { data }] of placed) yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The header with its length before it. */
function head(entries: Iterable<readonly [name: string, json: string]>): Uint8Array {
  const json = new TextEncoder().encode(objectText(entries));
  // Blanks up to a multiple of 8, so that the tensors start at one.
  const length = Math.ceil(json.length / 8) * 8;
  requireHeaderSize(length);
  const bytes = new Uint8Array(PREFIX_BYTES + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, PREFIX_BYTES);
  return bytes;
}

function placeText(name: string, { dtype, shape, data }: HostTensor, begin: number): string {
  requireWellFormed(name, 'the name of a tensor');
  if (name === METADATA || data.length !== sizeOf(shape)) {
    throw new CheckpointError(
      `cannot save the tensor '${name}' of shape [${shape}] and ${data.length} values`,
    );
  }
  const data_offsets = [begin, begin + data.byteLength];
  return JSON.stringify({ dtype: WRITTEN_DTYPE[dtype], shape, data_offsets });
}

function metadataText(metadata: ReadonlyMap<string, string>): string {
  const entries = [...metadata].map(([key, value]) => {
    requireWellFormed(key, 'a key of the metadata');
    requireWellFormed(value, `the metadata '${shorten(key)}'`);
    return [key, JSON.stringify(value)] as const;
  });
  return objectText(entries);
}
