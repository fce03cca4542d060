import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '../../../src/index.js';
import type { HostTensor } from '../../../src/nn/index.js';
import { readSafetensors, writeSafetensors } from '../../../src/training/checkpoint/safetensors.js';
import { fileContents } from '../../helpers/safetensors/contents.js';
import { expectClose } from '../../helpers/values/close.js';
import { absolute } from '../../helpers/values/tolerance.js';

/** A file with this header (JSON as it stands, or as an object) and these bytes of data. */
function file(header: string | object, data: Uint8Array | number = 0): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const body = typeof data === 'number' ? new Uint8Array(data) : data;
  const bytes = new Uint8Array(8 + json.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(body, 8 + json.length);
  return bytes;
}

function entry(dtype: unknown, shape: unknown, begin: unknown, end: unknown) {
  return { dtype, shape, data_offsets: [begin, end] };
}

describe('writing and reading', () => {
  it('gives back every tensor and all metadata, bit for bit and in their order', () => {
    fc.assert(
      fc.property(fileContents, ({ tensors, metadata }) => {
        const bytes = writeSafetensors(new Map(tensors), new Map(metadata));
        const read = readSafetensors(bytes);
        expect([...read.tensors]).toEqual(tensors);
        expect([...read.metadata]).toEqual(metadata);
        expect(writeSafetensors(new Map(tensors), new Map(metadata))).toEqual(bytes);
      }),
    );
  });

  it('writes the format: length, JSON padded with blanks to 8 bytes, data without gaps', () => {
    const tensors = new Map<string, HostTensor>([
      ['a', { shape: [2], dtype: 'float32', data: Float32Array.of(1, 2) }],
      ['b', { shape: [], dtype: 'int32', data: Int32Array.of(-1) }],
    ]);
    const bytes = writeSafetensors(tensors, new Map([['k', 'v']]));
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: { k: 'v' },
      a: entry('F32', [2], 0, 8),
      b: entry('I32', [], 8, 12),
    });
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 128, 63, 0, 0, 0, 64, 255, 255, 255, 255]);
  });

  it('reads files of another writer', () => {
    const bytes = readFileSync(new URL('../../fixtures/ngpt-tiny.safetensors', import.meta.url));
    const { tensors, metadata } = readSafetensors(bytes);
    expect(metadata.get('architecture')).toBe('ngpt');
    expect(tensors.get('init/transformer.wte.weight')).toMatchObject({ dtype: 'float32', shape: [29, 16] });
    const row = tensors.get('init/transformer.wte.weight')!.data.subarray(0, 16);
    expectClose(Math.hypot(...row), 1, absolute(5e-7));
  });

  it('reads half precision and bfloat16 as float32', () => {
    const bits = Uint16Array.of(
      0x0000,
      0x8000,
      0x0001,
      0x03ff,
      0x0400,
      0x3c00,
      0xc000,
      0x7bff,
      0x7c00,
      0xfc00,
      0x7e00,
    );
    const half = readSafetensors(file({ x: entry('F16', [11], 0, 22) }, new Uint8Array(bits.buffer)));
    expect([...half.tensors.get('x')!.data]).toEqual([
      ...[0, -0, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 1, -2, 65504],
      ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN],
    ]);
    const brain = Uint16Array.of(0x3f80, 0xc000, 0x7f80, 0x0001, 0x8000, 0x4049);
    const read = readSafetensors(file({ x: entry('BF16', [6], 0, 12) }, new Uint8Array(brain.buffer)));
    expect([...read.tensors.get('x')!.data]).toEqual([
      1,
      -2,
      Number.POSITIVE_INFINITY,
      2 ** -133,
      -0,
      3.140625,
    ]);
  });

  it('reads from the middle of a buffer', () => {
    const bytes = file({ x: entry('F32', [1], 0, 4) }, new Uint8Array(Float32Array.of(7).buffer));
    const inside = new Uint8Array(bytes.length + 3);
    inside.set(bytes, 3);
    expect(readSafetensors(inside.subarray(3)).tensors.get('x')!.data[0]).toBe(7);
  });

  it('refuses to write what it could not read', () => {
    const tensor: HostTensor = { shape: [2], dtype: 'float32', data: Float32Array.of(1) };
    expect(() => writeSafetensors(new Map([['a', tensor]]))).toThrow(CheckpointError);
    const whole: HostTensor = { shape: [1], dtype: 'float32', data: Float32Array.of(1) };
    expect(() => writeSafetensors(new Map([['__metadata__', whole]]))).toThrow(CheckpointError);
  });
});

