import { describe, expect, it } from 'vitest';
import {
  learningRateSchedule,
  modelConfigFor,
  modelSettings,
  storedSettings,
  trainSettings,
} from '../../../src/training/settings/settings.js';
import { expectClose } from '../../helpers/values/close.js';
import { property } from '../../helpers/values/draw.js';
import { relative } from '../../helpers/values/tolerance.js';

const SIZES = { nLayer: 6, batchSize: 4, blockSize: 16, maxIters: 100, minLr: 1e-3, warmupIters: 5 } as const;

describe('transferDepth', () => {
  it('divides the first eigen learning rates by the ratio of the depths, in the model and not in its settings', () => {
    property((draw) => {
      const [transferDepth, alphaInit] = [draw.integer(1, 12), draw.pick(0.05, 0.3)];
      const settings = trainSettings({ ...SIZES, alphaInit, transferDepth });
      expect(settings.alphaInit).toBe(alphaInit);
      const config = modelConfigFor(settings, 65);
      expectClose(config.alphaInit, (alphaInit * transferDepth) / 6, relative(1e-15));
      // As a checkpoint has them, and a run that begins with its weights.
      expect(modelConfigFor(storedSettings(settings, config), 65)).toEqual(config);
      expect(modelConfigFor(trainSettings(modelSettings(config)), 65)).toEqual(config);
    });
  });

  it('changes nothing where the depths are the same, without one, and for the baseline', () => {
    for (const given of [{ transferDepth: 6 }, {}, { transferDepth: 3, arch: 'gpt' }] as const) {
      expect(modelConfigFor(trainSettings({ ...SIZES, alphaInit: 0.3, ...given }), 65).alphaInit).toBe(0.3);
    }
  });
});

describe('transferTokens', () => {
  it('multiplies the rates of all steps by the ratio of the tokens to the power of −1/3', () => {
    property((draw) => {
      const [transferTokens, step] = [draw.integer(1, 100_000), draw.integer(0, 110)];
      const rate = learningRateSchedule(trainSettings({ ...SIZES, transferTokens }))(step);
      const plain = learningRateSchedule(trainSettings(SIZES))(step);
      expectClose(rate, plain / Math.cbrt(6400 / transferTokens), relative(1e-14));
    });
  });

  it('changes nothing to the bit where the tokens are the same, without any, and for the baseline', () => {
    const rates = (given: object) =>
      Array.from({ length: 101 }, (_, step) =>
        learningRateSchedule(trainSettings({ ...SIZES, ...given }))(step),
      );
    expect(rates({ transferTokens: 6400 })).toEqual(rates({}));
    expect(rates({ transferTokens: 5, arch: 'gpt', learningRate: 0.01 })).toEqual(rates({}));
    expect(
      learningRateSchedule(trainSettings({ ...SIZES, maxIters: 0, transferTokens: 5 }))(0),
    ).not.toBeNaN();
  });
});
