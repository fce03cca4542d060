/**
 * Takes safetensors files apart and puts them together as raw text and bytes, without the reader under test, so that
 * anything at all can be written.
 */

/** A file in pieces: keys and values of the header as JSON text, in order, and the bytes behind it. */
export interface RawFile {
  readonly entries: readonly RawEntry[];
  readonly body: Uint8Array;
}

export type RawEntry = readonly [key: string, value: string];

export interface Description {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

/** The number of bytes before the body of a good file. */
export function bodyStart(bytes: Uint8Array): number {
  return 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
}

/** Takes a good file apart. */
export function disassemble(bytes: Uint8Array): RawFile {
  const start = bodyStart(bytes);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
  const entries = Object.entries(header).map(
    ([key, value]): RawEntry => [JSON.stringify(key), JSON.stringify(value)],
  );
  return { entries, body: bytes.subarray(start) };
}

export function assemble({ entries, body }: RawFile): Uint8Array {
  const text = `{${entries.map(([key, value]) => `${key}:${value}`).join(',')}}`;
  return withHeader(new TextEncoder().encode(text), body);
}

export function withHeader(header: Uint8Array, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + header.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  bytes.set(body, 8 + header.length);
  return bytes;
}

/** One tensor with its own bytes. */
export interface RawTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export function tensorsOf({ entries, body }: RawFile): RawTensor[] {
  return entries
    .filter(([key]) => key !== METADATA)
    .map(([key, value]) => {
      const { dtype, shape, data_offsets }: Description = JSON.parse(value);
      return { name: JSON.parse(key), dtype, shape, bytes: body.slice(...data_offsets) };
    });
}

export function metadataOf({ entries }: RawFile): Record<string, string> {
  const found = entries.find(([key]) => key === METADATA);
  return found === undefined ? {} : JSON.parse(found[1]);
}

/** A well-formed file, whatever it says. */
export function fromTensors(
  metadata: Readonly<Record<string, string>>,
  tensors: readonly RawTensor[],
): RawFile {
  const entries: RawEntry[] = [[METADATA, JSON.stringify(metadata)]];
  const body: number[] = [];
  for (const { name, dtype, shape, bytes } of tensors) {
    const description = { dtype, shape, data_offsets: [body.length, body.length + bytes.length] };
    entries.push([JSON.stringify(name), JSON.stringify(description)]);
    body.push(...bytes);
  }
  return { entries, body: Uint8Array.from(body) };
}

/** The key of the metadata, as JSON text. */
export const METADATA = '"__metadata__"';

/** The key of the metadata under which a file of ours has its checksums. */
export const CHECKSUMS = 'spheregrad_crc32';

/** A good file as it was written when there were no checksums yet. */
export function withoutChecksums(bytes: Uint8Array): Uint8Array {
  const file = disassemble(bytes);
  const { [CHECKSUMS]: _, ...metadata } = metadataOf(file);
  const changed = assemble(fromTensors(metadata, tensorsOf(file)));
  const start = bodyStart(changed);
  const header = new Uint8Array(8 * Math.ceil(start / 8) - 8).fill(0x20);
  header.set(changed.subarray(8, start));
  return withHeader(header, changed.subarray(start));
}
