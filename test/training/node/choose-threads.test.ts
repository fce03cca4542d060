import { describe, expect, it } from 'vitest';
import { withThreads } from '../../../src/training/node/choose-threads.js';
import {
  modelConfigFor,
  type TrainSettings,
  trainSettings,
} from '../../../src/training/settings/settings.js';

function chosen(
  given: Partial<TrainSettings>,
  {
    preset = 'nano-cpu',
    cores = 4,
    backend = 'wasm' as const as 'wasm' | 'gpu' | 'reference',
    vocabSize = 80,
  } = {},
): number | null {
  const settings = trainSettings(given, preset);
  return withThreads(settings, modelConfigFor(settings, vocabSize), backend, cores).threads;
}

describe('withThreads', () => {
  it('takes every core that has a block to work on', () => {
    expect(chosen({})).toBe(4);
    expect(chosen({}, { cores: 64 })).toBe(12);
    expect(chosen({ nLayer: 1 }, { cores: 64 })).toBe(3);
    expect(chosen({ gradAccumulation: 4 })).toBe(3);
    expect(chosen({}, { cores: 1 })).toBe(1);
  });

  it('leaves a small model to one', () => {
    expect(chosen({ nLayer: 1, nHead: 1, nEmbd: 8, blockSize: 8, batchSize: 2 }, { cores: 64 })).toBe(1);
  });

  it('does as it is told', () => {
    expect(chosen({ threads: 7 }, { cores: 2 })).toBe(7);
    expect(chosen({ threads: 1 }, { cores: 8 })).toBe(1);
  });

  it('leaves other backends on one', () => {
    for (const backend of ['gpu', 'reference'] as const) expect(chosen({}, { backend })).toBe(1);
  });

  it('takes fewer where memory has no room for all', () => {
    // 12 replicas of a model whose step takes gigabytes, on a machine of some dozens at most.
    const threads = chosen({ batchSize: 1000 }, { preset: 'gpt2-124m', cores: 1000, vocabSize: 50_304 });
    expect(threads).toBeGreaterThanOrEqual(1);
    expect(threads).toBeLessThan(1000);
  });

  it('leaves what is too large for any to those who refuse it', () => {
    expect(chosen({ nEmbd: 8000, nHead: 1 })).toBe(1);
  });
});
