import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createModel, Generator, init, modelConfig } from '../../../src/index.js';
import { matrixParameters } from '../../../src/training/settings/size.js';

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
