import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { noGrad } from '../../../src/autograd/index.js';
import {
  createModel,
  type LanguageModel,
  type ModelConfig,
  NGPT,
  normalizeParameters,
} from '../../../src/ngpt/index.js';
import {
  assignInPlace,
  Generator,
  init,
  scope,
  type Tensor,
  tensor,
  uniform,
} from '../../../src/tensor/index.js';
import {
  configs,
  MODEL_BACKENDS,
  randomTokens,
  scatterMatrices,
  scatterScales,
  tinyConfig,
} from '../../helpers/models/models.js';
import { plainForward } from '../../helpers/models/plain-model.js';
import { expectApart, expectClose } from '../../helpers/values/close.js';
import { seeds } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

function build(given: Partial<ModelConfig> = {}, seed = 1): NGPT {
  return new NGPT(tinyConfig({ arch: 'ngpt', ...given }), new Generator(seed));
}

/** Logits for tokens, as plain numbers. */
function logits(model: LanguageModel, tokens: Tensor): ArrayLike<number> {
  return scope(() => noGrad(() => model.forward(tokens).dataSync()));
}

function multiply(parameter: Tensor, factor: Tensor | number): void {
  scope(() => assignInPlace(parameter, parameter.mul(factor)));
}

describe.each(MODEL_BACKENDS)('NGPT on %s', (backend, options) => {
  const isDouble = backend === 'reference';

  beforeAll(async () => {
    await init(backend, options);
  });

  it('computes what the design says, in plain numbers: logits and hidden states', async () => {
    await fc.assert(
      fc.asyncProperty(
        configs('ngpt'),
        seeds,
        fc.integer({ min: 1, max: 7 }),
        async (given, seed, length) => {
          // Long steps along the sphere may nearly cancel, and then lose more digits than float32 can spare; so do great
          // circles between near antipodes, which are common in two dimensions.
          const config = isDouble ? given : { ...given, alphaInit: 0.05, residual: 'lerp' as const };
          const generator = new Generator(seed);
          const model = createModel(config, generator);
          scatterScales(model, generator);
          scatterMatrices(model, generator);
          const tokens = randomTokens(config, generator, [1, Math.min(length, config.blockSize)]);
          const expected = plainForward(config, await model.stateDict(), Array.from(tokens.dataSync()));
          const found = scope(() =>
            noGrad(() => ({
              logits: model.forward(tokens).dataSync(),
              hidden: model.hiddenStates(tokens).map((state) => state.dataSync()),
            })),
          );
          const tolerance = absolute(isDouble ? 1e-10 : 1e-5);
          expectClose(found.logits, expected.logits.flat(), tolerance);
          expect(found.hidden).toHaveLength(config.nLayer + 1);
          for (const [layer, hidden] of expected.hidden.entries()) {
            expectClose(found.hidden[layer + 1], hidden.flat(), tolerance);
          }
          model.dispose();
          tokens.dispose();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('treats the sequences of a batch alike and apart', () => {
    const model = build();
    const both = randomTokens(model.config, new Generator(2), [2, 6]);
    const values = logits(model, both);
    for (const row of [0, 1]) {
      const alone = scope(() => tensor(both.dataSync().slice(row * 6, (row + 1) * 6), [1, 6]));
      const half = Array.from(values).slice(row * 66, (row + 1) * 66);
      expectClose(logits(model, alone), half, absolute(isDouble ? 1e-14 : 1e-6));
    }
    model.dispose();
    both.dispose();
  });

  it('does not see future tokens: the logits before a change are bit for bit the same', () => {
    fc.assert(
      fc.property(configs('ngpt'), seeds, fc.nat(), (config, seed, at) => {
        fc.pre(config.vocabSize > 1 && config.blockSize > 1);
        const generator = new Generator(seed);
        const model = createModel(config, generator);
        scatterScales(model, generator);
        const tokens = randomTokens(config, generator);
        const position = 1 + (at % (config.blockSize - 1));
        const ids = tokens.dataSync();
        for (let t = position; t < config.blockSize; t++) ids[t] = (ids[t] + 1) % config.vocabSize;
        const changed = tensor(ids, tokens.shape);
        const [before, after] = [logits(model, tokens), logits(model, changed)];
        const { vocabSize, blockSize } = config;
        const seen = position * vocabSize;
        expect(Array.from(after).slice(0, seen)).toEqual(Array.from(before).slice(0, seen));
        // The other sequence of the batch is the same throughout.
        const other = blockSize * vocabSize;
        expect(Array.from(after).slice(other)).toEqual(Array.from(before).slice(other));
        for (const holder of [model, tokens, changed]) holder.dispose();
      }),
      { numRuns: 30 },
    );
  });

  it('has logits that a change of the token itself or before it reaches', () => {
    const model = build();
    const tokens = randomTokens(model.config, new Generator(2), [1, 6]);
    const ids = tokens.dataSync();
    ids[2] = (ids[2] + 1) % 11;
    const changed = tensor(ids, [1, 6]);
    const [before, after] = [logits(model, tokens), logits(model, changed)];
    for (const t of [2, 3, 4, 5]) {
      const part = (values: ArrayLike<number>) => Array.from(values).slice(t * 11, (t + 1) * 11);
      expectApart(part(before), part(after), absolute(1e-4));
    }
    for (const holder of [model, tokens, changed]) holder.dispose();
  });

  it('forgets the lengths of all vectors of all matrices when they are made unit', () => {
    const sizes = fc.constantFrom(1, 1e-6, 1e6);
    fc.assert(
      fc.property(seeds, sizes, (seed, size) => {
        const generator = new Generator(seed);
        const model = build({}, seed);
        scatterScales(model, generator);
        const tokens = randomTokens(model.config, generator);
        const before = logits(model, tokens);
        for (const parameter of model.parameters()) {
          const { unitAxis, shape } = parameter;
          if (unitAxis === null) continue;
          const lengths = shape.map((length, axis) => (axis === unitAxis ? 1 : length));
          scope(() => multiply(parameter, uniform(generator, lengths, { low: size / 2, high: 3 * size })));
        }
        normalizeParameters(model);
        expectClose(logits(model, tokens), before, absolute(isDouble ? 1e-12 : 1e-4));
        model.dispose();
        tokens.dispose();
      }),
      { numRuns: 20 },
    );
  });

  // Points 7 and 10 of the design.
  it('has logits that are cosines, times s_z: unscaled they lie in [−1, 1]', () => {
    const model = build();
    const tokens = randomTokens(model.config, new Generator(2));
    const before = logits(model, tokens);
    for (const cosine of Array.from(before)) expect(Math.abs(cosine)).toBeLessThanOrEqual(1 + 1e-6);
    const factors = Float64Array.from({ length: 11 }, (_, i) => i - 3);
    scope(() => multiply(model.sz, tensor(factors, [11], { dtype: model.sz.dtype })));
    const expected = Array.from(before, (cosine, i) => cosine * factors[i % 11]);
    expectClose(logits(model, tokens), expected, absolute(isDouble ? 1e-14 : 1e-5));
    model.dispose();
    tokens.dispose();
  });

  it('can have one matrix for embedding and head, trained from both ends', async () => {
    const [model, apart] = [build({ tieWeights: true }), build()];
    expect(model.head).toBe(model.embedding.weight);
    expect(model.namedParameters().map(([name]) => name)).not.toContain('lm_head.weight');
    const state = await model.stateDict();
    expect(state.get('lm_head.weight')).toEqual(state.get('transformer.wte.weight'));
    apart.loadStateDict(state);
    const gradients = [model, apart].map((each) => {
      scope(() => {
        const [x, y] = [1, 2].map((seed) => randomTokens(each.config, new Generator(seed)));
        each.loss(x, y).backward();
      });
      return each.embedding.weight.grad!.dataSync();
    });
    const sum = apart.head.grad!.dataSync().map((value, i) => value + gradients[1][i]);
    expectClose(gradients[0], sum, absolute(isDouble ? 1e-14 : 1e-6));
    model.dispose();
    apart.dispose();
  });

  it('gives queries and keys no gradient at all when a sequence has one token', () => {
    const model = build({ blockSize: 1 });
    scatterScales(model, new Generator(4));
    scope(() => {
      const [x, y] = [1, 2].map((seed) => randomTokens(model.config, new Generator(seed), [3, 1]));
      model.loss(x, y).backward();
    });
    for (const { query, key, sqk } of model.blocks.map((block) => block.attention)) {
      for (const { grad } of [query.weight, key.weight, sqk]) {
        expect(grad!.dataSync().every((value) => value === 0)).toBe(true);
      }
    }
    model.dispose();
  });
});
