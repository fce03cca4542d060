import { beforeAll, describe, expect, it } from 'vitest';
import { optimizerSettings } from '../../src/ngpt/create.js';
import {
  createModel,
  createOptimizer,
  GPT,
  type LanguageModel,
  maxNormError,
  NGPT,
  NormalizedAdam,
  normalizeParameters,
  type OptimizerSettings,
} from '../../src/ngpt/index.js';
import { AdamW } from '../../src/nn/index.js';
import {
  assignInPlace,
  createBackend,
  Generator,
  init,
  liveBuffers,
  outsideScopes,
  scope,
  type Tensor,
  tensor,
  withBackend,
  zerosLike,
} from '../../src/tensor/index.js';
import { MODEL_BACKENDS, tinyConfig, trainStep } from '../helpers/models/models.js';
import { expectClose } from '../helpers/values/close.js';
import { absolute } from '../helpers/values/tolerance.js';

const ARCHITECTURES = ['ngpt', 'gpt'] as const;
const ALL = MODEL_BACKENDS.flatMap(([name, options]) =>
  ARCHITECTURES.map((arch) => [name, arch, options] as const),
);

function values(model: LanguageModel): [string, number[]][] {
  return model.namedParameters().map(([name, parameter]) => [name, Array.from(parameter.dataSync())]);
}

describe.each(ALL)('on %s, %s', (backend, arch, options) => {
  beforeAll(async () => {
    await init(backend, options);
  });

  /** The losses of ten steps and the parameters after them. */
  function train(seed: number): { losses: number[]; parameters: [string, number[]][] } {
    const generator = new Generator(seed);
    const model = createModel(tinyConfig({ arch }), generator);
    const optimizer = createOptimizer(model, { learningRate: 0.01 });
    const losses = Array.from({ length: 10 }, () => trainStep(model, optimizer, generator));
    const parameters = values(model);
    for (const holder of [optimizer, model]) holder.dispose();
    return { losses, parameters };
  }

  it('makes the model that was asked for', () => {
    const model = createModel(tinyConfig({ arch }), new Generator(1));
    expect(model).toBeInstanceOf(arch === 'ngpt' ? NGPT : GPT);
    model.dispose();
  });

  it('gives the same losses and parameters for the same seed, bit for bit, and others for another', () => {
    const first = train(5);
    expect(train(5)).toEqual(first);
    expect(train(6).losses).not.toEqual(first.losses);
  });

  it('holds the same buffers after every step, and none at the end', () => {
    const before = liveBuffers();
    const model = createModel(tinyConfig({ arch }), new Generator(1));
    const optimizer = createOptimizer(model, { learningRate: 0.01 });
    const counts = Array.from({ length: 20 }, (_, seed) => {
      trainStep(model, optimizer, new Generator(seed));
      return liveBuffers();
    });
    expect(new Set(counts).size).toBe(1);
    optimizer.dispose();
    model.dispose();
    expect(liveBuffers()).toBe(before);
  });

  it('learns a text by heart', () => {
    const model = createModel(tinyConfig({ arch, alphaInit: 0.3 }), new Generator(1));
    const optimizer = createOptimizer(model, { learningRate: 0.05 });
    const loss = () =>
      scope(() => {
        const x = tensor([1, 5, 2, 9, 2, 7], [1, 6], { dtype: 'int32' });
        const y = tensor([5, 2, 9, 2, 7, 1], [1, 6], { dtype: 'int32' });
        const value = model.loss(x, y);
        model.zeroGrad();
        value.backward();
        return value.itemSync();
      });
    expect(loss()).toBeGreaterThan(1.5);
    for (let i = 0; i < 80; i++) {
      loss();
      optimizer.step();
    }
    expect(loss()).toBeLessThan(0.3);
    optimizer.dispose();
    model.dispose();
  });
});

describe('createModel', () => {
  it('gives the same model on every backend, up to rounding, and leaves the generator alike', async () => {
    const [double, wasm] = [
      await createBackend('reference', { dtype: 'float64' }),
      await createBackend('wasm'),
    ];
    for (const arch of ARCHITECTURES) {
      const generators = [new Generator(9), new Generator(9)];
      const [a, b] = [double, wasm].map((backend, i) =>
        withBackend(backend, () => createModel(tinyConfig({ arch }), generators[i])),
      );
      const other = new Map(values(b));
      for (const [name, expected] of values(a)) {
        expectClose(other.get(name)!, expected, absolute(1e-7), name);
      }
      expect(generators[0].state()).toEqual(generators[1].state());
      a.dispose();
      b.dispose();
    }
  });
});

