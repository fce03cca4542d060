import { describe, expect, it, vi } from 'vitest';
import { createWasmBackend } from '../../../../../src/tensor/backends/wasm/index.js';
import { chooseMode } from '../../../../../src/tensor/backends/wasm/runtime/choose-mode.js';
import {
  compareProducts,
  isClear,
  isWideFaster,
  measuredRates,
  productBy,
} from '../../../../../src/tensor/backends/wasm/runtime/is-wide-faster.js';
import type { WasmMode } from '../../../../../src/tensor/backends/wasm/runtime/module.js';
import { BackendError, tryWide } from '../../../../../src/tensor/index.js';

const openWith = (mode: WasmMode) => createWasmBackend({ mode });

function engine(lacks: readonly WasmMode[], isFaster = true) {
  return { supports: (mode: WasmMode) => !lacks.includes(mode), isWideFaster: vi.fn(async () => isFaster) };
}

describe('the build for auto', () => {
  it('is the wide one where that was allowed, and measured to be faster', async () => {
    const all = engine([]);
    expect(await chooseMode('auto', openWith, all)).toBe('relaxed-simd');
    expect(all.isWideFaster).not.toHaveBeenCalled();
    expect((await createWasmBackend({ mode: 'auto' })).mode).toBe('relaxed-simd');
    tryWide();
    expect(await chooseMode('auto', openWith, all)).toBe('wide');
    expect(await chooseMode('auto', openWith, engine([], false))).toBe('relaxed-simd');
  });

  it('is the plain one where the engine has no relaxed SIMD, allowed or not', async () => {
    tryWide();
    const plain = engine(['relaxed-simd', 'wide']);
    expect(await chooseMode('auto', openWith, plain)).toBe('simd');
    expect(plain.isWideFaster).not.toHaveBeenCalled();
  });

  it('is another one only for who names it, and then nothing is measured', async () => {
    const all = engine([]);
    for (const mode of ['simd', 'relaxed-simd', 'wide']) {
      expect(await chooseMode(mode, openWith, all)).toBe(mode);
    }
    expect(all.isWideFaster).not.toHaveBeenCalled();
  });
});

describe('a build that the engine lacks', () => {
  it.each(['relaxed-simd', 'wide'] as const)('is refused in one line: %s', async (mode) => {
    const chosen = chooseMode(mode, openWith, engine(['relaxed-simd', 'wide']));
    await expect(chosen).rejects.toThrow(BackendError);
    await expect(chosen).rejects.toThrow(
      `wasm: this engine has no ${mode} for WebAssembly; auto takes the best there is`,
    );
  });

  it.each(['auto', 'simd'])('is all there is without SIMD, for %s', async (requested) => {
    const none = engine(['simd', 'relaxed-simd', 'wide']);
    await expect(chooseMode(requested, openWith, none)).rejects.toThrow(
      /^wasm: this engine has no simd for WebAssembly$/,
    );
  });
});

describe('the measurement', async () => {
  it('wants a gain that is no accident', () => {
    expect(isClear({ baseline: 2, candidate: 1 })).toBe(true);
    expect(isClear({ baseline: 1.1, candidate: 1 })).toBe(false);
    expect(isClear({ baseline: 0.7, candidate: 1 })).toBe(false);
  });

  it('times products of the two it was given', async () => {
    const [relaxed, wide] = [await productBy('relaxed-simd'), await productBy('wide')];
    const [candidate, baseline] = [vi.fn(wide), vi.fn(relaxed)];
    const times = compareProducts(candidate, baseline, (slow, fast) => {
      slow();
      fast();
      fast();
      return { baseline: 3, candidate: 2 };
    });
    expect([baseline, candidate].map((product) => product.mock.calls.length)).toEqual([1, 2]);
    expect(times).toEqual({ baseline: 3, candidate: 2 });
  });

  it('tells the rates it decided by', async () => {
    const { relaxed, wide } = (await measuredRates())!;
    expect(await isWideFaster()).toBe(wide / relaxed >= 1.2);
    // A product of this size takes some microseconds to milliseconds on anything that runs this.
    for (const rate of [relaxed, wide]) expect(rate).toBeGreaterThan(0.01);
    for (const rate of [relaxed, wide]) expect(rate).toBeLessThan(10_000);
  });
});
