import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Trace, trace } from '../../../src/experiments/inspect/trace.js';
import { createModel, hypersphere, type LanguageModel, type ModelConfig } from '../../../src/ngpt/index.js';
import {
  ConfigError,
  createBackend,
  DataError,
  Generator,
  liveBuffers,
  scope,
  tensor,
  unit,
  withBackend,
} from '../../../src/tensor/index.js';
import { reference64 } from '../../helpers/kernels/backends.js';
import {
  configs,
  randomTokens,
  scatterMatrices,
  scatterScales,
  tinyConfig,
} from '../../helpers/models/models.js';
import { plainForward } from '../../helpers/models/plain-model.js';
import { expectClose } from '../../helpers/values/close.js';
import { seeds } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

type Arch = ModelConfig['arch'];

/** A model off its first values on the reference backend, in double precision, and tokens for it. */
function build(config: ModelConfig, seed: number): { model: LanguageModel; tokens: Int32Array } {
  return withBackend(reference64, () => {
    const generator = new Generator(seed);
    const model = createModel(config, generator);
    scatterScales(model, generator);
    scatterMatrices(model, generator);
    const tokens = scope(() =>
      Int32Array.from(randomTokens(config, generator, [1, config.blockSize]).dataSync()),
    );
    return { model, tokens };
  });
}

/** Random models with the edges of `configs`, and the trace of a random token in each. */
function each(arch: Arch, check: (model: LanguageModel, tokens: Int32Array, at: number) => Promise<void>) {
  return fc.assert(
    fc.asyncProperty(configs(arch), seeds, fc.nat(), async (config, seed, at) => {
      const { model, tokens } = build(config, seed);
      await check(model, tokens, at % tokens.length);
      model.dispose();
    }),
    { numRuns: 25 },
  );
}

const states = (points: Trace) => points.map(({ state }) => state);

describe.each(['ngpt', 'gpt'] as const)('the trace of a token through %s', (arch) => {
  it('has the states that the plain model has, and ends in the logits of the model', async () => {
    await each(arch, async (model, tokens, at) => {
      const points = await trace(model, tokens, at);
      const { hidden } = plainForward(model.config, await model.stateDict(), Array.from(tokens));
      const afterBlocks = states(points).filter((_, i) => i > 0 && i % 2 === 0);
      expectClose(
        afterBlocks.flat(),
        hidden.flatMap((layer) => layer[at]),
        absolute(1e-10),
      );
      const { vocabSize, nEmbd } = model.config;
      const [own, whole] = withBackend(reference64, () =>
        scope(() => [
          model.logits(tensor(states(points).at(-1)!, [1, 1, nEmbd])).dataSync(),
          model.forward(tensor(tokens, [1, tokens.length])).dataSync(),
        ]),
      );
      expectClose(own, whole.slice(at * vocabSize, (at + 1) * vocabSize), absolute(1e-10));
    });
  });

  it('names every stop, and measures every step as its states say', async () => {
    await each(arch, async (model, tokens, at) => {
      const points = await trace(model, tokens, at);
      const halves = Array.from({ length: model.config.nLayer }, (_, i) => [
        `attention ${i + 1}`,
        `MLP ${i + 1}`,
      ]);
      expect(points.map(({ label }) => label)).toEqual(['embedding', ...halves.flat()]);
      expect(points[0]).toMatchObject({ stepLength: 0, angle: 0, target: null, alpha: null });
      for (const [i, { state, norm, stepLength, angle }] of points.entries()) {
        const before = points[Math.max(0, i - 1)].state;
        expectClose(norm, Math.hypot(...state), absolute(1e-12));
        expectClose(stepLength, Math.hypot(...state.map((x, j) => x - before[j])), absolute(1e-12));
        // Law of cosines: it holds for the angle between vectors of any lengths.
        const [a, b] = [Math.hypot(...before), norm];
        expectClose(
          a * a + b * b - 2 * a * b * Math.cos(angle),
          stepLength ** 2,
          absolute(1e-10 * (a + b) ** 2),
        );
      }
    });
  });

  it('does not read what comes later, and leaves nothing behind', async () => {
    await each(arch, async (model, tokens, at) => {
      const before = [liveBuffers(), model.backend.memory()];
      const points = await trace(model, tokens, at);
      expect(await trace(model, tokens.slice(0, at + 1))).toEqual(points);
      const changed = tokens.map((token, i) => (i > at ? (token + 1) % model.config.vocabSize : token));
      expect(await trace(model, changed, at)).toEqual(points);
      expect([liveBuffers(), model.backend.memory()]).toEqual(before);
    });
  });

  it('refuses what is nowhere', async () => {
    const { model, tokens } = build(tinyConfig({ arch }), 1);
    for (const position of [-1, 0.5, tokens.length]) {
      await expect(trace(model, tokens, position)).rejects.toThrow(ConfigError);
    }
    await expect(trace(model, new Int32Array())).rejects.toThrow(ConfigError);
    await expect(trace(model, Int32Array.of(11))).rejects.toThrow(DataError);
    model.dispose();
  });
});

