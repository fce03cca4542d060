import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, modelConfig } from '../../../src/index.js';
import { fitMemory } from '../../../src/training/settings/fit-memory.js';
import {
  checkSettings,
  configurationSettings,
  learningRateSchedule,
  modelConfigFor,
  modelSettings,
  PRESETS,
  requireOwnSettings,
  storedSettings,
  type TrainSettings,
  trainSettings,
} from '../../../src/training/settings/settings.js';
import { expectClose } from '../../helpers/values/close.js';
import { absolute } from '../../helpers/values/tolerance.js';

describe('trainSettings', () => {
  it('has the published sizes in its presets', () => {
    const sizes = (preset: string) => {
      const { nLayer, nHead, nEmbd, blockSize, batchSize, maxIters } = trainSettings({}, preset);
      return [nLayer, nHead, nEmbd, blockSize, batchSize, maxIters];
    };
    expect(sizes('nano-cpu')).toEqual([4, 4, 128, 64, 12, 2000]);
    expect(sizes('shakespeare')).toEqual([6, 6, 384, 256, 64, 5000]);
    expect(sizes('gpt2-124m').slice(0, 4)).toEqual([12, 12, 768, 1024]);
    expect(trainSettings()).toEqual(trainSettings({}, 'nano-cpu'));
  });

  it('has the models of the paper as configurations, which are no presets and do not fit', () => {
    for (const arch of ['ngpt', 'gpt'] as const) {
      for (const [name, sizes] of [
        ['0.5b', [24, 16, 1024]],
        ['1b', [36, 20, 1280]],
      ] as const) {
        const settings = configurationSettings(name, arch);
        expect([settings.nLayer, settings.nHead, settings.nEmbd]).toEqual(sizes);
        expect(settings).toMatchObject({ arch, batchSize: 512, blockSize: 1024, tokenizer: 'gpt2' });
        expect(settings.warmupIters).toBe(arch === 'gpt' ? 2000 : 0);
        expect(() => fitMemory(settings, modelConfigFor(settings, 50304))).toThrow(
          /needs .* to train, more than .* of the 4 GiB of WebAssembly/,
        );
        expect(() => trainSettings({}, name)).toThrow(
          `${name} is no preset: such a model does not fit in the 4 GiB of WebAssembly; export --configuration ${name} `,
        );
      }
    }
    expect(() => configurationSettings('toString', 'ngpt')).toThrow(
      "unknown configuration 'toString'; there are 0.5b, 1b",
    );
  });

  it('has presets that are valid for both architectures', () => {
    for (const preset of Object.keys(PRESETS)) {
      for (const arch of ['ngpt', 'gpt'] as const) {
        expect(trainSettings({ arch }, preset)).toMatchObject({ arch, seed: 1337, gradClip: 1, minLr: 0 });
      }
    }
  });

  it('trains nGPT without warm-up and weight decay, and the baseline with both', () => {
    expect(trainSettings()).toMatchObject({ learningRate: 1e-2, warmupIters: 0, weightDecay: 0 });
    expect(trainSettings({ arch: 'gpt' })).toMatchObject({ warmupIters: 100, weightDecay: 0.1 });
  });

  it('lets what is given win over the preset, and the preset over the defaults', () => {
    expect(trainSettings({ maxIters: 7, learningRate: 1, warmupIters: 3 }, 'demo')).toMatchObject({
      maxIters: 7,
      learningRate: 1,
      warmupIters: 3,
      alphaInit: PRESETS.demo.alphaInit,
    });
    expect(trainSettings({ arch: 'gpt' }, 'shakespeare').learningRate).toBe(1e-3);
  });

  it('names the presets there are when one is unknown', () => {
    for (const preset of ['foo', '', 'toString', '__proto__']) {
      expect(() => trainSettings({}, preset)).toThrow(ConfigError);
    }
    expect(() => trainSettings({}, 'foo')).toThrow(/unknown preset 'foo'; there are demo, nano-cpu,/);
  });
});

