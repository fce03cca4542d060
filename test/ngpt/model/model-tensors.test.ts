import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createModel,
  type ModelConfig,
  modelConfig,
  NGPT,
  NormalizedBlock,
  type ScaleForm,
} from '../../../src/ngpt/index.js';
import { Embedding, Rotary } from '../../../src/nn/index.js';
import { Generator, init, scope } from '../../../src/tensor/index.js';
import { configs, tinyConfig } from '../../helpers/models/models.js';
import { expectApart, expectClose, expectEach } from '../../helpers/values/close.js';
import { absolute } from '../../helpers/values/tolerance.js';

function build(given: Partial<ModelConfig> = {}, seed = 1): NGPT {
  return new NGPT(tinyConfig({ arch: 'ngpt', ...given }), new Generator(seed));
}

type Entry = [name: string, shape: number[], unitAxis: number | null];

/** The tensors of a checkpoint, under the released code's names: name, shape and the axis of unit vectors, in order. */
function designTable(config: ModelConfig): Entry[] {
  const { vocabSize: V, nEmbd: d, dMlp: m, nLayer } = config;
  const scale = (form: ScaleForm, name: string, width: number, parts = 1): Entry[] =>
    form === 'fixed' ? [] : [[name, [form === 'vector' ? width : parts], null]];
  const layer = (n: number): Entry[] => [
    [`transformer.h.${n}.query.weight`, [d, d], 1],
    [`transformer.h.${n}.key.weight`, [d, d], 1],
    [`transformer.h.${n}.value.weight`, [d, d], 1],
    [`transformer.h.${n}.att_c_proj.weight`, [d, d], 0],
    ...scale(config.sqk, `transformer.h.${n}.sqk`, d),
    [`transformer.h.${n}.c_fc.weight`, [2 * m, d], 1],
    [`transformer.h.${n}.mlp_c_proj.weight`, [d, m], 0],
    ...scale(config.suv, `transformer.h.${n}.suv`, 2 * m, 2),
    ...scale(config.alpha, `transformer.h.${n}.attn_alpha`, d),
    ...scale(config.alpha, `transformer.h.${n}.mlp_alpha`, d),
  ];
  return [
    ['transformer.wte.weight', [V, d], 1],
    ...Array.from({ length: nLayer }, (_, n) => layer(n)).flat(),
    ['lm_head.weight', [V, d], 1],
    ...scale(config.sz, 'sz', V),
  ];
}

describe('the tensors of NGPT', () => {
  beforeAll(async () => {
    await init('reference', { dtype: 'float64' });
  });

  it('have the names, shapes and unit axes of the design', () => {
    fc.assert(
      fc.property(configs('ngpt'), (config) => {
        const model = createModel({ ...config, tieWeights: false }, new Generator(1));
        const found = model.namedParameters().map(([name, { shape, unitAxis }]) => [name, shape, unitAxis]);
        const kept = config.weightNorm === 'step';
        const table = designTable(config).map(([name, shape, axis]) => [name, shape, kept ? axis : null]);
        expect(found).toEqual(table);
        // Every unit vector is as long as the embedding.
        for (const { shape, unitAxis } of model.parameters()) {
          if (unitAxis !== null) expect(shape[unitAxis]).toBe(config.nEmbd);
        }
        model.dispose();
      }),
      { numRuns: 30 },
    );
  });

  it('count 4d² + 3dm + 3d + 2m per layer, 2Vd + V besides, with all scales vectors', () => {
    const vectors = { alpha: 'vector', sqk: 'vector', suv: 'vector', sz: 'vector' } as const;
    fc.assert(
      fc.property(configs('ngpt'), (drawn) => {
        const config = { ...drawn, ...vectors };
        const { vocabSize: V, nEmbd: d, dMlp: m, nLayer: L, tieWeights } = config;
        const model = createModel(config, new Generator(1));
        const embeddings = tieWeights ? V * d : 2 * V * d;
        expect(model.parameterCount()).toBe(L * (4 * d * d + 3 * d * m + 3 * d + 2 * m) + embeddings + V);
        model.dispose();
      }),
      { numRuns: 30 },
    );
  });

  // Points 1, 2 and 9 of the design.
  it('start as unit matrices, and as scales at their first values', () => {
    const model = build({ alphaInit: 0.3 });
    const root = 1 / Math.sqrt(8);
    for (const [name, parameter] of model.namedParameters()) {
      const { unitAxis } = parameter;
      if (unitAxis !== null) {
        const lengths = scope(() => parameter.square().sum(unitAxis).dataSync());
        expectEach(lengths, 1, absolute(1e-14));
      } else {
        const stored = name.endsWith('suv') ? 1 : root;
        expectEach(parameter, stored, absolute(1e-15));
      }
    }
    expect(scope(() => model.sz.value().dataSync())).toEqual(new Float64Array(11).fill(1));
    model.dispose();
  });

  it('start with directions that are spread evenly, each of its own', () => {
    const model = new NGPT(
      modelConfig({ vocabSize: 400, blockSize: 1, nLayer: 1, nHead: 1, nEmbd: 64 }),
      new Generator(3),
    );
    for (const matrix of [model.embedding.weight, model.head, model.blocks[0].mlp.projection.weight]) {
      const { mean, square } = scope(() => ({
        mean: matrix.mean().itemSync(),
        square: matrix.square().mean().itemSync(),
      }));
      // Elements of mean 0 and variance 1/d, where one of 25,600 means has a standard deviation of 1/1280.
      expectClose(mean, 0, absolute(4 / 1280));
      expectClose(square, 1 / 64, absolute(5e-13));
    }
    expectApart(model.embedding.weight.dataSync(), model.head.dataSync(), absolute(0.1));
    model.dispose();
  });

  it('hang on modules without a normalization layer among them', () => {
    const model = build();
    const top = model.namedModules().filter(([name]) => !name.startsWith('transformer.h.'));
    expect(top.map(([name, module]) => [name, module.constructor])).toEqual([
      ['', NGPT],
      ['rotary', Rotary],
      ['transformer.wte', Embedding],
    ]);
    for (const block of model.blocks) expect(block).toBeInstanceOf(NormalizedBlock);
    for (const [name, module] of model.namedModules()) {
      expect(`${name} ${module.constructor.name}`).not.toMatch(/(layer|rms|batch|group)_?norm|\bln_/i);
    }
    model.dispose();
  });
});
