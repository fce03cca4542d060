import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createModel,
  Generator,
  generate,
  init,
  KeyValueCache,
  type LanguageModel,
  liveBuffers,
  type ModelConfig,
  modelConfig,
  Reader,
  windowStart,
} from '../../../src/index.js';
import { expectClose, expectFinite } from '../../helpers/values/close.js';
import { absolute } from '../../helpers/values/tolerance.js';

const shapes = fc.record({
  arch: fc.constantFrom('ngpt' as const, 'gpt' as const),
  rope: fc.constantFrom('rotary' as const, 'released' as const, 'none' as const),
  nLayer: fc.integer({ min: 1, max: 3 }),
  nHead: fc.integer({ min: 1, max: 3 }),
  blockSize: fc.integer({ min: 1, max: 9 }),
  seed: fc.nat(),
});

type Built = Pick<ModelConfig, 'nHead' | 'blockSize' | 'nLayer'> & Partial<ModelConfig> & { seed: number };

function build({ nHead, seed, ...rest }: Built) {
  const generator = new Generator(seed);
  const nEmbd = (rest.rope === 'none' ? 3 : 4) * nHead;
  const config = modelConfig({ vocabSize: 11, nHead, nEmbd, ...rest });
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

describe('what the key-value cache saves', () => {
  beforeAll(async () => {
    await init('reference');
  });

  /** How many tokens each pass of the model reads while `run` goes on. */
  async function lengthsRead(
    shape: Parameters<typeof build>[0],
    run: (model: LanguageModel) => Promise<unknown>,
  ) {
    const { model } = build(shape);
    const hidden = vi.spyOn(model, 'hidden');
    await run(model);
    const lengths = hidden.mock.calls.map(([tokens]) => tokens.shape[1]);
    model.dispose();
    return lengths;
  }

  it('reads each token once, and the window anew where it jumps', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.integer({ min: 1, max: 24 }), async (shape, count) => {
        const text = Array.from({ length: count }, (_, i) => i % 11);
        const starts = text.map((_, i) => windowStart(i + 1, shape.blockSize));
        const wanted = starts.map((start, i) => (i === 0 || start !== starts[i - 1] ? i + 1 - start : 1));
        const lengths = await lengthsRead(shape, async (model) => {
          const cache = new KeyValueCache(shape.nLayer);
          const reader = new Reader(model, cache);
          for (let length = 1; length <= count; length++) {
            await reader.nextLogits(text.slice(0, length));
            expect(cache.length).toBe(length - starts[length - 1]);
            for (const layer of cache.layers) expect(layer.length).toBe(cache.length);
          }
          reader.dispose();
          expect(cache.length).toBe(0);
        });
        expect(lengths).toEqual(wanted);
      }),
      { numRuns: 20 },
    );
  });

  it('is on unless it is told not to be', async () => {
    const shape = { nLayer: 1, nHead: 1, blockSize: 8, seed: 3 };
    const lengths = (given: { cached?: boolean }) =>
      lengthsRead(shape, (model) =>
        generate(model, [1, 2, 3], { maxNewTokens: 4, generator: new Generator(5), ...given }),
      );
    expect(await lengths({})).toEqual([3, 1, 1, 1]);
    expect(await lengths({ cached: true })).toEqual([3, 1, 1, 1]);
    expect(await lengths({ cached: false })).toEqual([3, 4, 5, 6]);
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
