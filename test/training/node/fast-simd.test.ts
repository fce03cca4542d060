import { describe, expect, it } from 'vitest';
import { type Backend, BackendError, type BackendOptions } from '../../../src/index.js';
import { mayTryWide } from '../../../src/tensor/backends/wasm/runtime/try-wide.js';
import { startFast } from '../../../src/training/node/index.js';

const canPairVectors = Number.parseInt(process.versions.node, 10) >= 24 && process.arch === 'x64';

/** Starts nothing, and says with what it was called and told. */
async function started(name: 'wasm' | 'gpu', mode: BackendOptions['mode'], runs: Backend['mode']) {
  const seen: unknown[] = [];
  const start = async (...given: unknown[]) => {
    seen.push(given);
    return { mode: runs } as Backend;
  };
  const options = mode === undefined ? {} : { mode };
  await startFast(name, options, (line) => seen.push(line), start);
  return seen;
}

describe('startFast', () => {
  it('starts what was asked for, without a word', async () => {
    expect(await started('wasm', undefined, 'simd')).toEqual([['wasm', {}]]);
    expect(await started('wasm', 'simd', 'simd')).toEqual([['wasm', { mode: 'simd' }]]);
    expect(await started('gpu', 'wide', 'cpu')).toEqual([['gpu', { mode: 'wide' }]]);
  });

  it.skipIf(canPairVectors)('refuses the mode wide in a Node that pairs no vectors', async () => {
    await expect(started('wasm', 'wide', 'wide')).rejects.toThrow(BackendError);
    await expect(started('wasm', 'wide', 'wide')).rejects.toThrow(
      /^wasm: wide wants Node 24 or later on x64, this is Node \d+\.\d+\.\d+ on \w+; auto takes the best there is$/,
    );
  });

  it.runIf(canPairVectors)(
    'runs wide, or says what runs instead (wants Node 24 or later on x64)',
    async () => {
      expect(await started('wasm', 'wide', 'wide')).toEqual([['wasm', { mode: 'auto' }]]);
      expect(await started('wasm', 'wide', 'relaxed-simd')).toEqual([
        ['wasm', { mode: 'auto' }],
        'wasm: wide is not faster here, relaxed-simd runs instead',
      ]);
    },
  );

  it.runIf(canPairVectors)('passes on what the self-check says, and says no more', async () => {
    const told: string[] = [];
    const start = async () => {
      mayTryWide()?.('it fails');
      return { mode: 'relaxed-simd' } as Backend;
    };
    await startFast('wasm', { mode: 'wide' }, (line) => told.push(line), start);
    expect(told).toEqual(['it fails']);
  });
});