describe('checkSettings', () => {
  const refuse = (given: Partial<TrainSettings>) => expect(() => trainSettings(given));

  it.each([
    ...['nLayer', 'nHead', 'nEmbd', 'dMlp', 'blockSize', 'batchSize', 'evalInterval', 'evalIters', 'threads'],
  ] as const)('wants %s to be a whole number of at least 1', (name) => {
    for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      refuse({ [name]: value }).toThrow(
        new RegExp(
          `^${name} must be a whole number of at least 1( and at most 9007199254740991)?, got ${value}`,
        ),
      );
    }
  });

  it.each(['maxIters', 'warmupIters', 'seed'] as const)(
    'wants %s to be a whole number of at least 0',
    (name) => {
      for (const value of [-1, 1.5, Number.NaN, 2 ** 53]) refuse({ [name]: value }).toThrow(ConfigError);
      expect(trainSettings({ [name]: 0 })[name]).toBe(0);
    },
  );

  it('names the upper limit where that is what is wrong', () => {
    refuse({ seed: 2 ** 53 }).toThrow(
      /^seed .* at least 0 and at most 9007199254740991, got 9007199254740992$/,
    );
    expect(trainSettings({ seed: 2 ** 53 - 1 }).seed).toBe(2 ** 53 - 1);
    refuse({ evalIters: 1_000_001 }).toThrow(/^evalIters must be at most 1000000, beyond .*, got 1000001$/);
    expect(trainSettings({ evalIters: 1_000_000 }).evalIters).toBe(1_000_000);
  });

  it.each(['learningRate', 'minLr', 'gradClip', 'weightDecay'] as const)(
    'wants %s to be a number of at least 0',
    (name) => {
      for (const value of [-1e-9, Number.NaN, Number.POSITIVE_INFINITY]) {
        refuse({ [name]: value }).toThrow(new RegExp(`^${name} must be a number of at least 0`));
      }
    },
  );

  it('wants heads of an even, whole size', () => {
    refuse({ nEmbd: 130, nHead: 4 }).toThrow(/130 does not divide into 4 heads/);
    refuse({ nEmbd: 20, nHead: 4 }).toThrow(/must be even/);
  });

  it('wants a positive first alpha, averages below 1, a minimum below the rate and a row for each thread', () => {
    refuse({ alphaInit: 0 }).toThrow(ConfigError);
    refuse({ beta1: 1 }).toThrow(/beta1/);
    refuse({ beta2: Number.NaN }).toThrow(/beta2/);
    refuse({ minLr: 2, learningRate: 1 }).toThrow('minLr (2) is above learningRate (1)');
    refuse({ threads: 13, batchSize: 12 }).toThrow(/13 threads cannot share out a batch of 12/);
    expect(trainSettings({ threads: 12, batchSize: 12 }).threads).toBe(12);
  });

  it('wants unit vectors for what an optimizer does along the sphere', () => {
    refuse({ weightNorm: 'never', maxAngle: 0.1 }).toThrow(
      'maxAngle needs the unit vectors of weightNorm step, got weightNorm never',
    );
    refuse({ weightNorm: 'forward', riemannian: true }).toThrow(
      'riemannian needs the unit vectors of weightNorm step, got weightNorm forward',
    );
    expect(trainSettings({ riemannian: true, maxAngle: 0.1 }).weightNorm).toBe('step');
  });

  it('refuses sizes that nothing could hold, before anything tries to', () => {
    refuse({ batchSize: 1e12 }).toThrow(ConfigError);
    refuse({ batchSize: 2 ** 20 + 1, blockSize: 64 }).toThrow(
      'batchSize 1048577 times blockSize 64 is out of range',
    );
    expect(trainSettings({ batchSize: 2 ** 20, blockSize: 64 }).batchSize).toBe(2 ** 20);
    for (const huge of [
      { nEmbd: 1e9 },
      { nLayer: 1e8 },
      { dMlp: 1e12 },
      { nEmbd: 2 ** 50, nLayer: 2 ** 52 },
    ]) {
      refuse(huge).toThrow(ConfigError);
      refuse(huge).toThrow(/make .* parameters; at most 4294967296 work/);
    }
    refuse({ blockSize: 2 ** 17 + 1, batchSize: 1 }).toThrow(
      'blockSize 131073 is out of range: with heads of size 32 at most 131072 works',
    );
    expect(trainSettings({ blockSize: 2 ** 17, batchSize: 1 }).blockSize).toBe(2 ** 17);
  });

  it('refuses names that are none, as a checkpoint may have them', () => {
    const broken = { ...trainSettings(), tokenizer: 'words' } as unknown as TrainSettings;
    expect(() => checkSettings(broken)).toThrow(/tokenizer/);
    expect(() => checkSettings({ ...trainSettings(), arch: 'x' } as unknown as TrainSettings)).toThrow(
      /arch/,
    );
  });
});

describe('requireOwnSettings', () => {
  const refuse = (asked: Partial<TrainSettings>, arch: 'ngpt' | 'gpt') =>
    expect(() => requireOwnSettings(asked, arch));

  it('refuses options of the other architecture, and says why', () => {
    refuse({ alphaInit: 0.1 }, 'gpt').toThrow(
      'alphaInit is for ngpt only; gpt has no eigen learning rates, got 0.1',
    );
    refuse({ qkNorm: true }, 'gpt').toThrow(/^qkNorm is for ngpt only; .*, got true$/);
    refuse({ maxAngle: 0.1 }, 'gpt').toThrow(
      'maxAngle must be 0 for gpt, which has no unit vectors, got 0.1',
    );
  });

  it('takes its own, those of both, and the value that says it has none', () => {
    requireOwnSettings({ alphaInit: 0.1, qkNorm: false, weightDecay: 0.1, rope: 'released' }, 'ngpt');
    requireOwnSettings({ weightDecay: 0.1, tieWeights: true, maxAngle: 0, riemannian: false }, 'gpt');
  });
});

