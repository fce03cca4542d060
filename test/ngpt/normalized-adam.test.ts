import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createModel,
  type LanguageModel,
  maxHiddenNormError,
  maxNormError,
  NormalizedAdam,
} from '../../src/ngpt/index.js';
import { Adam, Parameter } from '../../src/nn/index.js';
import {
  Generator,
  init,
  liveBuffers,
  normal,
  outsideScopes,
  scope,
  type Tensor,
  tensor,
  unit,
  zeros,
} from '../../src/tensor/index.js';
import { configs, MODEL_BACKENDS, randomTokens, tinyConfig, trainStep } from '../helpers/models/models.js';
import { expectClose } from '../helpers/values/close.js';
import { seeds } from '../helpers/values/draw.js';
import { absolute } from '../helpers/values/tolerance.js';

/** What the gradients of one step are like. */
const kinds = fc.constantFrom('of a loss', 'random', 'zero', 'huge', 'tiny', 'none' as const);
type Kind = typeof kinds extends fc.Arbitrary<infer T> ? T : never;

const SIZES = { random: 1, zero: 0, huge: 1e30, tiny: 1e-30 } as const;

/** Gives every parameter a gradient of this kind. */
function setGradients(model: LanguageModel, kind: Kind, generator: Generator): void {
  model.zeroGrad();
  if (kind === 'none') return;
  if (kind === 'of a loss') {
    scope(() =>
      model.loss(randomTokens(model.config, generator), randomTokens(model.config, generator)).backward(),
    );
    return;
  }
  const std = SIZES[kind];
  for (const parameter of model.parameters()) {
    parameter.grad = outsideScopes(() => normal(generator, parameter.shape, { std }));
  }
}

describe.each(MODEL_BACKENDS)('NormalizedAdam on %s', (backend, options) => {
  beforeAll(async () => {
    await init(backend, options);
  });

  // Points 2 and 12 of the design: matrices to 1e-6, hidden states to 1e-5.
  it('keeps every matrix and every hidden state unit, whatever the gradients were', async () => {
    const steps = fc.array(fc.tuple(kinds, fc.boolean()), { maxLength: 8 });
    const rates = fc.constantFrom(0, 1e-3, 1e-2, 0.3);
    await fc.assert(
      fc.asyncProperty(
        configs('ngpt'),
        seeds,
        steps,
        rates,
        async (config, seed, kindsOfSteps, learningRate) => {
          const generator = new Generator(seed);
          const model = createModel(config, generator);
          const optimizer = new NormalizedAdam(model.namedParameters(), { learningRate });
          for (const [kind, clip] of kindsOfSteps) {
            setGradients(model, kind, generator);
            optimizer.step({ maxNorm: clip ? 1 : null });
            expect(await maxNormError(model), kind).toBeLessThan(1e-6);
          }
          const tokens = randomTokens(config, generator);
          expect(await maxHiddenNormError(model, tokens)).toBeLessThan(1e-5);
          for (const holder of [optimizer, model, tokens]) holder.dispose();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is Adam, and then unit vectors, to the last bit', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(0, 1, null), (seed, unitAxis) => {
        const generator = new Generator(seed);
        const start = scope(() => normal(generator, [5, 7]));
        const [normalized, plain] = [new Parameter(start, { unitAxis }), new Parameter(start.add(0))];
        const settings = { learningRate: 0.1, beta1: 0.8, beta2: 0.9, epsilon: 1e-6 };
        const optimizers = [
          new NormalizedAdam([normalized], settings),
          new Adam([plain], { ...settings, weightDecay: 0 }),
        ];
        scope(() => {
          const gradient = normal(generator, [5, 7]);
          for (const parameter of [normalized, plain]) parameter.grad = outsideScopes(() => gradient.add(0));
          for (const optimizer of optimizers) optimizer.step({ gradientScale: tensor(0.5) });
          const expected = unitAxis === null ? plain : unit(plain.detach(), unitAxis);
          expectClose(normalized, expected, absolute(backend === 'reference' ? 1e-15 : 1e-7));
        });
        for (const holder of [...optimizers, normalized, plain, start]) holder.dispose();
      }),
      { numRuns: 20 },
    );
  });

  it('makes a matrix unit even when its gradient is 0, and leaves one without a gradient alone', () => {
    const long = scope(() => new Parameter(tensor([[3, 4]]), { unitAxis: 1 }));
    const optimizer = new NormalizedAdam([long], { learningRate: 0.1 });
    optimizer.step();
    expect(Array.from(long.dataSync())).toEqual([3, 4]);
    long.grad = outsideScopes(() => zeros([1, 2]));
    optimizer.step();
    expectClose(long.dataSync(), [0.6, 0.8], absolute(1e-7));
    optimizer.dispose();
    long.dispose();
  });

  // Points 8 and 13 of the design.
  it('has no weight decay: scales without a gradient signal stay as they are, bit for bit', () => {
    const model = createModel(tinyConfig(), new Generator(1));
    const optimizer = new NormalizedAdam(model.namedParameters(), { learningRate: 0.1 });
    expect(optimizer.weightDecay).toBe(0);
    for (const { weightDecay } of optimizer.groups) expect(weightDecay ?? 0).toBe(0);
    const scales = model.parameters().filter(({ unitAxis }) => unitAxis === null);
    const before = scales.map((scale: Tensor) => scale.dataSync());
    for (let i = 0; i < 3; i++) {
      setGradients(model, 'zero', new Generator(i));
      optimizer.step();
    }
    expect(scales.map((scale: Tensor) => scale.dataSync())).toEqual(before);
    optimizer.dispose();
    model.dispose();
  });

  it('holds the same buffers after every step of training', () => {
    const before = liveBuffers();
    const model = createModel(tinyConfig(), new Generator(1));
    const optimizer = new NormalizedAdam(model.namedParameters(), { learningRate: 0.01 });
    const generator = new Generator(2);
    const counts = Array.from({ length: 20 }, () => {
      trainStep(model, optimizer, generator);
      return liveBuffers();
    });
    expect(new Set(counts).size).toBe(1);
    optimizer.dispose();
    model.dispose();
    expect(liveBuffers()).toBe(before);
  });
});
