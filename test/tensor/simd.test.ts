import { describe, expect, it } from 'vitest';
import { ConfigError, createBackend, SIMD_NAMES, type Simd } from '../../src/index.js';
import { settleSimd } from '../../src/tensor/simd.js';

describe('the option simd', () => {
  it.each([
    ['auto', 'auto'],
    ['wide', 'wide'],
    ['relaxed', 'relaxed-simd'],
    ['plain', 'simd'],
  ] as const)('%s is the mode %s', (simd, mode) => {
    expect({ mode: 'auto', ...settleSimd('wasm', { simd, dtype: 'float32' }) }).toEqual({
      mode,
      dtype: 'float32',
    });
    expect(settleSimd('wasm', { simd, mode: 'auto' })).toEqual({ mode });
    expect(settleSimd('wasm', { simd, mode })).toEqual({ mode });
  });

  it('is there for each of its names', () => {
    expect(SIMD_NAMES).toEqual(['auto', 'wide', 'relaxed', 'plain']);
  });

  it('leaves options without it as they are', () => {
    expect(settleSimd('gpu', { mode: 'cpu' })).toEqual({ mode: 'cpu' });
    expect(settleSimd('wasm', {})).toEqual({});
    expect(settleSimd('gpu', { simd: 'auto', mode: 'cpu' })).toEqual({ mode: 'cpu' });
  });

  it.each([
    ['wasm', { simd: 'plain', mode: 'wide' }, 'simd plain and mode wide ask for different builds; give one'],
    [
      'wasm',
      { simd: 'wide', mode: 'relaxed-simd' },
      'simd wide and mode relaxed-simd ask for different builds',
    ],
    ['gpu', { simd: 'plain' }, 'simd plain chooses a build of wasm; leave it out with backend gpu'],
    ['reference', { simd: 'wide' }, 'simd wide chooses a build of wasm; leave it out with backend reference'],
    ['wasm', { simd: 'toString' as Simd }, 'simd must be one of auto, wide, relaxed, plain, got "toString"'],
  ] as const)('of %s refuses %o', async (backend, options, message) => {
    await expect(createBackend(backend, options)).rejects.toThrow(ConfigError);
    await expect(createBackend(backend, options)).rejects.toThrow(message);
  });

  it('chooses the build that runs', async () => {
    expect((await createBackend('wasm', { simd: 'plain' })).mode).toBe('simd');
    expect((await createBackend('wasm', { simd: 'relaxed' })).mode).toBe('relaxed-simd');
    expect((await createBackend('wasm', { simd: 'wide' })).mode).toBe('wide');
  });
});
