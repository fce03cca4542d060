import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/index.js';
import { estimateMemory } from '../../../src/training/settings/estimate-memory.js';
import { fitMemory } from '../../../src/training/settings/fit-memory.js';
import {
  modelConfigFor,
  PRESETS,
  type TrainSettings,
  trainSettings,
} from '../../../src/training/settings/settings.js';

const GiB = 2 ** 30;
const PRESET_NAMES = (Object.keys(PRESETS) as (keyof typeof PRESETS)[]).filter(
  (name) => !/^[\d.]+b$/.test(name),
);

function planned(given: Partial<TrainSettings>, preset = 'nano-cpu', vocabSize = 65) {
  const settings = trainSettings(given, preset);
  return fitMemory(settings, modelConfigFor(settings, vocabSize));
}

function bytes(settings: ReturnType<typeof planned>, vocabSize = 65) {
  return estimateMemory(modelConfigFor(settings, vocabSize), settings, settings);
}

describe('fitMemory', () => {
  it.each(PRESET_NAMES)('fits %s into 3.6 GiB a thread', (preset) => {
    for (const arch of ['ngpt', 'gpt'] as const) {
      const vocabSize = trainSettings({}, preset).tokenizer === 'gpt2' ? 50_257 : 65;
      expect(bytes(planned({ arch }, preset, vocabSize), vocabSize)).toBeLessThan(3.6 * GiB);
    }
  });

  it('takes a batch whole where it can, else in as few parts as 2 GiB ask for', () => {
    expect(planned({})).toMatchObject({ gradAccumulation: 1, recompute: false });
    const split = planned({}, 'shakespeare');
    expect(split).toMatchObject({ gradAccumulation: 4, recompute: false });
    expect(bytes(split)).toBeLessThan(2 * GiB);
    expect(bytes({ ...split, gradAccumulation: 2 })).toBeGreaterThan(2 * GiB);
  });

  it('recomputes where the parts cannot be small enough', () => {
    const fitted = planned({}, 'gpt2-124m', 50_257);
    expect(fitted).toMatchObject({ gradAccumulation: 8, recompute: true });
    expect(bytes({ ...fitted, recompute: false }, 50_257)).toBeGreaterThan(3.6 * GiB);
  });

  it('leaves what was asked for as it is, and chooses the rest', () => {
    expect(planned({ gradAccumulation: 3 })).toMatchObject({ gradAccumulation: 3, recompute: false });
    expect(planned({ recompute: true })).toMatchObject({ gradAccumulation: 1, recompute: true });
    const given = { gradAccumulation: 2, recompute: true };
    expect(planned(given, 'shakespeare')).toMatchObject(given);
  });

  it('always fits, with a part for every thread, or says what would', () => {
    const size = (max: number) => fc.integer({ min: 1, max });
    const settings = fc.record({
      ...{ nLayer: size(40), pairs: size(400), blockSize: size(4096), batchSize: size(64), threads: size(4) },
      gradAccumulation: fc.option(size(8)),
      recompute: fc.option(fc.boolean()),
    });
    fc.assert(
      fc.property(settings, size(60_000), ({ pairs, ...given }, vocabSize) => {
        fc.pre(given.threads * (given.gradAccumulation ?? 1) <= given.batchSize);
        const asked = { ...given, nHead: 1, nEmbd: 2 * pairs };
        try {
          const fitted = planned(asked, 'nano-cpu', vocabSize);
          expect(bytes(fitted, vocabSize)).toBeLessThanOrEqual(3.6 * GiB);
          expect(fitted.gradAccumulation * fitted.threads).toBeLessThanOrEqual(fitted.batchSize);
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          // The advice is good.
          const blockSize = /a blockSize of (\d+) would fit/.exec(error.message)?.[1];
          const plan = /; gradAccumulation (\d+) (and|without) recompute would fit/.exec(error.message);
          if (blockSize !== undefined) {
            expect(() =>
              planned(
                { ...asked, gradAccumulation: null, recompute: null, blockSize: Number(blockSize) },
                'nano-cpu',
                vocabSize,
              ),
            ).not.toThrow();
          } else if (plan !== null) {
            const advised = { gradAccumulation: Number(plan[1]), recompute: plan[2] === 'and' };
            expect(() => planned({ ...asked, ...advised }, 'nano-cpu', vocabSize)).not.toThrow();
          } else expect(error.message).toMatch(/use fewer layers or a smaller nEmbd/);
        }
      }),
    );
  });

  it('says in one line what is too large', () => {
    expect(() => planned({ gradAccumulation: 1, recompute: false }, 'shakespeare')).toThrow(
      'a step takes 4.2 GiB a thread with gradAccumulation 1 without recompute, more than 3.6 of the 4 GiB of WebAssembly; ' +
        'gradAccumulation 4 without recompute would fit, and is chosen where neither is given',
    );
    expect(() => planned({ nLayer: 36, nHead: 20, nEmbd: 1280 }, 'gpt2-124m', 50_304)).toThrow(
      /^a model of 1,072 million parameters needs 16.5 GiB to train, more than 3.6 of the 4 GiB of WebAssembly; use fewer/,
    );
    expect(() => planned({ blockSize: 500_000, nHead: 32 })).toThrow(
      /^blocks of 500000 tokens need .* GiB one at a time, .*; a blockSize of \d+ would fit$/,
    );
  });
});
