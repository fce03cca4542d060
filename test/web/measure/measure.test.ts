import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ConfigError,
  createModel,
  Generator,
  type LanguageModel,
  liveBuffers,
  type ModelConfig,
  noGrad,
  scope,
  tensor,
  withBackend,
} from '../../../src/index.js';
import { attentionMaps } from '../../../web/measure/attention-maps.js';
import { inside } from '../../../web/measure/inside.js';
import { nextCharacters } from '../../../web/measure/next.js';
import { backends } from '../../helpers/kernels/backends.js';
import { configs, randomTokens, scatterScales, tinyConfig } from '../../helpers/models/models.js';
import { expectClose } from '../../helpers/values/close.js';
import { seeds } from '../../helpers/values/draw.js';
import { softmax } from '../../helpers/values/plain.js';
import { absolute } from '../../helpers/values/tolerance.js';

const CHARACTERS = [...'abcdefghijklmnopqrstuvwxyz'];

describe.each(backends)('what panels ask of a model on %s', (_, backend) => {
  const precision = absolute(backend.floatType === 'float64' ? 1e-6 : 1e-5);

  /** With what is asked, buffers are as they were before. */
  function each(check: (model: LanguageModel, tokens: Int32Array) => Promise<void>) {
    const arch = fc.constantFrom('ngpt' as const, 'gpt' as const);
    return fc.assert(
      fc.asyncProperty(arch.chain(configs), seeds, async (config, seed) => {
        const generator = new Generator(seed);
        const { model, tokens } = withBackend(backend, () => {
          const made = createModel(config, generator);
          scatterScales(made, generator);
          const drawn = scope(() => randomTokens(config, generator, [1, config.blockSize]).dataSync());
          return { model: made, tokens: Int32Array.from(drawn) };
        });
        const before = [liveBuffers(), backend.memory()];
        await check(model, tokens);
        expect([liveBuffers(), backend.memory()]).toEqual(before);
        model.dispose();
      }),
      { numRuns: 20 },
    );
  }

  it('attention maps: rows that sum to 1 and look at nothing that comes later', async () => {
    await each(async (model, tokens) => {
      const { nLayer, nHead } = model.config;
      const length = tokens.length;
      for (let layer = 0; layer < nLayer; layer++) {
        const maps = await attentionMaps(model, tokens, layer);
        expect(maps).toHaveLength(nHead * length * length);
        for (let start = 0; start < maps.length; start += length) {
          const row = Array.from(maps.subarray(start, start + length));
          const query = (start / length) % length;
          expectClose(
            row.reduce((sum, weight) => sum + weight, 0),
            1,
            absolute(1e-5),
          );
          expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
          expect(row.slice(query + 1).every((weight) => weight === 0)).toBe(true);
        }
        // They are those of the layer that was asked for.
        const own = withBackend(backend, () =>
          scope(() =>
            noGrad(() => {
              const states = model.hiddenStates(tensor(tokens, [1, length]));
              return model.blocks[layer].attentionWeights(states[layer]).dataSync();
            }),
          ),
        );
        expectClose(maps, own, precision);
      }
    });
  });

  it('the next characters: the likeliest of the softmax of the logits, in order', async () => {
    await each(async (model, tokens) => {
      const { vocabSize } = model.config;
      const next = await nextCharacters(model, tokens, CHARACTERS);
      const logits = withBackend(backend, () =>
        scope(() => noGrad(() => model.forward(tensor(tokens, [1, tokens.length])).dataSync())),
      );
      const wanted = softmax(Array.from(logits.slice(-vocabSize)));
      expect(next).toHaveLength(vocabSize);
      for (const { token, character, probability } of next) {
        expect(character).toBe(CHARACTERS[token]);
        expectClose(probability, wanted[token], precision);
      }
      const given = next.map(({ probability }) => probability);
      expect(given).toEqual([...given].sort((a, b) => b - a));
    });
  });

  it('inside: plain data of every layer, in double precision what is unit is', async () => {
    await each(async (model) => {
      const { arch, nLayer, weightNorm } = model.config;
      const found = await inside(model);
      expect(structuredClone(found)).toEqual(found);
      expect(found.matrices).toHaveLength(nLayer);
      expect(found.scales?.layers.length ?? 0).toBe(arch === 'ngpt' ? nLayer : 0);
      expect(found.embeddings.input.norms.mean).toBeGreaterThan(0);
      expect(found.normError).toBeLessThan(1e-6);
      if (arch === 'gpt') expect(found.normError).toBe(0);
      if (arch === 'ngpt' && weightNorm === 'step')
        expectClose(found.embeddings.input.norms.min, 1, absolute(1e-6));
    });
  });
});

describe('the edges', () => {
  const build = (given: Partial<ModelConfig> = {}) => createModel(tinyConfig(given), new Generator(1));

  it('a layer that there is not has no attention maps', async () => {
    const model = withBackend(backends[1][1], () => build());
    for (const layer of [-1, 2, 0.5])
      await expect(attentionMaps(model, Int32Array.of(1), layer)).rejects.toThrow(ConfigError);
    model.dispose();
  });

  it('of many characters twelve are shown', async () => {
    const model = withBackend(backends[1][1], () => build({ vocabSize: 26 }));
    const next = await nextCharacters(model, Int32Array.of(3), CHARACTERS);
    expect(next).toHaveLength(12);
    expect(new Set(next.map(({ token }) => token)).size).toBe(12);
    model.dispose();
  });
});
