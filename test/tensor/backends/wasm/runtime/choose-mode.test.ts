import { describe, expect, it, vi } from 'vitest';
import { chooseMode } from '../../../../../src/tensor/backends/wasm/runtime/choose-mode.js';
import { isBetter, productBy } from '../../../../../src/tensor/backends/wasm/runtime/is-wide-faster.js';
import { tryWide } from '../../../../../src/tensor/index.js';

describe('the build for auto', () => {
  it('is the wide one where that was allowed, and measured to be faster', async () => {
    const measure = vi.fn(async () => true);
    expect(await chooseMode('auto', measure)).toBe('relaxed-simd');
    expect(measure).not.toHaveBeenCalled();
    tryWide();
    expect(await chooseMode('auto', measure)).toBe('wide');
    expect(await chooseMode('auto', async () => false)).toBe('relaxed-simd');
  });

  it('is another one only for who names it, and then nothing is measured', async () => {
    const measure = vi.fn(async () => true);
    for (const mode of ['simd', 'relaxed-simd', 'wide']) expect(await chooseMode(mode, measure)).toBe(mode);
    expect(measure).not.toHaveBeenCalled();
  });
});

describe('isBetter', async () => {
  const [relaxed, wide, simd] = [
    await productBy('relaxed-simd'),
    await productBy('wide'),
    await productBy('simd'),
  ];

  it('wants a gain that is no accident', () => {
    expect(isBetter(wide, relaxed, () => 2)).toBe(true);
    expect(isBetter(wide, relaxed, () => 1.1)).toBe(false);
    expect(isBetter(wide, relaxed, () => 0.7)).toBe(false);
  });

  it('wants the same bits', () => {
    const measure = vi.fn(() => 2);
    // Two roundings where the others have one.
    expect(isBetter(simd, relaxed, measure)).toBe(false);
    const off: typeof wide = (...sizes) => {
      const product = wide(...sizes).slice();
      product[product.length - 1] *= 1 + 2 ** -23;
      return product;
    };
    expect(isBetter(off, relaxed, measure)).toBe(false);
    expect(measure).not.toHaveBeenCalled();
  });

  it('times products of the two it was given', () => {
    const [candidate, baseline] = [vi.fn(wide), vi.fn(relaxed)];
    isBetter(candidate, baseline, (slow, fast) => {
      slow();
      fast();
      fast();
      return 1;
    });
    expect([baseline, candidate].map((product) => product.mock.calls.length)).toEqual([2, 3]);
  });
});
