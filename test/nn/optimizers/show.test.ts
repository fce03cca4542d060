import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { createModel, NormalizedAdam } from '../../../src/ngpt/index.js';
import { Adam, AdamW, SGD } from '../../../src/nn/index.js';
import { Generator, init, liveBuffers } from '../../../src/tensor/index.js';
import { reference64 } from '../../helpers/kernels/backends.js';
import { tinyConfig } from '../../helpers/models/models.js';
import { parameterOf, setGradient } from '../../helpers/models/parameters.js';

await init('wasm');
const [small, large] = [2, 2000].map((size) => parameterOf(reference64, Array(size).fill(1)));
afterAll(() => {
  small.dispose();
  large.dispose();
});

describe('an optimizer prints', () => {
  it('its class, settings, steps and the number of parameters, as they are at the time', () => {
    const adam = new Adam([large], { learningRate: 1e-3 });
    expect(String(adam)).toBe(
      'Adam(learningRate: 0.001, weightDecay: 0, beta1: 0.9, beta2: 0.95, epsilon: 1e-8), 0 steps, 2,000 parameters',
    );
    const sgd = new SGD([small], { learningRate: 0.1, momentum: 0.9, nesterov: true });
    setGradient(small, [1, 1]);
    sgd.step();
    sgd.learningRate = 0.05;
    expect(String(sgd)).toBe(
      'SGD(learningRate: 0.05, weightDecay: 0, momentum: 0.9, nesterov: true), 1 step, 2 parameters',
    );
    sgd.dispose();
  });

  it('a gate where there is one', () => {
    const [gated, plain] = [0.5, 0].map((gate) => String(new Adam([small], { learningRate: 1, gate })));
    expect(gated).toContain('epsilon: 1e-8, gate: 0.5), 0 steps');
    expect(plain).toContain('epsilon: 1e-8), 0 steps');
  });

  it('one of anything as one', () => {
    const optimizer = new SGD([parameterOf(reference64, [1])], { learningRate: 1 });
    expect(String(optimizer)).toMatch(/, 0 steps, 1 parameter$/);
  });

  it('its groups on a line each, with what is their own', () => {
    const own = { learningRate: 0.5, learningRateScale: 2, weightDecay: 0 };
    const groups = [{ parameters: [large] }, { parameters: [small], ...own }];
    const adam = new AdamW(groups, { learningRate: 0.25, beta2: 0.999 });
    expect(String(adam).split('\n')).toEqual([
      'AdamW(learningRate: 0.25, weightDecay: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8), 0 steps, 2,002 parameters',
      '  group 0: 2,000 parameters',
      '  group 1: learningRate: 0.5, learningRateScale: 2, weightDecay: 0, 2 parameters',
    ]);
    const [first] = String(new AdamW([...groups].reverse(), { learningRate: 0.25 })).split('\n');
    expect(first).toMatch(/^AdamW\(learningRate: 0\.25, weightDecay: 0\.1, /);
    expect(first).not.toContain('learningRateScale');
    const alone = new SGD([{ parameters: [small], weightDecay: 0.5 }], { learningRate: 1 });
    expect(String(alone)).toBe(
      'SGD(learningRate: 1, weightDecay: 0.5, momentum: 0, nesterov: false), 0 steps, 2 parameters',
    );
  });

  it('the same in Node’s console, a few lines for a model of any size, and no weights in JSON', () => {
    const model = createModel(tinyConfig(), new Generator(1));
    const optimizer = new NormalizedAdam(model.namedParameters(), { learningRate: 0.01 });
    const before = liveBuffers();
    expect(inspect(optimizer)).toBe(String(optimizer));
    expect(inspect(optimizer)).toMatch(/^NormalizedAdam\(learningRate: 0\.01, [^\n]*parameters$/);
    expect(inspect(optimizer, { depth: 0 })).toBe(String(optimizer));
    expect(inspect({ optimizer }, { depth: 0 })).toBe('{ optimizer: [NormalizedAdam] }');
    expect(JSON.parse(JSON.stringify(optimizer))).toEqual({
      type: 'NormalizedAdam',
      settings: { learningRate: 0.01, weightDecay: 0, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 },
      step: 0,
      parameters: model.parameterCount(),
    });
    expect(liveBuffers()).toBe(before);
    model.dispose();
  });
});
