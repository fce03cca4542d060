import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learningRateSchedule } from '../../../src/training/settings/settings.js';
import { DEFAULT_SETUP } from '../../../web/setup/options.js';
import { ARCHITECTURES, trainSettingsOf } from '../../../web/setup/train-settings.js';
import { expectClose } from '../../helpers/values/close.js';
import { absolute } from '../../helpers/values/tolerance.js';
import { setups } from './setups.js';

describe('trainSettingsOf', () => {
  it('gives both models the same batches, and each what is its own', () => {
    fc.assert(
      fc.property(setups, (setup) => {
        const [ngpt, gpt] = ARCHITECTURES.map((arch) => trainSettingsOf(setup, arch));
        const { seed, nLayer, nHead, nEmbd, blockSize, batchSize, tieWeights, evalInterval } = setup;
        const shared = {
          seed,
          nLayer,
          nHead,
          nEmbd,
          blockSize,
          batchSize,
          tieWeights,
          evalInterval,
          maxIters: setup.steps,
        };
        for (const settings of [ngpt, gpt]) expect(settings).toMatchObject(shared);
        expect(ngpt.batchSeed).toBe(gpt.batchSeed);
        expect(ngpt.batchSeed).not.toBe(seed);
        const { alphaInit, signedAlpha, residual, weightNorm, qkNorm, softmaxScale, alpha, sqk, suv, sz } =
          setup;
        const switches = {
          alphaInit,
          signedAlpha,
          residual,
          weightNorm,
          qkNorm,
          softmaxScale,
          alpha,
          sqk,
          suv,
          sz,
        };
        expect(ngpt).toMatchObject({ arch: 'ngpt', learningRate: setup.ngptRate, ...switches });
        expect(gpt).toMatchObject({ arch: 'gpt', learningRate: setup.gptRate });
      }),
    );
  });

  it('can be extended: no rate of a step depends on how many there are', () => {
    fc.assert(
      fc.property(setups, fc.integer({ min: 1, max: 1_000_000 }), fc.nat(2000), (setup, steps, step) => {
        for (const arch of ARCHITECTURES) {
          const [before, after] = [setup, { ...setup, steps }].map((each) => trainSettingsOf(each, arch));
          expect({ ...after, maxIters: before.maxIters }).toEqual(before);
          expect(learningRateSchedule(after)(step)).toBe(learningRateSchedule(before)(step));
        }
      }),
    );
  });

  it('warms up GPT alone', () => {
    const [ngpt, gpt] = ARCHITECTURES.map((arch) =>
      learningRateSchedule(trainSettingsOf(DEFAULT_SETUP, arch)),
    );
    expect(ngpt(0)).toBe(DEFAULT_SETUP.ngptRate);
    expectClose(gpt(0), DEFAULT_SETUP.gptRate / 101, absolute(5e-13));
    expect(gpt(100)).toBe(DEFAULT_SETUP.gptRate);
  });
});
