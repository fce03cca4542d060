import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createModel,
  Generator,
  generate,
  init,
  KeyValueCache,
  liveBuffers,
  modelConfig,
  Reader,
  windowStart,
} from '../../src/index.js';
import { expectClose, expectFinite } from '../helpers/values/close.js';
import { absolute } from '../helpers/values/tolerance.js';

const shapes = fc.record({
  arch: fc.constantFrom('ngpt' as const, 'gpt' as const),
  rope: fc.constantFrom('rotary' as const, 'released' as const),
  nLayer: fc.integer({ min: 1, max: 3 }),
  nHead: fc.integer({ min: 1, max: 3 }),
  blockSize: fc.integer({ min: 1, max: 9 }),
  seed: fc.nat(),
});

function build({ nHead, seed, ...rest }: { nHead: number; seed: number; blockSize: number; nLayer: number }) {
  const generator = new Generator(seed);
  const config = modelConfig({ vocabSize: 11, nHead, nEmbd: 4 * nHead, ...rest });
  return { model: createModel(config, generator), generator };
}

describe.each(['reference', 'wasm'] as const)('the key-value cache on %s', (backend) => {
  beforeAll(async () => {
    await init(backend);
  });

  it('gives the logits of a pass over the whole window, however long the text', async () => {
    await fc.assert(
      fc.asyncProperty(
        shapes,
        fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 24 }),
        async (shape, text) => {
          const { model } = build(shape);
          const cached = new Reader(model, new KeyValueCache(shape.nLayer));
          const plain = new Reader(model, null);
          const before = liveBuffers();
          for (let length = 1; length <= text.length; length++) {
            const seen = text.slice(0, length);
            const a = await cached.nextLogits(seen);
            const b = await plain.nextLogits(seen);
            expectFinite(b);
            expectClose(a, b, absolute(1e-5));
          }
          cached.dispose();
          expect(liveBuffers()).toBe(before);
          model.dispose();
        },
      ),
      { numRuns: 20 },
    );
  });

  it('draws the same text with and without', async () => {
    const { model } = build({ nLayer: 2, nHead: 2, blockSize: 6, seed: 3 });
    const draw = (cached: boolean) =>
      generate(model, [1, 2, 3], { maxNewTokens: 30, generator: new Generator(5), cached });
    expect(await draw(true)).toEqual(await draw(false));
    model.dispose();
  });
});

describe('windowStart', () => {
  it('shows between half a block and a whole one, and never moves back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 500 }), (blockSize, length) => {
        const start = windowStart(length, blockSize);
        const seen = length - start;
        expect(seen).toBeLessThanOrEqual(blockSize);
        if (length > blockSize) expect(seen).toBeGreaterThan(blockSize - Math.ceil(blockSize / 2));
        else expect(start).toBe(0);
        expect(windowStart(length + 1, blockSize)).toBeGreaterThanOrEqual(start);
      }),
    );
  });
});
