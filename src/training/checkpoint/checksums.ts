/**
 * Checksums in the metadata of a safetensors file, which by itself has none. They are one entry, JSON as in
 * `{"header":1305412043,"tensors":{"sz":3842615733,…}}`: of each tensor the CRC-32 of its bytes, and one of all else
 * that a header says, so that a step or a setting is as safe as a weight. Other programs ignore the entry. One that
 * changes a tensor has to leave it out; then the file is read unchecked, as are older and foreign ones.
 */
import type { HostTensor } from '../../nn/index.js';
import { CheckpointError } from '../../tensor/index.js';
import { crc32 } from './crc32.js';
import { shorten } from './file-names.js';
import { WRITTEN_DTYPE } from './safetensors-dtype.js';
import { objectText, parseStrictJson, type StrictJson, type StrictJsonLimits } from './strict-json.js';

/** The key of the entry. */
export const CHECKSUMS = 'spheregrad_crc32';

/** The CRC-32 that a file says each of its tensors has; null where it says nothing of them. */
export type Checksums = ReadonlyMap<string, StrictJson> | null;

/** What a header says of a tensor besides its name and place. */
interface Described {
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** The metadata with an entry more, for a file that holds them and these tensors. */
export function withChecksums(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: ReadonlyMap<string, string>,
): Map<string, string> {
  const described = new Map<string, Described>();
  const sums: [name: string, json: string][] = [];
  for (const [name, { dtype, shape, data }] of tensors) {
    described.set(name, { dtype: WRITTEN_DTYPE[dtype], shape });
    sums.push([name, `${crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))}`]);
  }
  const entry = objectText([
    ['header', `${headerChecksum(described, metadata)}`],
    ['tensors', objectText(sums)],
  ]);
  return new Map([...metadata, [CHECKSUMS, entry]]);
}

/**
 * The checksums of a file, from its metadata.
 * @throws CheckpointError when that of the header does not match, or they are not of these tensors.
 */
export function readChecksums(
  tensors: ReadonlyMap<string, Described>,
  metadata: ReadonlyMap<string, string>,
): Checksums {
  const text = metadata.get(CHECKSUMS);
  if (text === undefined) return null;
  const { header, sums } = parseEntry(text, tensors.size);
  if (header !== headerChecksum(tensors, metadata)) {
    throw new CheckpointError('the header is damaged: its checksum does not match');
  }
  for (const name of tensors.keys()) {
    if (!sums.has(name)) throw unusable(`none is of the tensor '${shorten(name)}'`);
  }
  return sums;
}

/** @throws CheckpointError unless these are the bytes that were written. */
export function requireIntact(checksums: Checksums, name: string, bytes: Uint8Array): void {
  if (checksums === null || checksums.get(name) === crc32(bytes)) return;
  throw new CheckpointError(`the tensor '${shorten(name)}' is damaged: its checksum does not match`);
}

function parseEntry(text: string, tensors: number): { header: StrictJson; sums: Map<string, StrictJson> } {
  const entry = parseJson(text, { depth: 2, objectLength: Math.max(2, tensors), arrayLength: 0 });
  const [header, sums] = entry instanceof Map ? [entry.get('header'), entry.get('tensors')] : [];
  if (header === undefined || !(sums instanceof Map)) throw unusable('not of a header and tensors');
  if (sums.size !== tensors) throw unusable(`of ${sums.size} tensors, where there are ${tensors}`);
  return { header, sums };
}

function parseJson(text: string, limits: StrictJsonLimits): StrictJson {
  try {
    return parseStrictJson(text, limits);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw unusable(cause.message, { cause });
  }
}

function unusable(reason: string, options?: ErrorOptions): CheckpointError {
  return new CheckpointError(`the file's checksums are unusable: ${reason}`, options);
}

/** In the order of names: programs that copy a file may change that of its entries. */
function headerChecksum(
  tensors: ReadonlyMap<string, Described>,
  metadata: ReadonlyMap<string, string>,
): number {
  const encoder = new TextEncoder();
  let sum = 0;
  const add = (...entry: unknown[]) => {
    sum = crc32(encoder.encode(JSON.stringify(entry)), sum);
  };
  for (const key of [...metadata.keys()].sort()) if (key !== CHECKSUMS) add(key, metadata.get(key));
  for (const name of [...tensors.keys()].sort()) {
    const { dtype, shape } = tensors.get(name)!;
    add(name, dtype, shape);
  }
  return sum;
}