describe('createOptimizer', () => {
  beforeAll(async () => {
    await init('reference', { dtype: 'float64' });
  });

  /** How much each parameter shrinks in a step whose gradient is 0. */
  function shrinking(arch: 'ngpt' | 'gpt', settings: { weightDecay?: number }): Map<string, number> {
    const model = createModel(tinyConfig({ arch }), new Generator(1));
    const optimizer = createOptimizer(model, { learningRate: 0.01, ...settings });
    const before = new Map(values(model));
    for (const parameter of model.parameters()) parameter.grad = outsideScopes(() => zerosLike(parameter));
    optimizer.step();
    const factors = values(model).map(([name, after]): [string, number] => [
      name,
      after[0] / before.get(name)![0],
    ]);
    optimizer.dispose();
    model.dispose();
    return new Map(factors);
  }

  it('is NormalizedAdam for nGPT, where no decay is left to be seen without a gradient', () => {
    const model = createModel(tinyConfig(), new Generator(1));
    const given = { weightDecay: 0.5, riemannian: true, maxAngle: 0.1 };
    const defaults = { weightDecay: 0, riemannian: false, maxAngle: 0 };
    for (const settings of [given, {}]) {
      const optimizer = createOptimizer(model, { learningRate: 0.01, ...settings });
      expect(optimizer).toBeInstanceOf(NormalizedAdam);
      expect(optimizer).toMatchObject({ ...defaults, ...settings });
      optimizer.dispose();
    }
    model.dispose();
    for (const [name, factor] of shrinking('ngpt', { weightDecay: 0.5 }))
      expectClose(factor, 1, absolute(5e-15), name);
  });

  it('is AdamW for the baseline: matrices decay, by 0.1 unless told otherwise, and norm weights do not', () => {
    const model = createModel(tinyConfig({ arch: 'gpt' }), new Generator(1));
    const optimizer = createOptimizer(model, { learningRate: 0.01 });
    expect(optimizer).toBeInstanceOf(AdamW);
    optimizer.dispose();
    model.dispose();
    for (const [settings, decay] of [
      [{}, 0.1],
      [{ weightDecay: 0.5 }, 0.5],
      [{ weightDecay: 0 }, 0],
    ] as const) {
      for (const [name, factor] of shrinking('gpt', settings)) {
        expectClose(factor, name.includes('rmsnorm') ? 1 : 1 - 0.01 * decay, absolute(5e-15), name);
      }
    }
  });

  it('trains every parameter', () => {
    for (const arch of ARCHITECTURES) {
      const generator = new Generator(1);
      const model = createModel(tinyConfig({ arch }), generator);
      const optimizer = createOptimizer(model, { learningRate: 0.01 });
      const before = new Map(values(model));
      trainStep(model, optimizer, generator);
      for (const [name, after] of values(model)) expect(after, name).not.toEqual(before.get(name));
      optimizer.dispose();
      model.dispose();
    }
  });

  it('finds its settings among others', () => {
    const settings = { learningRate: 0.1, weightDecay: 0, transferWidth: 64 };
    expect(optimizerSettings({ ...settings, maxIters: 5 } as OptimizerSettings)).toEqual(settings);
  });

  it('has the betas and epsilon of the design, and passes others on', () => {
    for (const arch of ARCHITECTURES) {
      const model = createModel(tinyConfig({ arch }), new Generator(1));
      const defaults = createOptimizer(model, { learningRate: 0.01 });
      expect(defaults).toMatchObject({ learningRate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 });
      const others = { learningRate: 0.1, beta1: 0.5, beta2: 0.6, epsilon: 1e-3 };
      expect(createOptimizer(model, others)).toMatchObject(others);
      model.dispose();
    }
  });
});

describe('normalizeParameters', () => {
  it('brings all matrices back to the sphere, and touches nothing else', async () => {
    await init('wasm');
    const model = createModel(tinyConfig(), new Generator(1));
    const before = new Map(values(model));
    const multiply = (parameter: Tensor) => scope(() => assignInPlace(parameter, parameter.mul(7)));
    for (const parameter of model.parameters()) multiply(parameter);
    expect(await maxNormError(model)).toBeGreaterThan(5);
    normalizeParameters(model);
    expect(await maxNormError(model)).toBeLessThan(1e-6);
    const axes = new Map(model.namedParameters().map(([name, { unitAxis }]) => [name, unitAxis]));
    for (const [name, after] of values(model)) {
      const factor = axes.get(name) === null ? 7 : 1;
      const expected = before.get(name)!.map((value) => value * factor);
      expectClose(after, expected, absolute(1e-6), name);
    }
    model.dispose();
  });

  it('does nothing to the baseline', async () => {
    await init('wasm');
    const model = createModel(tinyConfig({ arch: 'gpt' }), new Generator(1));
    const before = values(model);
    normalizeParameters(model);
    expect(values(model)).toEqual(before);
    model.dispose();
  });
});
