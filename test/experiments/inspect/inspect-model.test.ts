import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { inspectModel } from '../../../src/experiments/inspect/inspect-model.js';
import type {
  LayerMatrices,
  MatrixReport,
  ModelReport,
} from '../../../src/experiments/inspect/model-report.js';
import { createModel, type LanguageModel, type ModelConfig, NGPT } from '../../../src/ngpt/index.js';
import {
  assignInPlace,
  ConfigError,
  full,
  Generator,
  init,
  liveBuffers,
  scope,
  tensor,
} from '../../../src/tensor/index.js';
import { BatchSampler } from '../../../src/training/data/batches.js';
import { configs, scatterScales, tinyConfig } from '../../helpers/models/models.js';
import { plainForward } from '../../helpers/models/plain-model.js';
import { expectClose } from '../../helpers/values/close.js';
import { seeds } from '../../helpers/values/draw.js';
import { jacobiSingularValues } from '../../helpers/values/jacobi.js';
import { rowsOf } from '../../helpers/values/plain.js';
import { absolute, ofLargest } from '../../helpers/values/tolerance.js';

beforeAll(() => init('reference', { dtype: 'float64' }));

const BLOCKS = 3;

function tokensFor({ vocabSize, blockSize }: ModelConfig, seed: number): Int32Array {
  const generator = new Generator(seed);
  return Int32Array.from({ length: blockSize + 20 }, () => generator.integer(vocabSize));
}

function inspect(
  model: LanguageModel,
  seed = 5,
  tokens = tokensFor(model.config, seed),
): Promise<ModelReport> {
  return inspectModel(model, { checkpoint: 'here', step: 3, data: 'letters', tokens, blocks: BLOCKS, seed });
}

/** Sets all values of the parameters whose names end so. */
function setAll(model: LanguageModel, ending: string, value: number): void {
  for (const [name, parameter] of model.namedParameters()) {
    if (name.endsWith(ending)) scope(() => assignInPlace(parameter, full(parameter.shape, value)));
  }
}

function random(config: ModelConfig, seed: number): LanguageModel {
  const generator = new Generator(seed);
  const model = createModel(config, generator);
  scatterScales(model, generator);
  return model;
}

/** A few of everything: random configurations with the edges of `configs`. */
function each(arch: ModelConfig['arch'], check: (model: LanguageModel, seed: number) => Promise<void>) {
  return fc.assert(
    fc.asyncProperty(configs(arch), seeds, async (config, seed) => {
      const model = random(config, seed);
      await check(model, seed);
      model.dispose();
    }),
    { numRuns: 25 },
  );
}

