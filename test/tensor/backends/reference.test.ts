import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BackendError, ConfigError, DTypeError, ShapeError, tensor } from '../../../src/index.js';
import { createReferenceBackend } from '../../../src/tensor/backends/reference/index.js';
import type { DType } from '../../../src/tensor/dtype.js';

const BYTES: Readonly<Record<DType, number>> = { float32: 4, float64: 8, int32: 4 };

describe('the reference backend', () => {
  it('makes float32 tensors unless asked for float64, and says so', () => {
    const [single, double] = [createReferenceBackend(), createReferenceBackend({ dtype: 'float64' })];
    expect([single.name, single.mode, single.floatType]).toEqual(['reference', 'float32', 'float32']);
    expect([double.name, double.mode, double.floatType]).toEqual(['reference', 'float64', 'float64']);
    expect(tensor([1], [1], { backend: double }).dtype).toBe('float64');
    expect(createReferenceBackend({ dtype: 'float64', mode: 'auto' }).mode).toBe('float64');
    // It holds both: a float64 tensor may stand beside the others.
    expect(tensor([1], [1], { backend: single, dtype: 'float64' }).dtype).toBe('float64');
  });

  it('refuses other dtypes and modes', () => {
    expect(() => createReferenceBackend({ dtype: 'int32' as never })).toThrow(ConfigError);
    expect(() => createReferenceBackend({ dtype: 'int32' as never })).toThrow(
      'reference: dtype must be float32 or float64, got int32',
    );
    expect(() => createReferenceBackend({ mode: 'simd' })).toThrow(
      'reference: the mode is its dtype, float32, got simd',
    );
    const backend = createReferenceBackend();
    expect(() => backend.upload(new Float32Array(1), 'float16' as never)).toThrow(DTypeError);
    expect(() => backend.upload(new Float32Array(1), 'float16' as never)).toThrow(
      'reference: wants float32, float64 or int32, got float16',
    );
    expect(backend.memory().buffers).toBe(0);
  });

  it('counts live buffers and bytes through any sequence of uploads and frees', () => {
    const dtypes = fc.constantFrom<DType>('float32', 'float64', 'int32');
    const step = fc.tuple(fc.boolean(), dtypes, fc.nat(9));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const backend = createReferenceBackend();
        const live = [];
        let bytes = 0;
        for (const [frees, dtype, at] of steps) {
          if (frees && live.length > 0) {
            const [buffer] = live.splice(at % live.length, 1);
            bytes -= buffer.length * BYTES[buffer.dtype];
            backend.free(buffer);
          } else {
            live.push(backend.upload(new Float64Array(at), dtype));
            bytes += at * BYTES[dtype];
          }
          expect(backend.memory()).toEqual({ buffers: live.length, bytes, reservedBytes: bytes });
        }
      }),
    );
  });

  it('refuses to read, write or free a buffer that was freed, or is of another backend', async () => {
    const [backend, other] = [createReferenceBackend(), createReferenceBackend()];
    const freed = backend.upload(Float32Array.of(1, 2), 'float32');
    backend.free(freed);
    const foreign = other.upload(Float32Array.of(1, 2), 'float32');
    const message = /a float32 buffer of 2 elements was freed, or belongs to another backend/;
    for (const buffer of [freed, foreign]) {
      expect(() => backend.free(buffer)).toThrow(BackendError);
      expect(() => backend.readSync?.(buffer)).toThrow(message);
      expect(() => backend.write(buffer, Float32Array.of(1, 2))).toThrow(message);
      await expect(backend.read(buffer)).rejects.toThrow(message);
      const x = { buffer, shape: [2], dtype: 'float32' as const };
      expect(() => backend.kernels.unary('neg', x)).toThrow(message);
    }
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0, reservedBytes: 0 });
    expect(other.memory().buffers).toBe(1);
  });

  it('copies what it is given and what it gives', async () => {
    const backend = createReferenceBackend();
    const values = Float32Array.of(1, 2);
    const buffer = backend.upload(values, 'float32');
    values[0] = 9;
    (await backend.read(buffer))[1] = 9;
    backend.readSync!(buffer)[1] = 9;
    expect(await backend.read(buffer)).toEqual(Float32Array.of(1, 2));
    backend.write(buffer, values);
    values[1] = 7;
    expect(backend.readSync?.(buffer)).toEqual(Float32Array.of(9, 2));
  });

  it('writes as many values as the buffer has', () => {
    const backend = createReferenceBackend();
    const buffer = backend.upload(new Int32Array(2), 'int32');
    expect(() => backend.write(buffer, new Int32Array(3))).toThrow(ShapeError);
    expect(() => backend.write(buffer, new Int32Array(1))).toThrow(
      'write: 1 values do not fit a buffer of 2',
    );
  });

  it('computes float32 in double and rounds once, when it stores', () => {
    const backend = createReferenceBackend();
    // Rounded at every step, each sum below would stop at 2²⁴ or lose its small terms.
    const small = Float32Array.of(2 ** 24, 1, 1, 1, -(2 ** 24));
    const x = tensor(small, [1, 5], { backend });
    const ones = tensor(new Float32Array(5).fill(1), [5, 1], { backend });
    const zeros = tensor(new Int32Array(5), [5], { backend });
    expect(x.sum().itemSync()).toBe(3);
    expect(x.matmul(ones).itemSync()).toBe(3);
    const sums = Float32Array.of(2 ** 24, 2 ** 24 + 1, 2 ** 24 + 2, 2 ** 24 + 3, 3);
    expect(x.cumsum(1).dataSync()).toEqual(sums);
    const added = backend.kernels.scatterAdd(zeros, x.reshape([5, 1]), 1);
    expect(backend.readSync?.(added)).toEqual(Float32Array.of(3));
    // 3·0.1f + 1 with one rounding
    const tenth = Math.fround(0.1);
    expect(tensor([0.1], [1], { backend }).affine(3, 1).itemSync()).toBe(Math.fround(3 * tenth + 1));
    expect(tensor([2], [1], { backend }).sqrt().itemSync()).toBe(Math.fround(Math.SQRT2));
  });
});
