import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, createModel, Generator, init, modelConfig } from '../../../src/index.js';
import { PRESETS } from '../../../src/training/settings/settings.js';
import { matrixParameters, requireTrainable } from '../../../src/training/settings/size.js';

await init('reference');

describe('matrixParameters', () => {
  it('counts what the model has', () => {
    const size = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(size, size, size, size, fc.boolean(), (nLayer, nHead, vocabSize, dMlp, tieWeights) => {
        const config = modelConfig({
          nLayer,
          nHead,
          vocabSize,
          dMlp,
          tieWeights,
          nEmbd: 2 * nHead,
          blockSize: 3,
        });
        const model = createModel(config, new Generator(0));
        const matrices = model.parameters().filter(({ rank }) => rank === 2);
        expect(matrixParameters(config)).toBe(matrices.reduce((sum, { size: count }) => sum + count, 0));
        model.dispose();
      }),
      { numRuns: 20 },
    );
  });
});

describe('requireTrainable', () => {
  const config = (given: object) =>
    modelConfig({ vocabSize: 65, nLayer: 4, nHead: 4, nEmbd: 128, blockSize: 64, ...given });

  it('lets models pass that fit, and says what the others would need', () => {
    requireTrainable(config({}), 12);
    requireTrainable(config({ ...PRESETS.shakespeare }), PRESETS.shakespeare.batchSize);
    expect(() => requireTrainable(config({ nLayer: 1e8 }), 12)).toThrow(ConfigError);
    const { nLayer, nHead, nEmbd, blockSize } = PRESETS['1b'];
    const large = config({ vocabSize: 50304, nLayer, nHead, nEmbd, blockSize });
    expect(() => requireTrainable(large, 1)).toThrow(
      /a model of 1,072 million parameters needs 16 GiB to train, more than the 4 GiB of WebAssembly/,
    );
    expect(() => requireTrainable(config({}), 1e8)).toThrow(/a batch of 6400000000 tokens needs .* GiB/);
  });
});
