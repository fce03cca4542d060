import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '../../../src/index.js';
import { decodeTensor } from '../../../src/training/checkpoint/decode-tensor.js';
import { readSafetensors } from '../../../src/training/checkpoint/safetensors.js';
import { DTYPE_BITS, type SafetensorsDtype } from '../../../src/training/checkpoint/safetensors-dtype.js';
import { assemble, fromTensors, type RawTensor } from '../../helpers/safetensors/parts.js';

type Numbers = ArrayBufferView<ArrayBuffer> & ArrayLike<number | bigint>;

function decode(dtype: SafetensorsDtype, { buffer, length }: Numbers) {
  return decodeTensor('x', { dtype, shape: [length] }, buffer);
}

describe('integers and truth values', () => {
  const int32 = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31)));
  const natural = fc.oneof(fc.nat(), fc.constantFrom(0, 2 ** 31 - 1));
  it.each<[SafetensorsDtype, fc.Arbitrary<number>, (values: number[]) => Numbers]>([
    ['I32', int32, (values) => Int32Array.from(values)],
    ['I64', int32, (values) => BigInt64Array.from(values, BigInt)],
    ['U32', natural, (values) => Uint32Array.from(values)],
    ['U64', natural, (values) => BigUint64Array.from(values, BigInt)],
    ['I16', fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }), (values) => Int16Array.from(values)],
    ['U16', fc.nat({ max: 2 ** 16 - 1 }), (values) => Uint16Array.from(values)],
    ['I8', fc.integer({ min: -128, max: 127 }), (values) => Int8Array.from(values)],
    ['U8', fc.nat({ max: 255 }), (values) => Uint8Array.from(values)],
    ['BOOL', fc.nat({ max: 1 }), (values) => Uint8Array.from(values)],
  ])('of dtype %s are read as int32, exactly', (dtype, value, pack) => {
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const read = decode(dtype, pack(values));
        expect(read).toEqual({ dtype: 'int32', shape: [values.length], data: Int32Array.from(values) });
      }),
    );
  });

  const beyond = fc.oneof(
    fc.constantFrom(2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n - 1n),
    fc.bigInt({ min: 2n ** 31n, max: 2n ** 63n - 1n }),
  );
  it('beyond 32 bits are refused, with the tensor, its dtype and the number', () => {
    fc.assert(
      fc.property(beyond, fc.boolean(), fc.constantFrom('I64', 'U64' as const), (size, minus, dtype) => {
        const value = minus && dtype === 'I64' ? -size - 1n : size;
        const packed = dtype === 'I64' ? BigInt64Array.of(5n, value) : BigUint64Array.of(5n, value);
        const read = () => decode(dtype, packed);
        expect(read).toThrow(CheckpointError);
        expect(read).toThrow(
          `cannot read the tensor 'x' of dtype ${dtype} without loss: it holds ${value}, beyond int32`,
        );
      }),
    );
    expect(() => decode('U32', Uint32Array.of(2 ** 31))).toThrow('it holds 2147483648, beyond int32');
  });

  it('that are neither 0 nor 1 are no truth values', () => {
    expect(() => decode('BOOL', Uint8Array.of(0, 1, 2))).toThrow(
      "cannot read the tensor 'x' of dtype BOOL without loss: it holds 2, which is neither 0 nor 1",
    );
  });
});

describe('floats of one byte', () => {
  // From ml_dtypes 0.5: the values of bytes 1, 60 and 191, the largest that is finite, how many are infinite and NaN.
  it.each<[SafetensorsDtype, number[], number, number, number]>([
    ['F8_E4M3', [2 ** -9, 1.5, -1.875], 448, 0, 2],
    ['F8_E5M2', [2 ** -16, 1, -1.75], 57344, 2, 6],
    ['F8_E4M3FNUZ', [2 ** -10, 0.75, -0.9375], 240, 0, 1],
    ['F8_E5M2FNUZ', [2 ** -17, 0.5, -0.875], 57344, 0, 1],
    ['F8_E8M0', [2 ** -126, 2 ** -67, 2 ** 64], 2 ** 127, 0, 1],
  ])('of dtype %s have their values', (dtype, some, largest, infinite, none) => {
    const { data, ...read } = decode(
      dtype,
      Uint8Array.from({ length: 256 }, (_, i) => i),
    );
    expect(read).toEqual({ dtype: 'float32', shape: [256] });
    expect([data[1], data[60], data[191]]).toEqual(some);
    expect(Math.max(...data.filter(Number.isFinite))).toBe(largest);
    expect(data.filter((value) => Math.abs(value) === Number.POSITIVE_INFINITY)).toHaveLength(infinite);
    expect(data.filter(Number.isNaN)).toHaveLength(none);
    // All numbers apart, −0 too where there is one.
    expect(new Set(Array.from(data, (value) => (Object.is(value, -0) ? '-0' : value))).size).toBe(
      256 - Math.max(0, none - 1),
    );
  });
});

describe('a file with tensors of all dtypes', () => {
  const dtypes = Object.keys(DTYPE_BITS) as SafetensorsDtype[];
  const UNREADABLE: SafetensorsDtype[] = ['F6_E2M3', 'F6_E3M2', 'F4', 'C64'];
  const tensors: RawTensor[] = dtypes.map((dtype) => {
    const bytes = new Uint8Array(DTYPE_BITS[dtype]);
    return { name: `a ${dtype}`, dtype, shape: [2, 4], bytes };
  });
  const file = assemble(fromTensors({}, tensors));

  it('lists them all, and gives those that are asked for', () => {
    const listed = new Map<string, unknown>();
    const read = readSafetensors(file, (name, { dtype, shape }) => {
      listed.set(name, { dtype, shape });
      return !UNREADABLE.includes(dtype);
    });
    expect([...listed]).toEqual(tensors.map(({ name, dtype, shape }) => [name, { dtype, shape }]));
    expect(read.tensors.size).toBe(dtypes.length - UNREADABLE.length);
    for (const { data } of read.tensors.values()) expect(data).toHaveLength(8);
  });

  it.each(UNREADABLE)('is refused when %s is asked for, which nothing here can hold', (dtype) => {
    const read = () => readSafetensors(file, (_, info) => info.dtype === dtype);
    expect(read).toThrow(CheckpointError);
    expect(read).toThrow(`cannot read the tensor 'a ${dtype}' of dtype ${dtype} without loss: `);
  });

  it('is refused where they do not fill their bytes', () => {
    for (const [dtype, shape, wanted] of [
      ['F4', [3], '1.5'],
      ['F6_E3M2', [5], '3.75'],
      ['C64', [1], '8'],
    ] as const) {
      const bytes = assemble(
        fromTensors({}, [{ name: 'x', dtype, shape: [...shape], bytes: new Uint8Array(2) }]),
      );
      expect(() => readSafetensors(bytes, () => false)).toThrow(`needs ${wanted} bytes and has 2`);
    }
  });
});
