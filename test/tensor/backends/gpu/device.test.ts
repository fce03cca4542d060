import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BackendError } from '../../../../src/index.js';
import { Device } from '../../../../src/tensor/backends/gpu/runtime/device.js';
import { loadLibrary } from '../../../../src/tensor/backends/gpu/runtime/library.js';
import { type Program, program } from '../../../../src/tensor/backends/gpu/runtime/program.js';

const library = await loadLibrary();

function operand(device: Device, values: readonly number[]) {
  const buffer = device.upload(Float32Array.from(values), 'float32');
  return { buffer, shape: [values.length], dtype: 'float32' } as const;
}

describe('a kernel that gpu.js runs on the CPU in silence', () => {
  // Array(5) is no type that WebAssembly kernels of gpu.js return.
  const five: Program = {
    ...program('five', 'x', '  return x[i];'),
    perThread: 5 as 4,
  };
  // gpu.js warns on the console, which programs do not read.
  beforeEach(() => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('is an error where the mode was asked for', () => {
    const device = new Device(library, 'webasm', false);
    const launch = () => device.launch(five, [operand(device, [7, 8])], 'float32', 10);
    expect(launch).toThrow(BackendError);
    expect(launch).toThrow(
      /gpu: webasm cannot run five\(\[2\]\): gpu\.js fell back to cpu; mode auto allows that/,
    );
  });

  it('is taken where any mode will do', () => {
    const device = new Device(library, 'webasm', true);
    expect(() => device.launch(five, [operand(device, [7, 8])], 'float32', 10)).not.toThrow();
  });
});

describe('a kernel that cannot be translated', () => {
  it.each(['cpu', 'webasm'] as const)(
    'names the op and the shapes, and leaves no buffer, in mode %s',
    (mode) => {
      const device = new Device(library, mode, false);
      const x = operand(device, [1, 2, 3]);
      const broken = program('broken', 'x', "  return 'abc'.length + x[i];");
      expect(() => device.launch(broken, [x], 'float32', 3)).toThrow(
        /^gpu: \w+ cannot run broken\(\[3\]\): ./,
      );
      expect(device.memory().buffers).toBe(1);
      device.free(x.buffer);
      expect(device.memory()).toEqual({ buffers: 0, bytes: 0, reservedBytes: 0 });
    },
  );
});

describe('a transaction', () => {
  it.each(['cpu', 'webasm'] as const)(
    'brings back what was overwritten, however often, in mode %s',
    async (mode) => {
      const device = new Device(library, mode, false);
      const [x, y] = [operand(device, [1, 2]), operand(device, [3, 4])];
      const { rollback } = device.transaction();
      device.write(x.buffer, Float32Array.of(5, 6));
      device.assign(x.buffer, y.buffer);
      device.write(y.buffer, Float32Array.of(7, 8));
      rollback();
      expect([...(await device.read(x.buffer))]).toEqual([1, 2]);
      expect([...(await device.read(y.buffer))]).toEqual([3, 4]);
      device.freeAll(x, y);
      expect(device.memory()).toEqual({ buffers: 0, bytes: 0, reservedBytes: 0 });
    },
  );

  it('is one at a time', () => {
    const device = new Device(library, 'cpu', false);
    const { rollback } = device.transaction();
    expect(() => device.transaction()).toThrow(/a transaction is open/);
    rollback();
    device.transaction().rollback();
  });

  it.each(['cpu', 'webasm'] as const)('keeps the new once it is committed, in mode %s', async (mode) => {
    const device = new Device(library, mode, false);
    const x = operand(device, [1, 2]);
    const { commit } = device.transaction();
    device.write(x.buffer, Float32Array.of(5, 6));
    expect(device.memory().bytes).toBe(16);
    await commit();
    expect(device.memory().bytes).toBe(8);
    expect([...(await device.read(x.buffer))]).toEqual([5, 6]);
    device.freeAll(x);
  });
});