describe('the trace of nGPT', () => {
  it('stays on the sphere', async () => {
    await each('ngpt', async (model, tokens, at) => {
      const points = await trace(model, tokens, at);
      // Only embeddings that are never made unit may be elsewhere.
      const first = model.config.weightNorm === 'never' ? 1 : 0;
      for (const { state, norm, target } of points.slice(first)) {
        expectClose(norm, 1, absolute(1e-12));
        if (target !== null) expectClose(Math.hypot(...target), 1, absolute(1e-12));
        expect(state).toHaveLength(model.config.nEmbd);
      }
    });
  });

  // Paper eq. 10 and 11, or eq. 9: what is told of a step is what made it.
  it('tells of every step the target and α that lead there', async () => {
    await each('ngpt', async (model, tokens, at) => {
      const { nEmbd, residual, signedAlpha } = model.config;
      const points = await trace(model, tokens, at);
      for (const [i, { state, target, alpha }] of points.entries()) {
        if (i === 0) continue;
        if (!signedAlpha) expect(Math.min(...alpha!)).toBeGreaterThanOrEqual(0);
        const [h, goal, rate] = [points[i - 1].state, target!, alpha!];
        const next = withBackend(reference64, () =>
          scope(() => {
            const from = unit(tensor(h, [nEmbd]));
            const step =
              residual === 'slerp'
                ? hypersphere.slerp(from, tensor(goal, [nEmbd]), tensor(rate, [nEmbd]))
                : unit(hypersphere.lerp(from, tensor(goal, [nEmbd]), tensor(rate, [nEmbd])));
            return step.dataSync();
          }),
        );
        expectClose(state, next, absolute(1e-10));
      }
    });
  });

  it('is the same on the backend of the model, whichever is the default', async () => {
    const config = tinyConfig({ nEmbd: 3, nHead: 1, rope: 'none' });
    const wasm = await createBackend('wasm');
    const { tokens, model } = build(config, 3);
    const weights = await model.stateDict();
    const single = withBackend(wasm, () => createModel(config, new Generator(9)));
    single.loadStateDict(weights);
    const [there, here] = [await trace(model, tokens), await trace(single, tokens)];
    for (const [i, { state, target, alpha }] of there.entries()) {
      expectClose(here[i].state, state, absolute(1e-5));
      if (target !== null) expectClose(here[i].target!, target, absolute(1e-5));
      if (alpha !== null) expectClose(here[i].alpha!, alpha, absolute(1e-6));
    }
    single.dispose();
    model.dispose();
  });
});

describe('the trace of GPT', () => {
  it('has no targets', async () => {
    await each('gpt', async (model, tokens) => {
      for (const { target, alpha } of await trace(model, tokens))
        expect([target, alpha]).toEqual([null, null]);
    });
  });
});
