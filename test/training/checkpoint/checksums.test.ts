import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '../../../src/index.js';
import type { HostTensor } from '../../../src/nn/index.js';
import { withChecksums } from '../../../src/training/checkpoint/checksums.js';
import { readSafetensors, writeSafetensors } from '../../../src/training/checkpoint/safetensors.js';
import { flipBits, flipped } from '../../helpers/corrupt/flip-bits.js';
import { fileContents } from '../../helpers/safetensors/contents.js';
import {
  assemble,
  bodyStart,
  CHECKSUMS,
  disassemble,
  fromTensors,
  metadataOf,
  type RawTensor,
  tensorsOf,
  withoutChecksums,
} from '../../helpers/safetensors/parts.js';

const float32 = (shape: number[], values: number[]): HostTensor => ({
  ...{ shape, dtype: 'float32', data: Float32Array.from(values) },
});
const TENSORS = new Map([
  ['a', float32([2], [1, 2])],
  ['b', float32([1, 3], [3, 4, 5])],
]);
const METADATA = new Map([
  ['step', '3'],
  ['config', '{"nEmbd":8}'],
]);
const FILE = writeSafetensors(TENSORS, withChecksums(TENSORS, METADATA));

const FILE_TENSORS = tensorsOf(disassemble(FILE));
const ENTRY = metadataOf(disassemble(FILE))[CHECKSUMS];

/** The file with other metadata or tensors around the same checksums. */
function changed(
  change: (metadata: Record<string, string>) => Record<string, string>,
  tensors: readonly RawTensor[] = FILE_TENSORS,
): Uint8Array {
  return assemble(fromTensors(change(metadataOf(disassemble(FILE))), tensors));
}

function withTensors(change: (tensor: RawTensor) => Partial<RawTensor>): Uint8Array {
  return changed(
    (metadata) => metadata,
    FILE_TENSORS.map((tensor) => ({ ...tensor, ...change(tensor) })),
  );
}

describe('the checksums in a file', () => {
  it('are the CRC-32 of each tensor, one of the header, and no metadata to those who read it', () => {
    const { header, tensors } = JSON.parse(metadataOf(disassemble(FILE))[CHECKSUMS]);
    expect(tensors).toEqual({
      a: crc32(new Uint8Array(Float32Array.of(1, 2).buffer)),
      b: crc32(new Uint8Array(Float32Array.of(3, 4, 5).buffer)),
    });
    // In the order of names: metadata first, then what the tensors are.
    expect(header).toBe(crc32('["config","{\\"nEmbd\\":8}"]["step","3"]["a","F32",[2]]["b","F32",[1,3]]'));
    expect(readSafetensors(FILE)).toEqual({ tensors: TENSORS, metadata: METADATA });
  });

  it('are right for whatever a file holds', () => {
    fc.assert(
      fc.property(fileContents, (contents) => {
        const tensors = new Map(contents.tensors);
        const metadata = new Map(contents.metadata.filter(([key]) => key !== CHECKSUMS));
        const bytes = writeSafetensors(tensors, withChecksums(tensors, metadata));
        expect(readSafetensors(bytes)).toEqual({ tensors, metadata });
      }),
    );
  });

  it('do not mind another order, in which other programs may write the same', () => {
    const reversed = changed(
      (metadata) => Object.fromEntries(Object.entries(metadata).reverse()),
      FILE_TENSORS.toReversed(),
    );
    expect(readSafetensors(reversed)).toEqual({ tensors: TENSORS, metadata: METADATA });
  });

  it('may be missing', () => {
    expect(readSafetensors(withoutChecksums(FILE))).toEqual({ tensors: TENSORS, metadata: METADATA });
    const unnoticed = withoutChecksums(FILE);
    expect(readSafetensors(flipped(unnoticed, 8 * (unnoticed.length - 1))).tensors.size).toBe(2);
  });
});

describe('damage', () => {
  it('of a tensor is told by its name, and leaves the others', () => {
    const damaged = flipped(FILE, 8 * (FILE.length - 1));
    expect(() => readSafetensors(damaged)).toThrow(CheckpointError);
    expect(() => readSafetensors(damaged)).toThrow(
      /^the tensor 'b' is damaged: its checksum does not match$/,
    );
    expect(readSafetensors(damaged, (name) => name === 'a').tensors.get('a')).toEqual(TENSORS.get('a'));
  });

  it.each<[what: string, file: Uint8Array]>([
    ['a step', changed((before) => ({ ...before, step: '2' }))],
    ['an entry too many', changed((before) => ({ ...before, note: '' }))],
    ['an entry too few', changed(({ step: _, ...others }) => others)],
    ['a name', withTensors(({ name }) => ({ name: `${name}.` }))],
    ['a dtype', withTensors(() => ({ dtype: 'I32' }))],
    ['a shape', withTensors(({ shape }) => ({ shape: shape.toReversed() }))],
  ])('of the header is told as such: %s', (_, file) => {
    expect(() => readSafetensors(file)).toThrow(CheckpointError);
    expect(() => readSafetensors(file)).toThrow(/^the header is damaged: its checksum does not match$/);
  });

  it.each<[what: string, text: string, message: string]>([
    ['no JSON', '{"header":', 'the end at position 10'],
    ['a list', '[]', 'not of a header and tensors'],
    ['another name', ENTRY.replace('"a":', '"c":'), "none is of the tensor 'a'"],
    ['no header', '{"tensors":{}}', 'not of a header and tensors'],
    ['no tensors', '{"header":1}', 'not of a header and tensors'],
    ['too few', '{"header":1,"tensors":{"a":1}}', 'of 1 tensors, where there are 2'],
    ['too many', '{"header":1,"tensors":{"a":1,"b":2,"c":3}}', 'an object has more than 2 entries'],
  ])('of the checksums themselves is one too: %s', (_, text, message) => {
    const file = changed((before) => ({ ...before, [CHECKSUMS]: text }));
    expect(() => readSafetensors(file)).toThrow(CheckpointError);
    expect(() => readSafetensors(file)).toThrow(`the file's checksums are unusable: ${message}`);
  });

  it('of a single bit anywhere is noticed, or makes no difference', () => {
    fc.assert(
      fc.property(fileContents, (contents) => {
        const tensors = new Map(contents.tensors);
        const bytes = writeSafetensors(tensors, withChecksums(tensors, new Map(contents.metadata)));
        const bits = Array.from({ length: 8 * bytes.length }, (_, bit) => bit);
        const { refused } = flipBits(bytes, bits, (file) => {
          const read = readSafetensors(file);
          // A flip in the key of the checksums makes them an entry that nobody knows.
          return [read.tensors, contents.metadata.map(([key]) => read.metadata.get(key))];
        });
        // All of the data at least.
        expect(refused).toBeGreaterThanOrEqual(8 * (bytes.length - bodyStart(bytes)));
      }),
      { numRuns: 6 },
    );
  });
});
