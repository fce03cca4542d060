import { describe, expect, it } from 'vitest';
import type { KernelName } from '../../bench/profile/work.js';
import { rooflineChart } from '../../bench/roofline/chart.js';
import { kernelNames, measureKernel, shareOf, workOf } from '../../bench/roofline/measure.js';
import { compileLoops, FACTORS, SUMS } from '../../bench/roofline/peak.js';
import { createBackend } from '../../src/index.js';
import { CALLS, Operands } from '../../src/tensor/backends/wasm/runtime/self-check/calls.js';

const SMALL = { rows: 4, width: 128, length: 5, square: 8 } as const;

describe('measureKernel', () => {
  it('runs every kernel there is, and frees what it made', async () => {
    const backend = await createBackend('wasm', { mode: 'simd' });
    const names = kernelNames(backend);
    expect(names.sort()).toEqual(Object.keys({ ...backend.kernels, ...backend.fused }).sort());
    for (const name of names) {
      const { kernel, rate } = await measureKernel(backend, name, { sizes: SMALL, samples: 2 });
      expect(kernel).toBe(name);
      expect(rate, name).toBeGreaterThan(0);
    }
    expect(backend.memory().buffers).toBe(0);
  });
});

describe('workOf', () => {
  const work = async (name: KernelName) => {
    const backend = await createBackend('wasm', { mode: 'simd' });
    const args = CALLS[name](new Operands(backend, SMALL)) as readonly unknown[];
    const table = { ...backend.kernels, ...backend.fused } as Record<
      string,
      (...xs: readonly unknown[]) => unknown
    >;
    return workOf(name, args, table[name](...args));
  };
  const array = 4 * SMALL.rows * SMALL.width;

  it('counts operations of products', async () => {
    expect(await work('matmul')).toEqual({ bound: 'arithmetic', work: 2 * 8 ** 3 });
  });

  it('counts what is read and written once, and what is overwritten twice', async () => {
    expect(await work('unit')).toEqual({ bound: 'memory', work: 2 * array });
    expect(await work('binary')).toEqual({ bound: 'memory', work: 3 * array });
    expect(await work('unitInPlace')).toEqual({ bound: 'memory', work: 2 * array });
    expect(await work('adamStepInPlace')).toEqual({ bound: 'memory', work: 7 * array });
    expect(await work('assignInPlace')).toEqual({ bound: 'memory', work: 2 * array });
  });
});

describe('compileLoops', () => {
  it.each(['simd', 'wide'] as const)('multiplies and adds in as many sums as it says: %s', async (mode) => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const floats = new Float32Array(memory.buffer);
    const { run } = await compileLoops(mode, memory);
    for (const sums of SUMS) {
      floats.fill(0);
      for (let i = 0; i < 4 * sums; i++) floats[i] = i;
      floats[FACTORS / 4] = 3;
      floats[FACTORS / 4 + 1] = 5;
      run(sums, 7);
      expect(Array.from(floats.subarray(0, 4 * sums))).toEqual(
        Array.from({ length: 4 * sums }, (_, i) => i + 7 * 15),
      );
      expect(floats[4 * sums]).toBe(0);
    }
  });

  it('copies, and adds a multiple', async () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const floats = new Float32Array(memory.buffer);
    const { copy, triad } = await compileLoops('simd', memory);
    for (let i = 0; i < 64; i++) floats[64 + i] = i;
    copy(0, 256, 256);
    expect(Array.from(floats.subarray(0, 64))).toEqual(Array.from(floats.subarray(64, 128)));
    triad(512, 0, 256, 0.5, 256);
    expect(Array.from(floats.subarray(128, 192))).toEqual(Array.from({ length: 64 }, (_, i) => 1.5 * i));
    expect(floats[192]).toBe(0);
  });
});

describe('rooflineChart', () => {
  it('holds operations to one peak and bytes to the other, the nearest first', () => {
    const peak = { gflops: 50, gbPerSecond: 20 };
    const kernels = [
      { kernel: 'copy', bound: 'memory', medianMs: 1, rate: 5 },
      { kernel: 'matmul', bound: 'arithmetic', medianMs: 1, rate: 40 },
      { kernel: 'unit', bound: 'memory', medianMs: 1, rate: 15 },
    ] as const;
    expect(kernels.map((speed) => shareOf(speed, peak))).toEqual([0.25, 0.8, 0.75]);
    const machine = { cpu: 'a processor', cores: 2, arch: 'x64', node: '20.0.0' };
    const { bars, origin } = rooflineChart([{ mode: 'simd', ...peak, kernels }], machine);
    expect(origin).toBe(0);
    expect(bars.map(({ label, text }) => [label, text])).toEqual([
      ['matmul', '80 %  (40.0 GFLOP/s)'],
      ['unit', '75 %  (15.0 GB/s)'],
      ['copy', '25 %  (5.0 GB/s)'],
    ]);
    expect(new Set(bars.map(({ panel }) => panel)).size).toBe(2);

    const wide = { mode: 'wide', gflops: 80, gbPerSecond: 20, kernels } as const;
    const both = rooflineChart([{ mode: 'simd', ...peak, kernels }, wide], machine).bars;
    expect(both.slice(0, 3).map(({ label, text }) => [label, text])).toEqual([
      ['simd', '80 %  (40.0 GFLOP/s)'],
      ['wide', '50 %  (40.0 GFLOP/s)'],
      ['matmul', '50 %  (40.0 GFLOP/s)'],
    ]);
    expect(new Set(both.map(({ panel }) => panel)).size).toBe(3);
  });
});
