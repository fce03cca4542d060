import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { noGrad } from '../../src/autograd/index.js';
import { createModel, GPT, type ModelConfig, modelConfig } from '../../src/ngpt/index.js';
import { Embedding, RMSNorm, Rotary } from '../../src/nn/index.js';
import { Generator, init, scope, tensor } from '../../src/tensor/index.js';
import {
  configs,
  MODEL_BACKENDS,
  randomTokens,
  scatterScales,
  tinyConfig,
} from '../helpers/models/models.js';
import { plainForward } from '../helpers/models/plain-model.js';
import { expectClose } from '../helpers/values/close.js';
import { seeds } from '../helpers/values/draw.js';
import { absolute, relative } from '../helpers/values/tolerance.js';

/** The names and shapes of the baseline, in order; those it shares with nGPT are the same. */
function designTable({ vocabSize: V, nEmbd: d, dMlp: m, nLayer }: ModelConfig): [string, number[]][] {
  const layer = (n: number): [string, number[]][] => [
    [`transformer.h.${n}.query.weight`, [d, d]],
    [`transformer.h.${n}.key.weight`, [d, d]],
    [`transformer.h.${n}.value.weight`, [d, d]],
    [`transformer.h.${n}.att_c_proj.weight`, [d, d]],
    [`transformer.h.${n}.c_fc.weight`, [2 * m, d]],
    [`transformer.h.${n}.mlp_c_proj.weight`, [d, m]],
    [`transformer.h.${n}.rmsnorm_att.weight`, [d]],
    [`transformer.h.${n}.rmsnorm_mlp.weight`, [d]],
  ];
  return [
    ['transformer.wte.weight', [V, d]],
    ...Array.from({ length: nLayer }, (_, n) => layer(n)).flat(),
    ['rmsnorm_f.weight', [d]],
    ['lm_head.weight', [V, d]],
  ];
}

describe('the tensors of GPT', () => {
  beforeAll(async () => {
    await init('reference', { dtype: 'float64' });
  });

  it('have the names and shapes of the design, and no unit axes', () => {
    fc.assert(
      fc.property(configs('gpt'), (config) => {
        const model = createModel({ ...config, tieWeights: false }, new Generator(1));
        expect(model.namedParameters().map(([name, { shape }]) => [name, shape])).toEqual(
          designTable(config),
        );
        expect(model.parameters().every(({ unitAxis }) => unitAxis === null)).toBe(true);
        model.dispose();
      }),
      { numRuns: 30 },
    );
  });

  it('hang on the modules of the design', () => {
    const model = createModel(tinyConfig({ arch: 'gpt' }), new Generator(1));
    const top = model.namedModules().filter(([name]) => !name.startsWith('transformer.h.'));
    expect(top.map(([name, module]) => [name, module.constructor])).toEqual([
      ['', GPT],
      ['rotary', Rotary],
      ['transformer.wte', Embedding],
      ['rmsnorm_f', RMSNorm],
    ]);
    model.dispose();
  });

  it('start normal with standard deviation 0.02, projections with 0.02/√(2L), norms with 1', () => {
    const sizes = { vocabSize: 300, blockSize: 1, nLayer: 3, nHead: 2, nEmbd: 64 };
    const model = new GPT(modelConfig({ arch: 'gpt', ...sizes }), new Generator(3));
    for (const [name, parameter] of model.namedParameters()) {
      const values = Array.from(parameter.dataSync());
      if (name.includes('rmsnorm')) {
        expect(values.every((value) => value === 1)).toBe(true);
        continue;
      }
      const wanted = name.includes('c_proj') ? 0.02 / Math.sqrt(6) : 0.02;
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
      // Of n values, the deviation itself deviates by 1/√(2n): four times that.
      expectClose(deviation, wanted, relative(4 / Math.sqrt(2 * values.length), 0), name);
    }
    model.dispose();
  });
});

describe.each(MODEL_BACKENDS)('GPT on %s', (backend, options) => {
  const isDouble = backend === 'reference';

  beforeAll(async () => {
    await init(backend, options);
  });

  it('computes what the design says, in plain numbers: logits and hidden states', async () => {
    await fc.assert(
      fc.asyncProperty(configs('gpt'), seeds, async (config, seed) => {
        const generator = new Generator(seed);
        const model = createModel(config, generator);
        scatterScales(model, generator);
        const tokens = randomTokens(config, generator, [1, config.blockSize]);
        const expected = plainForward(config, await model.stateDict(), Array.from(tokens.dataSync()));
        const found = scope(() =>
          noGrad(() => ({
            logits: model.forward(tokens).dataSync(),
            hidden: model.hiddenStates(tokens).map((state) => state.dataSync()),
          })),
        );
        const tolerance = absolute(isDouble ? 1e-12 : 1e-5);
        expectClose(found.logits, expected.logits.flat(), tolerance);
        for (const [layer, hidden] of expected.hidden.entries()) {
          expectClose(found.hidden[layer + 1], hidden.flat(), tolerance);
        }
        model.dispose();
        tokens.dispose();
      }),
      { numRuns: 40 },
    );
  });

  it('does not see future tokens: the logits before a change are bit for bit the same', () => {
    const model = createModel(tinyConfig({ arch: 'gpt' }), new Generator(1));
    const tokens = randomTokens(model.config, new Generator(2), [1, 6]);
    const logits = (ids: ArrayLike<number>) =>
      scope(() => noGrad(() => Array.from(model.forward(tensor(Int32Array.from(ids), [1, 6])).dataSync())));
    const before = logits(tokens.dataSync());
    for (let position = 0; position < 6; position++) {
      const ids = tokens.dataSync();
      ids[position] = (ids[position] + 1) % 11;
      const after = logits(ids);
      expect(after.slice(0, position * 11)).toEqual(before.slice(0, position * 11));
      expect(after.slice(position * 11)).not.toEqual(before.slice(position * 11));
    }
    model.dispose();
    tokens.dispose();
  });

  it('can have one matrix for embedding and head', () => {
    const model = new GPT(tinyConfig({ arch: 'gpt', tieWeights: true }), new Generator(1));
    expect(model.head).toBe(model.embedding.weight);
    expect(model.namedParameters().map(([name]) => name)).not.toContain('lm_head.weight');
    model.dispose();
  });
});
