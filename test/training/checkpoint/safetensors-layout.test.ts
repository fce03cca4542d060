/** What other readers want of the files that are written here. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '../../../src/index.js';
import type { HostTensor } from '../../../src/nn/index.js';
import { writeSafetensors } from '../../../src/training/checkpoint/safetensors.js';
import { requireHeaderSize } from '../../../src/training/checkpoint/safetensors-header.js';
import { testFolder } from '../../helpers/cli.js';
import { fileContents } from '../../helpers/safetensors/contents.js';
import { bodyStart, type Description } from '../../helpers/safetensors/parts.js';

const folder = testFolder();

interface Contents {
  readonly tensors: readonly (readonly [name: string, tensor: HostTensor])[];
  readonly metadata: readonly (readonly [key: string, value: string])[];
}

function written({ tensors, metadata }: Contents): Uint8Array {
  return writeSafetensors(new Map(tensors), new Map(metadata));
}

/** The header by names, as JSON.parse has it. */
function headerOf(bytes: Uint8Array): ReadonlyMap<string, Description> {
  return new Map(Object.entries(JSON.parse(new TextDecoder().decode(bytes.subarray(8, bodyStart(bytes))))));
}

function bytesOf({ data }: HostTensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

const NAMES = { float64: 'F64', float32: 'F32', int32: 'I32' } as const;

describe('a written file', () => {
  it('has every tensor at a multiple of its element size, without gaps, whatever the mix', () => {
    fc.assert(
      fc.property(fileContents, (contents) => {
        const bytes = written(contents);
        const header = headerOf(bytes);
        const start = bodyStart(bytes);
        let total = 0;
        for (const [name, tensor] of contents.tensors) {
          const { dtype, shape, data_offsets } = header.get(name)!;
          const [begin, end] = data_offsets;
          expect({ dtype, shape }).toEqual({ dtype: NAMES[tensor.dtype], shape: tensor.shape });
          expect((start + begin) % tensor.data.BYTES_PER_ELEMENT).toBe(0);
          expect(bytes.subarray(start + begin, start + end)).toEqual(bytesOf(tensor));
          total += end - begin;
        }
        // As long as all together, and each with its own bytes: nothing overlaps.
        expect(bytes.length).toBe(start + total);
      }),
    );
  });

  it('of one dtype is what JSON.stringify and the tensors one after the other give', () => {
    fc.assert(
      fc.property(fileContents, ({ tensors, metadata }) => {
        const plain = (name: string) => !/^\d+$/.test(name) && name !== '__proto__';
        const floats = tensors.filter(([name, { dtype }]) => plain(name) && dtype === 'float32');
        const entries = metadata.filter(([key]) => plain(key));
        const header: Record<string, unknown> =
          entries.length > 0 ? { __metadata__: Object.fromEntries(entries) } : {};
        let end = 0;
        for (const [name, { shape, data }] of floats) {
          header[name] = { dtype: 'F32', shape, data_offsets: [end, end + data.byteLength] };
          end += data.byteLength;
        }
        const text = Buffer.from(JSON.stringify(header));
        const length = Buffer.alloc(8);
        length.writeBigUInt64LE(BigInt(8 * Math.ceil(text.length / 8)));
        const blanks = Buffer.alloc(Number(length.readBigUInt64LE()) - text.length, ' ');
        const all = Buffer.concat([length, text, blanks, ...floats.map(([, tensor]) => bytesOf(tensor))]);
        expect(Buffer.from(written({ tensors: floats, metadata: entries })).equals(all)).toBe(true);
      }),
    );
  });

  it('takes one tensor under two names', () => {
    const one: HostTensor = { shape: [1], dtype: 'float32', data: Float32Array.of(3) };
    const wide: HostTensor = { shape: [1], dtype: 'float64', data: Float64Array.of(4) };
    const tensors = Object.entries({ a: one, b: wide, c: one });
    const header = headerOf(written({ tensors, metadata: [] }));
    expect([...header.values()].map(({ data_offsets }) => data_offsets)).toEqual([
      [8, 12],
      [0, 8],
      [12, 16],
    ]);
  });
});

describe('what no other reader would open is not written', () => {
  const one: HostTensor = { shape: [1], dtype: 'float32', data: Float32Array.of(1) };

  it.each<[what: string, contents: Contents, message: string]>([
    [
      'half a surrogate pair in a name',
      { tensors: [['a\ud83d', one]], metadata: [] },
      "cannot save the name of a tensor, 'a\\ud83d': half a surrogate pair is no Unicode",
    ],
    [
      'one in a key',
      { tensors: [], metadata: [['\udc0b', '']] },
      "cannot save a key of the metadata, '\\udc0b': half",
    ],
    [
      'one in a value',
      { tensors: [], metadata: [['note', '\udc0b\ud83d']] },
      "cannot save the metadata 'note', '\\udc0b\\ud83d': half",
    ],
  ])('%s', (_, contents, message) => {
    expect(() => written(contents)).toThrow(CheckpointError);
    expect(() => written(contents)).toThrow(message);
  });

  it('a header of more than 100 MB', () => {
    expect(() => requireHeaderSize(100_000_000)).not.toThrow();
    expect(() => requireHeaderSize(100_000_008)).toThrow(CheckpointError);
  });

  it('but whole pairs are', () => {
    expect(() => written({ tensors: [['\ud83d\udc0b', one]], metadata: [] })).not.toThrow();
  });
});

const READ_ALL = `
import json, sys
from safetensors import deserialize, safe_open
for path in sys.stdin.read().split():
    with open(path, "rb") as file:
        tensors = deserialize(file.read())
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
    all = [[name, t["dtype"], t["shape"], bytes(t["data"]).hex()] for name, t in tensors]
    print(json.dumps([all, metadata or {}]))
`;
const python = ['python3', '/usr/bin/python3'].find(
  (command) => spawnSync(command, ['-c', 'import safetensors, numpy']).status === 0,
);
if (python === undefined) {
  console.warn("skipped: the format's own library (no python3 with safetensors and numpy here)");
}

describe.skipIf(python === undefined)("the format's own library", () => {
  it('reads every file as it was meant', () => {
    const files = fc.sample(fileContents, 200).map((contents, i) => {
      const path = join(folder.path, `${i}.safetensors`);
      writeFileSync(path, written(contents));
      return { path, contents };
    });
    const input = files.map(({ path }) => path).join('\n');
    const { stdout, stderr, status } = spawnSync(python ?? '', ['-c', READ_ALL], { input, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    const lines = stdout.trim().split('\n');
    for (const [i, { contents }] of files.entries()) {
      const [tensors, metadata] = JSON.parse(lines[i]);
      const wanted = contents.tensors.map(([name, tensor]) => [
        ...[name, NAMES[tensor.dtype], tensor.shape, Buffer.from(bytesOf(tensor)).toString('hex')],
      ]);
      expect(tensors.sort()).toEqual(wanted.sort());
      expect(Object.entries(metadata).sort()).toEqual([...contents.metadata].sort());
    }
  });
});
