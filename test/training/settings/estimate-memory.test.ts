import { describe, expect, it } from 'vitest';
import { init } from '../../../src/index.js';
import { trainStep } from '../../../src/training/loop/train-step.js';
import { newTraining } from '../../../src/training/loop/training-state.js';
import { estimateMemory, planOf } from '../../../src/training/settings/estimate-memory.js';
import {
  modelConfigFor,
  type TrainSettings,
  trainSettings,
} from '../../../src/training/settings/settings.js';
import { matrixParameters } from '../../../src/training/settings/size.js';
import { dispose } from '../../helpers/models/training.js';

const CHARACTERS = 65;
const WORDS = 50_257;
const wide = { nLayer: 2, nHead: 4, nEmbd: 64, blockSize: 128, batchSize: 8 } as const;
const deep = { ...wide, nLayer: 8 } as const;
const words = { nLayer: 1, nHead: 4, nEmbd: 64, blockSize: 64, batchSize: 4 } as const;

/** Bytes that training really takes: after two steps nothing grows any more. */
async function measured(settings: TrainSettings, vocabSize: number): Promise<number> {
  const backend = await init('wasm');
  const tokens = Int32Array.from({ length: 3000 }, (_, i) => (i * 7919) % vocabSize);
  const state = newTraining(modelConfigFor(settings, vocabSize), settings, tokens);
  for (let i = 0; i < 2; i++) await trainStep(state, settings, () => 1e-3, null);
  dispose(state);
  return backend.memory().reservedBytes;
}

describe('estimateMemory', () => {
  it.each<[Partial<TrainSettings>, vocabSize: number]>([
    [{}, CHARACTERS],
    [{ arch: 'gpt' }, CHARACTERS],
    [wide, CHARACTERS],
    [{ ...wide, qkNorm: false }, CHARACTERS],
    [{ ...wide, residual: 'slerp' }, CHARACTERS],
    [{ ...deep, residual: 'slerp', alpha: 'scalar', recompute: true }, CHARACTERS],
    [{ ...wide, signedAlpha: true, alpha: 'fixed', sqk: 'fixed', suv: 'fixed' }, CHARACTERS],
    [{ ...wide, weightNorm: 'forward' }, CHARACTERS],
    [{ ...wide, nEmbd: 256, blockSize: 8, weightNorm: 'forward' }, CHARACTERS],
    [{ ...wide, nHead: 2, nEmbd: 32, dMlp: 512 }, CHARACTERS],
    [{ ...wide, nEmbd: 256, dMlp: 64, blockSize: 64 }, CHARACTERS],
    [{ ...deep, recompute: true }, CHARACTERS],
    [{ ...deep, recompute: true, arch: 'gpt' }, CHARACTERS],
    [{ ...deep, gradAccumulation: 4 }, CHARACTERS],
    [{ ...deep, gradAccumulation: 4, arch: 'gpt' }, CHARACTERS],
    [{ ...wide, nEmbd: 256, blockSize: 8, batchSize: 4, gradAccumulation: 4 }, CHARACTERS],
    [words, WORDS],
    [{ ...words, tieWeights: true }, WORDS],
    [{ ...words, weightNorm: 'forward' }, WORDS],
    [{ ...words, weightNorm: 'forward', tieWeights: true, gradAccumulation: 2 }, WORDS],
    [{ ...words, arch: 'gpt', batchSize: 8 }, WORDS],
    [{ ...words, gradAccumulation: 2 }, WORDS],
    [{ ...words, gradAccumulation: 4, recompute: true }, WORDS],
  ])('is right to 15 %%: %j', async (given, vocabSize) => {
    const settings = trainSettings(given);
    const estimate = estimateMemory(modelConfigFor(settings, vocabSize), settings, planOf(settings));
    const ratio = estimate / (await measured(settings, vocabSize));
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.15);
  });

  it('is of one thread: its share of the batch, and of the moments', () => {
    const config = modelConfigFor(trainSettings(), CHARACTERS);
    const estimate = (batchSize: number, threads: number) => {
      const settings = trainSettings({ batchSize, threads });
      return estimateMemory(config, settings, planOf(settings));
    };
    const saved = estimate(4, 1) - estimate(12, 3);
    const moments = 8 * matrixParameters(config);
    expect(saved).toBeGreaterThan(0.4 * moments);
    expect(saved).toBeLessThan((2 / 3) * moments);
    expect(estimate(10, 3)).toBe(estimate(12, 3));
  });
});