describe('broken and hostile files', () => {
  const good = entry('F32', [1], 0, 4);
  const cases: [what: string, bytes: Uint8Array, message: RegExp][] = [
    ['no bytes', new Uint8Array(0), /only 0 bytes/],
    ['seven bytes', new Uint8Array(7), /only 7 bytes/],
    ['a header beyond the file', Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0, 123), /255 bytes does not fit/],
    ['a header of 2^64 - 1 bytes', new Uint8Array(20).fill(255), /18446744073709551615 bytes does not fit/],
    ['an empty header', new Uint8Array(8), /does not start with '{'/],
    ['an array', file('[]'), /does not start with '{'/],
    ['blanks before the header', file(' {}'), /does not start with '{'/],
    ['a byte order mark', file('\uFEFF{}'), /does not start with '{'/],
    ['no UTF-8', file('{"a?":1}'.replace('?', '\u00ff')).map((b) => (b === 0xc3 ? 0xff : b)), /not UTF-8/],
    ['half an object', file('{"a":'), /the end at position 5/],
    ['text after the header', file('{} x'), /position 3/],
    ['deep nesting', file(`{"a":${'['.repeat(1e6)}`), /nests deeper/],
    ['a shape of a million axes', file(`{"a":{"shape":[${'1,'.repeat(1e6)}1]}}`), /more than 64 elements/],
    ['a tensor that is a number', file({ a: 1 }), /'a' is not described by an object/],
    ['a tensor that is null', file({ a: null }), /'a' is not described by an object/],
    ['no dtype', file({ a: { shape: [], data_offsets: [0, 0] } }), /'a' has no dtype/],
    ['a dtype unknown to it', file({ a: entry('F8_E9M9', [1], 0, 1) }, 1), /'a' has dtype F8_E9M9; .*BF16/],
    ['a dtype from Object', file({ a: entry('toString', [1], 0, 1) }, 1), /dtype toString/],
    ['no shape', file({ a: { dtype: 'F32', data_offsets: [0, 4] } }, 4), /no shape/],
    ['a negative size', file({ a: entry('F32', [-1, -1], 0, 4) }, 4), /no shape of whole numbers/],
    ['half a size', file({ a: entry('F32', [0.5, 2], 0, 4) }, 4), /no shape of whole numbers/],
    ['a size as a string', file({ a: entry('F32', ['1'], 0, 4) }, 4), /no shape of whole numbers/],
    ['a size beyond 2^53', file('{"a":{"dtype":"F32","shape":[1e300,0],"data_offsets":[0,0]}}'), /no shape/],
    [
      'sizes whose product overflows',
      file({ a: entry('F32', [2 ** 52, 2 ** 52], 0, 4) }, 4),
      /needs .* bytes/,
    ],
    [
      'one offset',
      file({ a: { dtype: 'F32', shape: [1], data_offsets: [0] } }, 4),
      /no pair of data_offsets/,
    ],
    ['a negative offset', file({ a: entry('F32', [1], -4, 0) }, 4), /no pair of data_offsets/],
    ['offsets in reverse', file({ a: entry('F32', [1], 4, 0) }, 4), /in reverse: 4 to 0/],
    ['offsets beyond the file', file({ a: entry('F32', [2], 0, 8) }, 4), /byte 8 of 4: it was cut off/],
    ['too few bytes for the shape', file({ a: entry('F32', [2], 0, 4) }, 4), /needs 8 bytes and has 4/],
    ['an overlap', file({ a: good, b: entry('F32', [1], 2, 6) }, 6), /'b' overlaps .* byte 2, not 4/],
    ['the same place twice', file({ a: good, b: good }, 4), /'b' overlaps/],
    ['a gap', file({ a: good, b: entry('F32', [1], 8, 12) }, 12), /'b' leaves a gap/],
    ['a gap at the start', file({ a: entry('F32', [1], 4, 8) }, 8), /'a' leaves a gap/],
    ['bytes to spare', file({ a: good }, 5), /take 4 bytes, the file holds 5/],
    ['data without tensors', file({}, 1), /take 0 bytes, the file holds 1/],
    [
      'a name twice',
      file('{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":1}'),
      /"a" appears twice/,
    ],
    ['metadata twice', file('{"__metadata__":{},"__metadata__":{}}'), /"__metadata__" appears twice/],
    ['metadata that is no object', file({ __metadata__: ['a'] }), /__metadata__ is not an object/],
    ['metadata of numbers', file({ __metadata__: { step: 1 } }), /metadata 'step' is not a string/],
    ['metadata in metadata', file({ __metadata__: { a: { b: 'c' } } }), /objects nest deeper than 2 levels/],
  ];

  it.each(cases)('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(CheckpointError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  it('keeps messages on one short line, whatever the names', () => {
    const bytes = file({ [`a\n\u0007${'x'.repeat(1000)}`]: 1 });
    expect(() => readSafetensors(bytes)).toThrow(/^[ -~…]{1,200}$/);
  });

  it('takes what is odd but right: no tensors, empty ones anywhere, any order, prototype names', () => {
    expect(readSafetensors(file('{}')).tensors.size).toBe(0);
    expect(readSafetensors(file('{}      \n')).tensors.size).toBe(0);
    const header = `{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},
      "__proto__":{"dtype":"I32","shape":[1],"data_offsets":[0,4]},
      "e":{"dtype":"F32","shape":[9007199254740991,0],"data_offsets":[4,4]}}`;
    const { tensors } = readSafetensors(file(header, 8));
    expect([...tensors.keys()]).toEqual(['b', '__proto__', 'e']);
    expect(tensors.get('e')!.data).toHaveLength(0);
  });

  it('meets random headers with a CheckpointError', () => {
    const value = fc.oneof(
      fc.constantFrom(0, 4, 8, -1, 0.5, 2 ** 53, 'F32', 'I32', null, true),
      fc.array(fc.constantFrom(0, 1, 2, 4, 8, -4, 'x'), { maxLength: 3 }),
    );
    const description = fc.record(
      { dtype: fc.oneof(fc.constant('F32'), value), shape: value, data_offsets: value },
      { requiredKeys: [] },
    );
    const header = fc.dictionary(
      fc.constantFrom('a', 'b', '__metadata__', '__proto__'),
      fc.oneof(description, value),
    );
    fc.assert(
      fc.property(header, fc.nat({ max: 16 }), (json, size) => {
        try {
          readSafetensors(file(json, size));
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