describe.each(['ngpt', 'gpt'] as const)('inspectModel on %s', (arch) => {
  it('gives numbers only, which JSON keeps, the same again, and leaves nothing behind', async () => {
    await each(arch, async (model) => {
      const before = liveBuffers();
      const report = await inspect(model);
      expect(JSON.parse(JSON.stringify(report))).toEqual(report);
      expect(await inspect(model)).toEqual(report);
      expect(liveBuffers()).toBe(before);
      expect(report).toMatchObject({ event: 'inspect', step: 3, parameters: model.parameterCount() });
      expect(report.scales === null).toBe(arch === 'gpt');
      expect(report.embeddings.output === null).toBe(model.config.tieWeights);
      expect(report.matrices).toHaveLength(model.config.nLayer);
    });
  });

  it('follows hidden states as the plain model has them', async () => {
    await each(arch, async (model, seed) => {
      const { config } = model;
      const tokens = tokensFor(config, seed);
      const { hidden } = await inspect(model, seed, tokens);
      const sampler = new BatchSampler(tokens, config.blockSize, 1, new Generator(seed));
      const weights = await model.stateDict();
      const embeddings = rowsOf(weights.get('transformer.wte.weight')!.data, config.nEmbd);
      const states = Array.from({ length: config.nLayer + 1 }, () => [] as number[][]);
      for (let i = 0; i < BLOCKS; i++) {
        const block = [...sampler.next().tokens.subarray(0, config.blockSize)];
        states[0].push(...block.map((token) => embeddings[token]));
        for (const [layer, rows] of plainForward(config, weights, block).hidden.entries()) {
          states[layer + 1].push(...rows);
        }
      }
      for (const [layer, rows] of states.entries()) {
        const norms = rows.map((row) => Math.hypot(...row));
        const { mean, min, max } = hidden.norms[layer];
        const average = norms.reduce((sum, norm) => sum + norm, 0) / norms.length;
        expectClose([mean, min, max], [average, Math.min(...norms), Math.max(...norms)], absolute(1e-9));
        if (layer === 0) continue;
        const angles = rows.map((row, i) => angle(states[layer - 1][i], row));
        const { blockAngle, attentionAngle, mlpAngle } = hidden.layers[layer - 1];
        expectClose(
          blockAngle.mean,
          angles.reduce((sum, each) => sum + each, 0) / angles.length,
          absolute(1e-6),
        );
        // The way around is not shorter.
        expect(blockAngle.max).toBeLessThanOrEqual(attentionAngle.max + mlpAngle.max + 1e-9);
      }
    });
  });

  it('takes the matrices apart as the model does, head by head', async () => {
    await each(arch, async (model) => {
      const { nEmbd: d, nHead, dMlp } = model.config;
      const { matrices } = await inspect(model);
      const weights = await model.stateDict();
      const size = d / nHead;
      for (const [layer, found] of matrices.entries()) {
        const rows = (name: string, width: number) =>
          rowsOf(weights.get(`transformer.h.${layer}.${name}.weight`)!.data, width);
        const heads = (name: string) =>
          Array.from({ length: nHead }, (_, head) => rows(name, d).slice(head * size, (head + 1) * size));
        const outputs = Array.from({ length: nHead }, (_, head) =>
          rows('att_c_proj', d).map((row) => row.slice(head * size, (head + 1) * size)),
        );
        const wanted: { readonly [N in keyof LayerMatrices]: number[][][] } = {
          ...{ query: heads('query'), key: heads('key'), value: heads('value'), attentionOutput: outputs },
          mlpU: [rows('c_fc', d).slice(0, dMlp)],
          mlpV: [rows('c_fc', d).slice(dMlp)],
          mlpOutput: [rows('mlp_c_proj', dMlp)],
        };
        for (const name of Object.keys(wanted) as (keyof LayerMatrices)[]) {
          expectSpectra(found[name], wanted[name], name);
        }
      }
    });
  });

  it('finds attention that looks at all tokens alike', async () => {
    const model = createModel(tinyConfig({ arch }), new Generator(1));
    setAll(model, arch === 'ngpt' ? 'sqk' : 'query.weight', 0);
    const { hidden } = await inspect(model);
    const even = [1, 2, 3, 4, 5].reduce((sum, t) => sum + 1 / (t + 1), 0) / 5;
    expectClose(hidden.evenFirstTokenShare, even, absolute(1e-15));
    for (const { firstTokenShare } of hidden.layers)
      expectClose(firstTokenShare!, [even, even], absolute(1e-14));
    model.dispose();
  });

  it('has no attention to tell of in blocks of one token', async () => {
    const model = createModel(tinyConfig({ arch, blockSize: 1 }), new Generator(1));
    const { hidden } = await inspect(model);
    expect(hidden.layers.map(({ firstTokenShare }) => firstTokenShare)).toEqual([null, null]);
    expect(hidden.evenFirstTokenShare).toBe(1);
    model.dispose();
  });

  it('says that a matrix without full rank has an infinite condition number, by null', async () => {
    const model = createModel(tinyConfig({ arch }), new Generator(1));
    setAll(model, '0.query.weight', 1);
    setAll(model, '1.mlp_c_proj.weight', 0.5);
    const [first, second] = (await inspect(model)).matrices;
    expect(first.query).toMatchObject({ conditionNumber: null, conditionNumbers: [null, null] });
    expect(second.mlpOutput).toMatchObject({ conditionNumber: null, conditionNumbers: [null] });
    expect(second.query.conditionNumber).toBeGreaterThanOrEqual(1);
    model.dispose();
  });

  it('tells how far it is, up to the end', async () => {
    const model = createModel(tinyConfig({ arch }), new Generator(1));
    const told: number[] = [];
    const tokens = tokensFor(model.config, 1);
    const options = { checkpoint: 'here', step: 3, data: 'letters', tokens, blocks: 1, seed: 1 };
    await inspectModel(model, { ...options, onProgress: (share) => told.push(share) });
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
    await expect(inspectModel(model, { ...options, blocks: 0 })).rejects.toThrow(ConfigError);
    model.dispose();
  });
});

describe('matrices that every pass makes unit', () => {
  it('are measured as they act, whatever their vectors are stored as', async () => {
    const model = random(tinyConfig({ weightNorm: 'forward' }), 1);
    const before = await inspect(model);
    for (const parameter of model.parameters().filter(({ rank }) => rank === 2)) {
      scope(() => assignInPlace(parameter, parameter.mul(3)));
    }
    const after = await inspect(model);
    const numbers = (report: ModelReport) => [
      ...report.matrices.flatMap((layer) =>
        Object.values(layer).flatMap((each: MatrixReport) => each.singularValues.flat()),
      ),
      ...[report.embeddings.input, report.embeddings.output!].flatMap(({ norms, eigenvalues }) => [
        norms.max,
        ...eigenvalues,
      ]),
    ];
    expectClose(numbers(after), numbers(before), absolute(1e-12));
    expectClose(after.embeddings.output!.norms.mean, 1, absolute(1e-12));
    // Their columns, not their rows.
    const squares = after.matrices[0].mlpOutput.singularValues[0].reduce((sum, value) => sum + value ** 2, 0);
    expectClose(squares, 12, absolute(1e-9));
    model.dispose();
  });
});

