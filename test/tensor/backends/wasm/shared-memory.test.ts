import { Worker } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import {
  attention,
  BackendError,
  createBackend,
  createSharedMemory,
  scope,
  type Tensor,
  tensor,
  withBackend,
} from '../../../../src/index.js';
import { declareShared } from '../../../../src/tensor/backends/wasm/runtime/shared-memory.js';

/** A mebibyte and a half: more than memory begins with. */
const LARGE = 400_000;

function numbers(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(i));
}

describe('shared memory', () => {
  it('holds what the kernels compute, to the bit as in memory of its own', async () => {
    const compute = (): Tensor => {
      const q = tensor(numbers(2 * 7 * 3 * 8), [2, 7, 3, 8]);
      const x = tensor(numbers(LARGE), [400, 1000]);
      return attention(q, q, q, 0.3).sum().add(x.matmul(x.transpose()));
    };
    const [own, shared] = await Promise.all(
      [{}, { memory: createSharedMemory() }].map((options) => createBackend('wasm', options)),
    );
    const [expected, found] = [own, shared].map((backend) => withBackend(backend, () => scope(compute)));
    expect(found.dataSync()).toEqual(expected.dataSync());
    expect(own.shared).toBeNull();
    expect(shared.memory().buffers).toBe(1);
  });

  it('shows another thread what lies where, also after it has grown', async () => {
    const memory = createSharedMemory();
    const before = memory.buffer.byteLength;
    const backend = await createBackend('wasm', { memory });
    const script = `const { parentPort, workerData } = require('node:worker_threads');
      parentPort.on('message', ({ address, length }) => {
        parentPort.postMessage(new Float32Array(workerData.buffer, address, length).slice());
      });`;
    const other = new Worker(script, { eval: true, workerData: memory });
    await new Promise((resolve) => other.once('online', resolve));
    const x = withBackend(backend, () => tensor(numbers(LARGE)));
    expect(memory.buffer.byteLength).toBeGreaterThan(before);
    const seen = new Promise((resolve) => other.once('message', resolve));
    other.postMessage({ address: backend.shared!.address(x.buffer), length: LARGE });
    expect(await seen).toEqual(numbers(LARGE));
    await other.terminate();
  });

  it('is refused in one line where the system has no room', () => {
    const none = vi.spyOn(WebAssembly, 'Memory').mockImplementation(() => {
      throw new RangeError('could not allocate memory');
    });
    expect(createSharedMemory).toThrow(
      new BackendError(
        'wasm: there is no room for the memory of a thread, which reserves 4 GiB of addresses; use fewer threads',
      ),
    );
    none.mockRestore();
  });

  it('is declared in a binary that imports memory with a maximum, and in no other', () => {
    const memoryImport = (limits: readonly number[]) =>
      Uint8Array.of(0, 1, 3, 101, 110, 118, 6, 109, 101, 109, 111, 114, 121, 2, ...limits);
    const binary = memoryImport([1, 1, 128, 128, 4]);
    expect([...declareShared(binary)]).toEqual([...memoryImport([3, 1, 128, 128, 4])]);
    expect(binary).toEqual(memoryImport([1, 1, 128, 128, 4]));
    for (const other of [
      memoryImport([0, 1]),
      memoryImport([3, 1, 2]),
      Uint8Array.of(),
      Uint8Array.of(0, 97, 115, 109),
    ]) {
      expect(() => declareShared(other)).toThrow(BackendError);
    }
  });
});
