import { beforeAll, describe, expect, it } from 'vitest';
import {
  createModel,
  createOptimizer,
  type LanguageModel,
  type ModelConfig,
  maxHiddenNormError,
  maxNormError,
  normalizeParameters,
} from '../../src/ngpt/index.js';
import { AdamW, type Parameter } from '../../src/nn/index.js';
import { assignInPlace, Generator, init, scope, type Tensor, uniform } from '../../src/tensor/index.js';
import {
  MODEL_BACKENDS,
  randomTokens,
  scatterScales,
  tinyConfig,
  trainStep,
} from '../helpers/models/models.js';
import { expectApart, expectClose, expectEach } from '../helpers/values/close.js';
import { absolute } from '../helpers/values/tolerance.js';

const ALL = ['step', 'forward', 'never'] as const;
const TYINGS = [false, true];

function build(given: Partial<ModelConfig>, seed = 1): LanguageModel {
  const model = createModel(tinyConfig({ alphaInit: 0.3, ...given }), new Generator(seed));
  scatterScales(model, new Generator(seed));
  return model;
}

/** The matrices, and the axes along which the paper has unit vectors. */
function matrices(model: LanguageModel): [Parameter, axis: number][] {
  return model.namedParameters().flatMap(([name, parameter]): [Parameter, number][] => {
    if (parameter.rank < 2) return [];
    return [[parameter, name.includes('c_proj') ? 0 : 1]];
  });
}

/** Gives every vector of every matrix another length. */
function stretch(model: LanguageModel, generator: Generator): void {
  scope(() => {
    for (const [matrix, axis] of matrices(model)) {
      const lengths = matrix.shape.map((size, i) => (i === axis ? 1 : size));
      assignInPlace(matrix, matrix.mul(uniform(generator, lengths, { low: 0.2, high: 5 })));
    }
  });
}

function lengthError(model: LanguageModel): number {
  return scope(() =>
    Math.max(
      ...matrices(model).map(([matrix, axis]) =>
        matrix.square().sum(axis).sqrt().sub(1).abs().max().itemSync(),
      ),
    ),
  );
}

function logits(model: LanguageModel): ArrayLike<number> {
  return scope(() => model.forward(randomTokens(model.config, new Generator(7))).dataSync());
}

/** Of a loss, in every parameter. */
function gradients(model: LanguageModel): Map<Parameter, Tensor> {
  model.zeroGrad();
  scope(() => {
    const [x, y] = [8, 9].map((seed) => randomTokens(model.config, new Generator(seed)));
    model.loss(x, y).backward();
  });
  return new Map(model.parameters().map((parameter) => [parameter, parameter.grad!]));
}

describe.each(MODEL_BACKENDS)('weightNorm on %s', (backend, options) => {
  const isDouble = backend === 'reference';
  const tolerance = absolute(isDouble ? 1e-13 : 5e-6);

  beforeAll(async () => {
    await init(backend, options);
  });

  it('starts with unit vectors in all three, from the same numbers', async () => {
    const states = [];
    for (const weightNorm of ALL) {
      const model = createModel(tinyConfig({ weightNorm }), new Generator(1));
      expect(lengthError(model)).toBeLessThan(isDouble ? 1e-14 : 1e-6);
      const marked = model.parameters().filter(({ unitAxis }) => unitAxis !== null);
      expect(marked).toHaveLength(weightNorm === 'step' ? 14 : 0);
      states.push(await model.stateDict());
      model.dispose();
    }
    for (const state of states.slice(1)) expect(state).toEqual(states[0]);
  });

  it('computes the same in all three where vectors are unit', () => {
    for (const tieWeights of TYINGS) {
      const models = ALL.map((weightNorm) => build({ weightNorm, tieWeights }));
      const [step, ...others] = models.map(logits);
      for (const other of others) expectClose(other, step, tolerance);
      for (const model of models) model.dispose();
    }
  });

  it('forward does not see lengths, never does', () => {
    for (const tieWeights of TYINGS) {
      for (const seed of [1, 2, 3]) {
        for (const weightNorm of ['forward', 'never'] as const) {
          const model = build({ weightNorm, tieWeights }, seed);
          const before = logits(model);
          stretch(model, new Generator(seed));
          expect(lengthError(model)).toBeGreaterThan(1);
          if (weightNorm === 'forward') expectClose(logits(model), before, tolerance);
          else expectApart(logits(model), before, absolute(0.1));
          model.dispose();
        }
      }
    }
  });

  it('forward has the tangent part of the gradient of step, which therefore lengthens vectors only', () => {
    for (const tieWeights of TYINGS) {
      const [step, forward] = (['step', 'forward'] as const).map((weightNorm) =>
        build({ weightNorm, tieWeights }),
      );
      const wanted = [...gradients(step)];
      const found = [...gradients(forward)];
      const axes = new Map(matrices(forward));
      scope(() => {
        for (const [i, [parameter, gradient]] of found.entries()) {
          const axis = axes.get(parameter);
          const [theirs, full] = wanted[i];
          if (axis === undefined) {
            expectClose(gradient, full, tolerance);
            continue;
          }
          expectEach(gradient.mul(parameter).sum(axis), 0, tolerance);
          const along = full.mul(theirs).sum(axis, true);
          expectClose(gradient, full.sub(theirs.mul(along)), tolerance);
        }
      });
      step.dispose();
      forward.dispose();
    }
  });

  it('leaves lengths to Adam unless it is step, and says of how many vectors they are kept', async () => {
    for (const weightNorm of ALL) {
      const model = build({ weightNorm });
      const optimizer = createOptimizer(model, { learningRate: 0.05 });
      for (let i = 0; i < 5; i++) trainStep(model, optimizer, new Generator(i));
      const error = lengthError(model);
      if (weightNorm === 'step') expect(error).toBeLessThan(1e-6);
      else expect(error).toBeGreaterThan(0.01);
      expect(await maxNormError(model)).toBeLessThan(1e-6);
      const tokens = randomTokens(model.config, new Generator(1));
      const hidden = await maxHiddenNormError(model, tokens);
      // The first hidden state is the embedding.
      if (weightNorm === 'never') expect(hidden).toBeGreaterThan(0.01);
      else expect(hidden).toBeLessThan(1e-6);
      const before = await model.stateDict();
      normalizeParameters(model);
      if (weightNorm !== 'step') expect(await model.stateDict()).toEqual(before);
      for (const holder of [optimizer, model, tokens]) holder.dispose();
    }
  });

  it('takes the step of AdamW unless it is step, decay of matrices included', async () => {
    for (const weightNorm of ['forward', 'never'] as const) {
      const [model, plain] = [build({ weightNorm }), build({ weightNorm })];
      const settings = { learningRate: 0.02, weightDecay: 0.3 };
      const parts = [true, false].map((isMatrix) => ({
        parameters: plain.namedParameters().filter(([, { rank }]) => rank >= 2 === isMatrix),
        weightDecay: isMatrix ? 0.3 : 0,
      }));
      const optimizers = [createOptimizer(model, settings), new AdamW(parts, settings)] as const;
      for (let i = 0; i < 3; i++) {
        trainStep(model, optimizers[0], new Generator(i));
        trainStep(plain, optimizers[1], new Generator(i));
      }
      const wanted = await plain.stateDict();
      for (const [name, { data }] of await model.stateDict())
        expectClose(data, wanted.get(name)!.data, tolerance);
      for (const holder of [...optimizers, model, plain]) holder.dispose();
    }
  });
});
