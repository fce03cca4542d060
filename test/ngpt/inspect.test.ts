import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createModel,
  type LanguageModel,
  maxHiddenNormError,
  maxNormError,
  meanAlphas,
} from '../../src/ngpt/index.js';
import {
  assignInPlace,
  Generator,
  init,
  liveBuffers,
  scope,
  type Tensor,
  tensor,
} from '../../src/tensor/index.js';
import { MODEL_BACKENDS, randomTokens, tinyConfig } from '../helpers/models/models.js';
import { expectClose } from '../helpers/values/close.js';
import { absolute } from '../helpers/values/tolerance.js';

/** Overwrites one element of a parameter. */
function set(model: LanguageModel, name: string, at: number, change: (value: number) => number): void {
  const parameter = new Map(model.namedParameters()).get(name)!;
  const values = parameter.dataSync();
  values[at] = change(values[at]);
  scope(() => assignInPlace(parameter, tensor(values, parameter.shape, { dtype: parameter.dtype })));
}

describe.each(MODEL_BACKENDS)('measurements on %s', (backend, options) => {
  let model: LanguageModel;
  let tokens: Tensor;
  let before: number;

  beforeAll(async () => {
    await init(backend, options);
  });

  beforeEach(() => {
    before = liveBuffers();
    model = createModel(tinyConfig({ alphaInit: 0.3 }), new Generator(1));
    tokens = randomTokens(model.config, new Generator(2));
  });

  afterEach(() => {
    tokens.dispose();
    model.dispose();
    expect(liveBuffers()).toBe(before);
  });

  it('finds a new model on the sphere', async () => {
    expect(await maxNormError(model)).toBeLessThan(1e-6);
    expect(await maxHiddenNormError(model, tokens)).toBeLessThan(1e-5);
  });

  it.each([
    // Row 5 of 8 columns, where rows are unit; then column 5 of 8, where columns are.
    ['transformer.h.1.query.weight', 5 * 8 + 2],
    ['transformer.h.1.mlp_c_proj.weight', 3 * 12 + 5],
    ['lm_head.weight', 11 * 8 - 1],
    ['transformer.wte.weight', 0],
  ])('finds the one vector of %s that is too long', async (name, at) => {
    const values = new Map(model.namedParameters()).get(name)!.dataSync();
    set(model, name, at, (value) => value + 3);
    const expected = Math.sqrt(1 - values[at] ** 2 + (values[at] + 3) ** 2) - 1;
    expectClose(await maxNormError(model), expected, absolute(1e-6));
  });

  it('reports NaN, wherever it is', async () => {
    set(model, 'transformer.h.0.key.weight', 0, () => Number.NaN);
    expect(await maxNormError(model)).toBeNaN();
    expect(await maxHiddenNormError(model, tokens)).toBeNaN();
  });

  it('sees embeddings that are off the sphere among the hidden states', async () => {
    const token = tokens.dataSync()[0];
    for (let i = 0; i < 8; i++) set(model, 'transformer.wte.weight', token * 8 + i, (value) => value * 3);
    expectClose(await maxHiddenNormError(model, tokens), 2, absolute(1e-6));
  });

  it('averages |α| per layer, as it acts', async () => {
    for (const { attention, mlp } of await meanAlphas(model)) {
      expectClose([attention, mlp], [0.3, 0.3], absolute(5e-7));
    }
    // Stored 1/√8 acts as 0.3: −2/√8 counts as 0.6 in one of eight dimensions.
    set(model, 'transformer.h.1.mlp_alpha', 3, (value) => -2 * value);
    const means = await meanAlphas(model);
    expect(means).toHaveLength(2);
    expectClose(means[1].attention, 0.3, absolute(5e-7));
    expectClose(means[1].mlp, (7 * 0.3 + 0.6) / 8, absolute(5e-7));
  });

  it('averages α with its sign where it acts with it', async () => {
    const signed = createModel(tinyConfig({ alphaInit: 0.3, signedAlpha: true }), new Generator(1));
    set(signed, 'transformer.h.1.mlp_alpha', 3, (value) => -2 * value);
    const means = await meanAlphas(signed);
    expectClose(means[1].mlp, (7 * 0.3 - 0.6) / 8, absolute(5e-7));
    signed.dispose();
  });

  it('has nothing to measure on the baseline', async () => {
    const baseline = createModel(tinyConfig({ arch: 'gpt' }), new Generator(1));
    expect(await maxNormError(baseline)).toBe(0);
    expect(await meanAlphas(baseline)).toEqual([]);
    baseline.dispose();
  });
});
