/** The header of a safetensors file, checked against everything a broken or hostile file may say. */
import { CheckpointError } from '../../tensor/index.js';
import { CHECKSUMS, type Checksums, readChecksums } from './checksums.js';
import { shorten } from './file-names.js';
import { DTYPE_BITS, isDtype, type SafetensorsDtype } from './safetensors-dtype.js';
import { forEachEntry, type StrictJson } from './strict-json.js';

/** What is known of a tensor before it is read. */
export interface TensorInfo {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
}

/** Where a tensor lies; `begin` and `end` count bytes from the end of the header. */
export interface TensorEntry extends TensorInfo {
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** In the order of the header. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /** Without the checksums, which belong to these bytes and to no file that is written from them. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly checksums: Checksums;
}

/** The name that is no tensor's. */
export const METADATA = '__metadata__';

/** The limit of the format's own library. */
const MAX_HEADER_BYTES = 100_000_000;

/** A tensor of more axes than any framework takes. */
const MAX_RANK = 64;

/** @param dataBytes - what the file holds after the header. @throws CheckpointError with the first thing wrong. */
export function parseHeader(bytes: Uint8Array, dataBytes: number): Header {
  const tensors = new Map<string, TensorEntry>();
  let metadata = new Map<string, string>();
  parseJson(headerText(bytes), (name, value) => {
    if (name === METADATA) metadata = checkMetadata(value);
    else tensors.set(name, tensorEntry(name, value, dataBytes));
  });
  requireNoGaps(tensors, dataBytes);
  const checksums = readChecksums(tensors, metadata);
  metadata.delete(CHECKSUMS);
  return { tensors, metadata, checksums };
}

function headerText(bytes: Uint8Array): string {
  if (bytes.length > MAX_HEADER_BYTES) {
    throw broken(`its header of ${bytes.length} bytes is beyond the limit of ${MAX_HEADER_BYTES}`);
  }
  if (bytes[0] !== 0x7b) throw broken("its header does not start with '{'");
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw broken('its header is not UTF-8', { cause });
  }
}

/** @throws CheckpointError for a header that no reader would take. */
export function requireHeaderSize(bytes: number): void {
  if (bytes <= MAX_HEADER_BYTES) return;
  throw new CheckpointError(`cannot save a header of ${bytes} bytes: the limit is ${MAX_HEADER_BYTES}`);
}

function parseJson(text: string, see: (name: string, value: StrictJson) => void): void {
  try {
    forEachEntry(text, { depth: 3, objectDepth: 2, arrayLength: MAX_RANK }, see);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw broken(`its header is not JSON of the right form: ${cause.message}`, { cause });
  }
}

function checkMetadata(value: StrictJson): Map<string, string> {
  if (!(value instanceof Map)) throw broken('its __metadata__ is not an object');
  const metadata = new Map<string, string>();
  for (const [key, text] of value) {
    if (typeof text !== 'string') throw broken(`its metadata '${shorten(key)}' is not a string`);
    metadata.set(key, text);
  }
  return metadata;
}

function tensorEntry(name: string, value: StrictJson, dataBytes: number): TensorEntry {
  const what = `the tensor '${shorten(name)}'`;
  if (!(value instanceof Map)) throw broken(`${what} is not described by an object`);
  const [dtype, shape, offsets] = ['dtype', 'shape', 'data_offsets'].map((key) => value.get(key));
  if (typeof dtype !== 'string') throw broken(`${what} has no dtype`);
  if (!isDtype(dtype)) {
    throw new CheckpointError(
      `safetensors: ${what} has dtype ${shorten(dtype)}; this reader takes ${Object.keys(DTYPE_BITS).join(', ')}`,
    );
  }
  if (!isSizes(shape)) throw broken(`${what} has no shape of whole numbers`);
  if (!isSizes(offsets) || offsets.length !== 2) throw broken(`${what} has no pair of data_offsets`);
  const [begin, end] = offsets;
  if (begin > end) throw broken(`${what} has its data_offsets in reverse: ${begin} to ${end}`);
  if (end > dataBytes) throw broken(`${what} ends at byte ${end} of ${dataBytes}: it was cut off`);
  // A part of a byte at the end can equal no number of bytes.
  const wanted = shape.reduce((product, size) => product * size, DTYPE_BITS[dtype]) / 8;
  if (wanted !== end - begin) {
    const shown = shape.length > 8 ? `${shape.slice(0, 8).join(', ')}, …` : shape.join(', ');
    throw broken(`${what}, ${dtype} [${shown}], needs ${wanted} bytes and has ${end - begin}`);
  }
  return { dtype, shape, begin, end };
}

/** The format allows neither overlaps nor unused bytes: nothing can hide in a file. */
function requireNoGaps(tensors: ReadonlyMap<string, TensorEntry>, dataBytes: number): void {
  let expected = 0;
  const inOrder = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  for (const [name, { begin, end }] of inOrder) {
    if (begin !== expected) {
      const what = begin < expected ? 'overlaps the one before it' : 'leaves a gap before it';
      throw broken(`the tensor '${shorten(name)}' ${what}: it starts at byte ${begin}, not ${expected}`);
    }
    expected = end;
  }
  if (expected !== dataBytes) {
    throw broken(
      `its tensors take ${expected} bytes, the file holds ${dataBytes}: cut off or with bytes to spare`,
    );
  }
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function broken(what: string, options?: ErrorOptions): CheckpointError {
  return new CheckpointError(`not a valid safetensors file: ${what}`, options);
}