describe('the scales', () => {
  it('are those that act, in absolute value where |α| acts', async () => {
    const model = new NGPT(tinyConfig({ alphaInit: 0.3 }), new Generator(1));
    setAll(model, 'attn_alpha', -1 / Math.sqrt(8));
    setAll(model, 'sqk', -2 / Math.sqrt(8));
    setAll(model, 'sz', 3 / Math.sqrt(8));
    scope(() => {
      const values = Float64Array.from({ length: 24 }, (_, i) => (i < 12 ? 5 : 10));
      assignInPlace(model.blocks[1].mlp.suv, tensor(values, [24]));
    });
    const { layers, sz } = (await inspect(model)).scales!;
    const means = layers.map(({ attentionAlpha, mlpAlpha, sqk, su, sv }) =>
      [attentionAlpha, mlpAlpha, sqk, su, sv].map(({ mean }) => mean),
    );
    expectClose(means.flat(), [0.3, 0.3, -2, 1, 1, 0.3, 0.3, -2, 5, 10], absolute(1e-13));
    expectClose([sz.mean, sz.min, sz.max], [3, 3, 3], absolute(1e-13));
    model.dispose();
  });

  it('have α with its sign where it acts with it', async () => {
    const model = new NGPT(tinyConfig({ alphaInit: 0.3, signedAlpha: true }), new Generator(1));
    setAll(model, 'attn_alpha', -1 / Math.sqrt(8));
    const { layers } = (await inspect(model)).scales!;
    const means = layers.map(({ attentionAlpha, mlpAlpha }) => [attentionAlpha.mean, mlpAlpha.mean]);
    expectClose(means.flat(), [-0.3, 0.3, -0.3, 0.3], absolute(1e-13));
    model.dispose();
  });

  it('are there in every form, in all dimensions', async () => {
    for (const form of ['vector', 'scalar', 'fixed'] as const) {
      const config = tinyConfig({ alpha: form, sqk: form, suv: form, sz: form, suvInit: 2 });
      const model = createModel(config, new Generator(1));
      const { layers, sz } = (await inspect(model)).scales!;
      const values = layers
        .flatMap(({ mlpAlpha, sqk, su, sv }) => [mlpAlpha, sqk, su, sv])
        .map(({ mean }) => mean);
      expectClose(values, [0.05, 1, 2, 2, 0.05, 1, 2, 2], absolute(1e-13));
      expect(sz.histogram.counts).toEqual([config.vocabSize]);
      model.dispose();
    }
  });

  it.each(['attn_alpha', 'mlp_alpha'])('of 0 leave hidden states where they are: %s', async (alpha) => {
    const model = createModel(tinyConfig(), new Generator(1));
    setAll(model, alpha, 0);
    const { layers } = (await inspect(model)).hidden;
    for (const { attentionAngle, mlpAngle, blockAngle } of layers) {
      const [still, moving] =
        alpha === 'attn_alpha' ? [attentionAngle, mlpAngle] : [mlpAngle, attentionAngle];
      expectClose(still.max, 0, absolute(1e-14));
      expectClose([moving.mean, moving.max], [blockAngle.mean, blockAngle.max], absolute(1e-14));
      expect(moving.min).toBeGreaterThan(0);
    }
    model.dispose();
  });
});

function angle(a: readonly number[], b: readonly number[]): number {
  const cosine = a.reduce((sum, value, i) => sum + value * b[i], 0) / Math.hypot(...a) / Math.hypot(...b);
  return Math.acos(Math.min(1, Math.max(-1, cosine)));
}

function expectSpectra(found: MatrixReport, parts: readonly number[][][], name: string): void {
  expect(found.singularValues).toHaveLength(parts.length);
  for (const [i, rows] of parts.entries()) {
    const isTall = rows.length >= rows[0].length;
    const columns = isTall ? rows[0].map((_, column) => rows.map((row) => row[column])) : rows;
    const wanted = jacobiSingularValues(columns);
    expectClose(found.singularValues[i], wanted, ofLargest(1e-7), name);
    const condition = found.conditionNumbers[i];
    const [largest, least] = [wanted[0], wanted[wanted.length - 1]];
    if (condition === null) expect(least / largest).toBeLessThan(1e-13);
    else expectClose(condition * (least / largest), 1, absolute(1e-5), name);
  }
}