describe('storedSettings', () => {
  const config = modelConfig({
    ...{ vocabSize: 65, blockSize: 32, nLayer: 2, nHead: 2, nEmbd: 16, dMlp: 24, alphaInit: 0.3 },
    ...{ rope: 'released', ropeBase: 500, qkNorm: false, tieWeights: true },
  });
  const model = modelSettings(config);

  it('are those of the checkpoint where it has them', () => {
    const settings = trainSettings({ ...model, maxIters: 7, seed: 3, learningRate: 0.5 });
    expect(storedSettings(settings, config)).toEqual(settings);
    expect(Object.keys(storedSettings(settings, config))).toEqual(Object.keys(settings));
  });

  it('are those of the model or the defaults where it lacks them, whichever they are', () => {
    const complete = trainSettings({ ...model, maxIters: 7, batchSize: 3 });
    const optional = Object.keys(complete).filter((name) => !['maxIters', 'batchSize'].includes(name));
    fc.assert(
      fc.property(fc.subarray(optional), (lacking) => {
        const stored = Object.entries(complete).filter(([name]) => !lacking.includes(name));
        expect(storedSettings(Object.fromEntries(stored), config)).toEqual(complete);
      }),
    );
  });

  it('decay nothing of an nGPT where the checkpoint is older than that', () => {
    const { riemannian, ...older } = { ...trainSettings({ ...model, maxIters: 7 }), weightDecay: 0.2 };
    expect(storedSettings(older, config)).toMatchObject({ weightDecay: 0, riemannian: false });
    expect(storedSettings({ ...older, riemannian }, config).weightDecay).toBe(0.2);
    const baseline = { ...older, arch: 'gpt' } as const;
    expect(storedSettings(baseline, { ...config, arch: 'gpt' }).weightDecay).toBe(0.2);
  });

  it('cannot do without what has no default', () => {
    expect(() => storedSettings({ maxIters: 7 }, config)).toThrow(/batchSize must be .* got undefined/);
  });
});

describe('modelConfigFor', () => {
  it('hands every option of the model on', () => {
    const given = { rope: 'released', ropeBase: 500, qkNorm: false, tieWeights: true, alphaInit: 2 } as const;
    expect(modelConfigFor(trainSettings(given), 65)).toMatchObject(given);
    const config = modelConfigFor(trainSettings({ ...given, arch: 'gpt', dMlp: 10 }), 65);
    expect(modelConfigFor(trainSettings(modelSettings(config)), 65)).toEqual(config);
  });

  it('makes the MLP four times as wide as the embedding unless told otherwise', () => {
    expect(modelConfigFor(trainSettings(), 65)).toMatchObject({ dMlp: 512, vocabSize: 65, alphaInit: 0.05 });
    expect(modelConfigFor(trainSettings({ dMlp: 10 }), 65).dMlp).toBe(10);
  });

  it('lets what is stored of scales follow the embedding unless told otherwise', () => {
    for (const nEmbd of [32, 256]) {
      const root = 1 / Math.sqrt(nEmbd);
      const config = modelConfigFor(trainSettings({ nEmbd }), 65);
      expect(config).toMatchObject({ alphaScale: root, sqkScale: root, suvScale: 1, szScale: root });
      expect(modelSettings(config)).toMatchObject({
        dMlp: null,
        alphaScale: null,
        sqkScale: null,
        szScale: null,
      });
      const other = modelConfigFor(trainSettings({ nEmbd, sqkScale: 0.3 }), 65);
      expect(other).toMatchObject({ alphaScale: root, sqkScale: 0.3 });
      expect(modelSettings(other)).toMatchObject({ alphaScale: null, sqkScale: 0.3 });
    }
  });
});

describe('learningRateSchedule', () => {
  it('warms up, then falls on a cosine to the minimum at the last step', () => {
    const given = { learningRate: 1, minLr: 0.1, warmupIters: 4, maxIters: 104 };
    const rate = learningRateSchedule(trainSettings(given));
    expect([0, 1, 2, 3].map(rate)).toEqual([0.2, 0.4, 0.6, 0.8]);
    expect(rate(4)).toBe(1);
    expectClose(rate(54), 0.55, absolute(5e-13));
    expect(rate(104)).toBe(0.1);
  });

  it.each([
    ['cosine', 0.55],
    ['linear', 0.55],
    ['logarithmic', 0.1 + 0.9 * (1 - Math.log(6) / Math.log(11))],
    ['constant', 1],
  ] as const)('falls as lrDecay says: %s', (lrDecay, halfWay) => {
    const given = { learningRate: 1, minLr: 0.1, warmupIters: 4, maxIters: 104 };
    const rate = learningRateSchedule(trainSettings({ ...given, lrDecay }));
    expect([0, 4].map(rate)).toEqual([0.2, 1]);
    expectClose(rate(54), halfWay, absolute(1e-13));
    expect(rate(104)).toBe(lrDecay === 'constant' ? 1 : 0.1);
  });
});
