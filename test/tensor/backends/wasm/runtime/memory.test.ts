import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Operand } from '../../../../../src/tensor/backend.js';
import { createWasmBackend } from '../../../../../src/tensor/backends/wasm/index.js';
import { matmulKernels } from '../../../../../src/tensor/backends/wasm/matmul.js';
import { Device } from '../../../../../src/tensor/backends/wasm/runtime/device.js';
import {
  ADDRESS_SPACE,
  type WasmBuffer,
  WasmMemory,
} from '../../../../../src/tensor/backends/wasm/runtime/memory.js';
import { instantiate } from '../../../../../src/tensor/backends/wasm/runtime/module.js';
import { BackendError, DTypeError, LifetimeError, ShapeError } from '../../../../../src/tensor/errors.js';
import { operand } from '../../../../helpers/kernels/wasm.js';
import { Draw } from '../../../../helpers/values/draw.js';

const MEBIBYTE = 2 ** 20;
const GIBIBYTE = 2 ** 30;

const end = (buffer: WasmBuffer): number => buffer.address + buffer.length * 4;

describe('WasmMemory', () => {
  it('refuses sizes that are none, and stays as it was', () => {
    const memory = new WasmMemory();
    const before = memory.allocate('float32', 3);
    for (const length of [Number.NaN, -1, 0.1]) {
      expect(() => memory.allocate('float32', length)).toThrow(BackendError);
    }
    const after = memory.allocate('float32', 3);
    expect(after.address).toBeGreaterThanOrEqual(end(before));
  });

  it('gives out blocks that do not overlap, aligned, with a spare vector behind each', () => {
    const action = fc.record({ length: fc.integer({ min: 0, max: 5000 }), free: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const memory = new WasmMemory();
        const live: WasmBuffer[] = [];
        for (const { length, free } of actions) {
          live.push(memory.allocate('float32', length));
          // Freed in any order.
          if (free < live.length) memory.release(live.splice(free, 1)[0]);
          const sorted = [...live].sort((a, b) => a.address - b.address);
          sorted.forEach((buffer, i) => {
            expect(buffer.address % 64).toBe(0);
            const limit = sorted[i + 1]?.address ?? memory.reservedBytes;
            expect(end(buffer) + 16).toBeLessThanOrEqual(limit);
          });
          expect(memory.buffers).toBe(live.length);
          expect(memory.bytes).toBe(live.reduce((sum, buffer) => sum + buffer.length * 4, 0));
        }
      }),
    );
  });

  it('does not grow when a round of allocations repeats, whatever the order of freeing', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(lengths, fc.infiniteStream(fc.nat()), (sizes, order) => {
        const memory = new WasmMemory();
        const round = (): void => {
          const live = sizes.map((length) => memory.allocate('float32', length));
          while (live.length > 0) memory.release(live.splice(order.next().value! % live.length, 1)[0]);
        };
        round();
        const reserved = memory.reservedBytes;
        for (let i = 0; i < 5; i++) round();
        expect(memory.reservedBytes).toBe(reserved);
        expect(memory.buffers).toBe(0);
        expect(memory.bytes).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('reuses a freed block for the next of its size', () => {
    const memory = new WasmMemory();
    const first = memory.allocate('float32', 1000);
    memory.allocate('float32', 1000);
    memory.release(first);
    expect(memory.allocate('int32', 1000).address).toBe(first.address);
  });

  it('shares blocks among sizes that grow step by step, as those of a text being written do', () => {
    const memory = new WasmMemory();
    for (let length = 1; length <= 1024; length++) memory.release(memory.allocate('float32', length * 384));
    // The largest alone is 1.5 MiB; blocks of their own would take 768.
    expect(memory.reservedBytes).toBeLessThan(20 * MEBIBYTE);
  });

  it('names what it needs and what is in use when memory is exhausted', () => {
    const memory = new WasmMemory(4 * MEBIBYTE);
    memory.allocate('float32', (3 * MEBIBYTE) / 4);
    expect(() => memory.allocate('float32', MEBIBYTE / 2)).toThrow(BackendError);
    expect(() => memory.allocate('float32', MEBIBYTE / 2)).toThrow(
      'wasm: out of memory: needs 2.0 MiB, 3.0 MiB in use by 1 buffer, the limit is 4.0 MiB; run each round of a loop in scope()',
    );
    expect(memory.buffers).toBe(1);
    memory.allocate('float32', 1000);
  });

  it('joins free neighbours before it gives up', () => {
    const memory = new WasmMemory(4 * MEBIBYTE);
    const quarters = Array.from({ length: 3 }, () => memory.allocate('float32', MEBIBYTE / 4));
    memory.allocate('float32', 64);
    for (const i of [2, 0, 1]) memory.release(quarters[i]);
    // 2.5 MiB fit neither into a block of 1 MiB nor into the MiB never used.
    const large = memory.allocate('float32', (5 * MEBIBYTE) / 8);
    memory.release(large);
    expect(memory.allocate('float32', (5 * MEBIBYTE) / 8).address).toBe(large.address);
  });

  it('joins the last free block with the memory never used', () => {
    const memory = new WasmMemory(4 * MEBIBYTE);
    memory.release(memory.allocate('float32', MEBIBYTE / 2));
    expect(end(memory.allocate('float32', (3 * MEBIBYTE) / 4))).toBeLessThan(4 * MEBIBYTE);
  });

  it('notices a buffer that is freed twice', () => {
    const memory = new WasmMemory();
    const buffer = memory.allocate('float32', 3);
    memory.release(buffer);
    expect(() => memory.release(buffer)).toThrow(LifetimeError);
    expect(memory.buffers).toBe(0);
  });

  it('stops at the 4 GiB that 32 bits can address', () => {
    const memory = new WasmMemory(2 * ADDRESS_SPACE);
    expect(() => memory.allocate('float32', GIBIBYTE + 1)).toThrow(BackendError);
  });
});

describe('addresses above 2 GiB, negative as signed integers', () => {
  // Nobody writes to the filler, so the system gives no pages for it.
  it.each([
    ['2 GiB', [2048]],
    ['all but 8 MiB', [2048, 1024, 512, 256, 128, 64, 32, 16, 8]],
  ])('multiplies after a filler of %s', async (_size, filler) => {
    const memory = new WasmMemory();
    const exports = await instantiate('simd', memory.memory);
    for (const size of filler) memory.allocate('float32', (size * MEBIBYTE) / 4);
    const { matmul } = matmulKernels(new Device(exports, memory));
    const place = (values: Float32Array): Operand => {
      const buffer = memory.allocate('float32', values.length);
      expect(buffer.address).toBeGreaterThan(2 * GIBIBYTE);
      new Float32Array(memory.memory.buffer, buffer.address, values.length).set(values);
      return { buffer, shape: [1, 70, 70], dtype: 'float32' };
    };
    const identity = Float32Array.from({ length: 4900 }, (_, i) => (i % 71 === 0 ? 1 : 0));
    const x = new Draw(1).uniform([4900]);
    const product = matmul(place(x), place(identity), false, true) as WasmBuffer;
    expect(new Float32Array(memory.memory.buffer, product.address, 4900)).toEqual(x);
  });
});

describe('the wasm backend', () => {
  it('counts live buffers, and their bytes', async () => {
    const backend = await createWasmBackend();
    const before = backend.memory();
    const a = operand(backend, new Draw(1).uniform([6]), [1, 2, 3]);
    const product = backend.kernels.matmul(a, a, false, true);
    expect(backend.memory().buffers - before.buffers).toBe(2);
    expect(backend.memory().bytes - before.bytes).toBe(4 * (6 + 4));
    backend.free(a.buffer);
    backend.free(product);
    expect(backend.memory()).toEqual({ ...before, reservedBytes: backend.memory().reservedBytes });
  });

  it('reports an exhausted memory and goes on', async () => {
    const backend = await createWasmBackend({ memoryLimit: 4 * MEBIBYTE });
    const small = backend.upload(Float32Array.of(1, 2), 'float32');
    expect(() => backend.upload(new Float32Array(MEBIBYTE), 'float32')).toThrow(
      /needs 4\.0 MiB, 0\.0 MiB in use/,
    );
    expect(backend.readSync!(small)).toEqual(Float32Array.of(1, 2));
  });

  it('keeps what it holds when memory grows', async () => {
    const backend = await createWasmBackend();
    const first = backend.upload(Int32Array.of(-1, 7), 'int32');
    const reserved = backend.memory().reservedBytes;
    backend.upload(new Float32Array(4 * MEBIBYTE), 'float32');
    expect(backend.memory().reservedBytes).toBeGreaterThan(reserved);
    expect(backend.readSync!(first)).toEqual(Int32Array.of(-1, 7));
    backend.write(first, Int32Array.of(2, 3));
    expect(await backend.read(first)).toEqual(Int32Array.of(2, 3));
  });

  it('refuses float64 and writes of another length', async () => {
    const backend = await createWasmBackend();
    expect(() => backend.upload(new Float64Array(2), 'float64')).toThrow(DTypeError);
    await expect(createWasmBackend({ dtype: 'float64' })).rejects.toThrow(DTypeError);
    const buffer = backend.upload(new Float32Array(2), 'float32');
    expect(() => backend.write(buffer, new Float32Array(3))).toThrow(ShapeError);
  });

  it('runs the build asked for, and says which', async () => {
    for (const mode of ['simd', 'relaxed-simd', 'wide'] as const)
      expect((await createWasmBackend({ mode })).mode).toBe(mode);
    await expect(createWasmBackend({ mode: 'fast' as 'simd' })).rejects.toThrow("unknown mode 'fast'");
  });

  it('falls back to plain SIMD where there is no other, and refuses what the engine lacks', async () => {
    const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValueOnce(false);
    expect((await createWasmBackend()).mode).toBe('simd');
    validate.mockReturnValueOnce(false);
    await expect(createWasmBackend({ mode: 'relaxed-simd' })).rejects.toThrow(BackendError);
    validate.mockRestore();
  });
});
