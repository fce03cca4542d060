/**
 * The safetensors format (github.com/huggingface/safetensors): 8 bytes with the length N of the header,
 * little-endian; N bytes of JSON that give each tensor's dtype, shape and place; then the tensors, one after the
 * other without gaps. Everything is little-endian, as are all machines that run JavaScript.
 */
import type { HostTensor, StateDict } from '../../nn/index.js';
import { CheckpointError, sizeOf } from '../../tensor/index.js';
import { parseHeader, type TensorEntry } from './safetensors-header.js';

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

/** Reads a whole file. Half-precision tensors become float32. @throws CheckpointError with the first thing wrong. */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const dataStart = PREFIX_BYTES + headerBytes(bytes, bytes.length);
  const header = parseHeader(bytes.subarray(PREFIX_BYTES, dataStart), bytes.length - dataStart);
  const tensors: StateDict = new Map();
  for (const [name, entry] of header.tensors) {
    tensors.set(name, decodeTensor(entry, bytes.subarray(dataStart + entry.begin, dataStart + entry.end)));
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
    header[name] = { dtype: WRITTEN[dtype], shape, data_offsets: [begin, end] };
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

const WRITTEN = { float32: 'F32', float64: 'F64', int32: 'I32' } as const;

/** One tensor from its bytes. */
export function decodeTensor({ dtype, shape }: TensorEntry, bytes: Uint8Array): HostTensor {
  // A copy, because typed arrays must start at a multiple of their element size.
  const { buffer } = new Uint8Array(bytes);
  switch (dtype) {
    case 'F32':
      return { dtype: 'float32', shape, data: new Float32Array(buffer) };
    case 'F64':
      return { dtype: 'float64', shape, data: new Float64Array(buffer) };
    case 'I32':
      return { dtype: 'int32', shape, data: new Int32Array(buffer) };
    case 'F16':
      return { dtype: 'float32', shape, data: Float32Array.from(new Uint16Array(buffer), fromHalf) };
    case 'BF16':
      return { dtype: 'float32', shape, data: fromBrain(new Uint16Array(buffer)) };
  }
}

/** IEEE half precision: 1 sign, 5 exponent and 10 fraction bits. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16 is the upper half of a float32. */
function fromBrain(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (half) => half << 16).buffer);
}
