import { beforeAll, describe, expect, it } from 'vitest';
import { createModel, createOptimizer, type LanguageModel, type ScaleForm } from '../../../src/ngpt/index.js';
import type { StateDict } from '../../../src/nn/index.js';
import { Generator, init, scope } from '../../../src/tensor/index.js';
import {
  MODEL_BACKENDS,
  randomTokens,
  scatterScales,
  tinyConfig,
  trainStep,
} from '../../helpers/models/models.js';
import { expectApart, expectClose } from '../../helpers/values/close.js';
import { absolute } from '../../helpers/values/tolerance.js';

/** The tensors of each scale, by the ends of their names. */
const TENSORS = { alpha: ['attn_alpha', 'mlp_alpha'], sqk: ['sqk'], suv: ['suv'], sz: ['sz'] } as const;
type ScaleName = keyof typeof TENSORS;
const NAMES = Object.keys(TENSORS) as ScaleName[];

function isOf(scale: ScaleName, name: string): boolean {
  return TENSORS[scale].some((end) => name === end || name.endsWith(`.${end}`));
}

function build(scale: ScaleName, form: ScaleForm): LanguageModel {
  return createModel(tinyConfig({ alphaInit: 0.3, szInit: 2, [scale]: form }), new Generator(1));
}

/** The numbers of a scalar scale in every dimension of the other model. */
async function spread(scalar: LanguageModel, scale: ScaleName, vector: LanguageModel): Promise<StateDict> {
  const wide = await vector.stateDict();
  for (const [name, { dtype, data }] of await scalar.stateDict()) {
    const { shape } = wide.get(name)!;
    const values = wide.get(name)!.data.slice();
    for (let i = 0; i < values.length; i++) {
      values[i] = data[isOf(scale, name) ? Math.floor((i * data.length) / values.length) : i];
    }
    wide.set(name, { shape, dtype, data: values });
  }
  return wide;
}

/** Logits, and the gradient of a loss in every parameter. */
function pass(model: LanguageModel): { logits: number[]; gradients: Map<string, number[]> } {
  return scope(() => {
    const [x, y] = [2, 3].map((seed) => randomTokens(model.config, new Generator(seed)));
    model.zeroGrad();
    model.loss(x, y).backward();
    const gradients = model
      .namedParameters()
      .map(([name, { grad }]) => [name, Array.from(grad!.dataSync())] as const);
    return { logits: Array.from(model.forward(x).dataSync()), gradients: new Map(gradients) };
  });
}

describe.each(MODEL_BACKENDS)('the forms of a scale on %s', (backend, options) => {
  const tolerance = absolute(backend === 'reference' ? 1e-13 : 2e-6);

  beforeAll(async () => {
    await init(backend, options);
  });

  it.each(NAMES)(
    '%s scalar is the vector with equal entries, and its gradient the sum of theirs',
    async (scale) => {
      const [scalar, vector] = [build(scale, 'scalar'), build(scale, 'vector')];
      scatterScales(scalar, new Generator(5));
      vector.loadStateDict(await spread(scalar, scale, vector));
      const [one, each] = [pass(scalar), pass(vector)];
      expectClose(one.logits, each.logits, tolerance);
      for (const [name, gradient] of one.gradients) {
        const others = each.gradients.get(name)!;
        const part = others.length / gradient.length;
        const sums = gradient.map((_, i) =>
          others.slice(i * part, (i + 1) * part).reduce((sum, value) => sum + value),
        );
        expectClose(gradient, sums, tolerance);
        expect(part > 1).toBe(isOf(scale, name));
      }
      scalar.dispose();
      vector.dispose();
    },
  );

  it.each(NAMES)('%s fixed computes what the vector does at first, and stays there', async (scale) => {
    const [fixed, vector] = [build(scale, 'fixed'), build(scale, 'vector')];
    expectClose(pass(fixed).logits, pass(vector).logits, tolerance);
    const names = fixed.namedParameters().map(([name]) => name);
    const all = vector.namedParameters().map(([name]) => name);
    expect(names).toEqual(all.filter((name) => !isOf(scale, name)));
    expect(all).not.toEqual(names);

    const optimizer = createOptimizer(fixed, { learningRate: 0.1 });
    for (let i = 0; i < 3; i++) trainStep(fixed, optimizer, new Generator(i));
    const { tensors } = await optimizer.stateDict();
    expect([...tensors.keys()]).toEqual(['m', 'v'].flatMap((slot) => names.map((name) => `${slot}/${name}`)));
    // All else as there, and the scale as at first: the logits are those of the model that learned without it.
    const trained = await fixed.stateDict();
    const first = await build(scale, 'vector').stateDict();
    vector.loadStateDict(new Map([...first, ...trained]));
    expectClose(pass(fixed).logits, pass(vector).logits, tolerance);
    expectApart(pass(fixed).logits, pass(build(scale, 'fixed')).logits, absolute(1e-3));
    optimizer.dispose();
    fixed.dispose();
    vector.dispose();
  });

  it('may be fixed all at once: nothing but matrices is left to learn', () => {
    const forms = { alpha: 'fixed', sqk: 'fixed', suv: 'fixed', sz: 'fixed' } as const;
    const model = createModel(tinyConfig(forms), new Generator(1));
    for (const { rank } of model.parameters()) expect(rank).toBe(2);
    model.dispose();
  });
});

describe('the first values of a scale', () => {
  beforeAll(async () => {
    await init('reference', { dtype: 'float64' });
  });

  it('are what it acts with, whatever is stored for them', () => {
    for (const name of NAMES) {
      const logits = [0.1, 1, 30].map((stored) => {
        const model = createModel(
          tinyConfig({ [`${name}Init`]: 0.7, [`${name}Scale`]: stored }),
          new Generator(1),
        );
        for (const [tensor, parameter] of model.namedParameters()) {
          if (isOf(name, tensor)) expect(new Set(parameter.dataSync())).toEqual(new Set([stored]));
        }
        const { logits } = pass(model);
        model.dispose();
        return logits;
      });
      for (const others of logits.slice(1)) expectClose(others, logits[0], absolute(1e-13));
      const [plain, other] = [{}, { [`${name}Init`]: 0.7 }].map((given) => {
        const model = createModel(tinyConfig(given), new Generator(1));
        const { logits } = pass(model);
        model.dispose();
        return logits;
      });
      expectApart(plain, other, absolute(1e-4));
    }
  });
});
