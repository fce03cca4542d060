import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createModel,
  hypersphere,
  type LanguageModel,
  maxHiddenNormError,
  maxNormError,
  NormalizedAdam,
  type NormalizedAdamOptions,
  normalizeParameter,
} from '../../../src/ngpt/index.js';
import { Adam, AdamW, type HostTensor, Parameter } from '../../../src/nn/index.js';
import {
  assignInPlace,
  Generator,
  init,
  liveBuffers,
  normal,
  ones,
  outsideScopes,
  scope,
  type Tensor,
  tensor,
  unit,
  zeros,
} from '../../../src/tensor/index.js';
import { configs, MODEL_BACKENDS, randomTokens, tinyConfig, trainStep } from '../../helpers/models/models.js';
import { expectApart, expectClose } from '../../helpers/values/close.js';
import { seeds } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

const { tangentProjection } = hypersphere;

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
        configs('ngpt').map((config) => ({ ...config, weightNorm: 'step' as const })),
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

  const rate = fc.constantFrom(1e-3, 0.05, 1, 100);
  const axis = fc.constantFrom(0, 1);
  const precision = backend === 'reference' ? 1e-12 : 2e-6;

  /** A matrix [5, 7] of unit vectors along an axis, in an optimizer of its own. */
  function onSphere(unitAxis: number, options: NormalizedAdamOptions, seed: number) {
    const matrix = Parameter.from(() => unit(normal(new Generator(seed), [5, 7]), unitAxis), { unitAxis });
    return { matrix, optimizer: new NormalizedAdam([['w', matrix]], options) };
  }

  /** One step with such a gradient. */
  function step({ matrix, optimizer }: ReturnType<typeof onSphere>, gradient: () => Tensor): void {
    matrix.zeroGrad();
    matrix.grad = outsideScopes(() => scope(gradient));
    optimizer.step();
  }

  const draw = (seed: number, std = 1) => normal(new Generator(seed), [5, 7], { std });

  it('riemannian keeps first moments tangent and vectors unit, whatever the gradients were', () => {
    const sequence = fc.array(fc.tuple(seeds, fc.constantFrom(1, 0, 1e12, 1e-12)), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(axis, rate, seeds, sequence, (unitAxis, learningRate, seed, steps) => {
        const trained = onSphere(unitAxis, { learningRate, riemannian: true, weightDecay: 0.1 }, seed);
        for (const [drawn, std] of steps) {
          step(trained, () => draw(drawn, std));
          scope(() => {
            const { matrix, optimizer } = trained;
            const m = optimizer.state().tensors.get('m/w')!;
            const lengths = m.square().sum(unitAxis).sqrt();
            expectClose(
              matrix.mul(m).sum(unitAxis).div(lengths.add(1e-30)),
              zeros(lengths.shape),
              absolute(precision),
            );
            expectClose(matrix.square().sum(unitAxis), ones(lengths.shape), absolute(precision));
          });
        }
        for (const holder of [trained.optimizer, trained.matrix]) holder.dispose();
      }),
      { numRuns: 30 },
    );
  });

  it('riemannian takes no notice of what is radial in a gradient, which plain Adam does', () => {
    fc.assert(
      fc.property(axis, seeds, fc.constantFrom(-3, 0.5, 20), (unitAxis, seed, radial) => {
        const trainedWith = (riemannian: boolean) =>
          [0, radial].map((share) => {
            const trained = onSphere(unitAxis, { learningRate: 0.05, riemannian }, seed);
            for (let i = 0; i < 4; i++) {
              step(trained, () => draw(seed + 1 + i).add(trained.matrix.detach().mul(share)));
            }
            const values = trained.matrix.dataSync();
            for (const holder of [trained.optimizer, trained.matrix]) holder.dispose();
            return values;
          });
        const [tangent, both] = trainedWith(true);
        // A rounding error of a gradient counts as much as it does beside what remains of that.
        expectClose(both, tangent, absolute(backend === 'reference' ? 1e-9 : 2e-3));
        const [plain, other] = trainedWith(false);
        expectApart(other, plain, absolute(0.01));
      }),
      { numRuns: 20 },
    );
  });

  it('riemannian is the plain step after the projection of the gradient, the first time', () => {
    fc.assert(
      fc.property(axis, seeds, (unitAxis, seed) => {
        const both = [true, false].map((riemannian) =>
          onSphere(unitAxis, { learningRate: 0.05, riemannian }, seed),
        );
        const [riemannian, plain] = both;
        step(riemannian, () => draw(seed + 1));
        step(plain, () => tangentProjection(plain.matrix.detach(), draw(seed + 1), unitAxis));
        expect(riemannian.matrix.dataSync()).toEqual(plain.matrix.dataSync());
        const second = ({ optimizer }: typeof plain) => optimizer.state().tensors.get('v/w')!.dataSync();
        expect(second(riemannian)).toEqual(second(plain));
        for (const { optimizer, matrix } of both) for (const holder of [optimizer, matrix]) holder.dispose();
      }),
      { numRuns: 20 },
    );
  });

  it('maxAngle turns no vector farther, and changes no step that does not reach it', () => {
    const most = fc.constantFrom(1e-3, 0.02, 0.5, 2, Math.PI);
    const gradients = fc.array(fc.tuple(seeds, fc.constantFrom(1, 0, 1e30, 1e-30)), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(axis, rate, most, seeds, gradients, (unitAxis, learningRate, maxAngle, seed, steps) => {
        const capped = onSphere(unitAxis, { learningRate, maxAngle }, seed);
        for (const [drawn, std] of steps) {
          const free = onSphere(unitAxis, { learningRate }, seed);
          free.optimizer.loadStateDict({
            step: capped.optimizer.stepCount,
            tensors: hostState(capped.optimizer),
          });
          const before = rowsOf(capped.matrix, unitAxis);
          scope(() => assignInPlace(free.matrix, capped.matrix));
          for (const trained of [capped, free]) step(trained, () => draw(drawn, std));
          const [after, wanted] = [capped, free].map(({ matrix }) => rowsOf(matrix, unitAxis));
          after.forEach((row, i) => {
            expect(angleBetween(before[i], row)).toBeLessThan(maxAngle + precision);
            expectClose(Math.hypot(...row), 1, absolute(precision));
            if (angleBetween(before[i], wanted[i]) < maxAngle - precision) expect(row).toEqual(wanted[i]);
            else if (maxAngle < Math.PI)
              expectClose(angleBetween(before[i], row), maxAngle, absolute(precision));
          });
          for (const holder of [free.optimizer, free.matrix]) holder.dispose();
        }
        for (const holder of [capped.optimizer, capped.matrix]) holder.dispose();
      }),
      { numRuns: 40 },
    );
  });

  it.each([-1, 4, Number.NaN])('refuses a maxAngle of %s', (maxAngle) => {
    expect(() => new NormalizedAdam([], { learningRate: 1, maxAngle })).toThrow(/^maxAngle must be an angle/);
  });

  it('weightDecay shrinks matrices before they are made unit, so that a step turns them farther; scales stay', () => {
    fc.assert(
      fc.property(axis, seeds, fc.constantFrom(0.1, 1, 5), (unitAxis, seed, weightDecay) => {
        const learningRate = 0.05;
        const trained = onSphere(unitAxis, { learningRate, weightDecay }, seed);
        const [plain, scale, kept] = [0, 1, 2].map((i) =>
          Parameter.from(() => (i === 0 ? trained.matrix.add(0) : draw(i).reshape([-1]))),
        );
        scope(() => assignInPlace(kept, scale));
        const others = [
          new AdamW([plain], { learningRate, weightDecay }),
          new NormalizedAdam([scale], { learningRate, weightDecay }),
          new NormalizedAdam([kept], { learningRate }),
        ];
        step(trained, () => draw(seed + 1));
        for (const parameter of [plain, scale, kept]) {
          parameter.grad = outsideScopes(() => draw(seed + 1).reshape(parameter.shape));
        }
        for (const optimizer of others) optimizer.step();
        scope(() => expectClose(trained.matrix, unit(plain.detach(), unitAxis), absolute(precision)));
        expect(scale.dataSync()).toEqual(kept.dataSync());
        for (const holder of [...others, trained.optimizer, trained.matrix, plain, scale, kept])
          holder.dispose();
      }),
      { numRuns: 20 },
    );
  });
});

describe('NormalizedAdam of what lies on no sphere', () => {
  beforeAll(async () => {
    await init('reference', { dtype: 'float64' });
  });

  it.each([
    [[3, 2], 0.5],
    [[2, 3, 2], 0.5],
    [[4], 0],
    [[], 0],
  ])('a parameter of shape %j decays as AdamW does by %d', (shape, weightDecay) => {
    const generator = new Generator(1);
    const [a, b] = [0, 1].map(() => Parameter.from(() => normal(new Generator(2), shape)));
    const optimizers = [
      new NormalizedAdam([a], { learningRate: 0.1, weightDecay: 0.5 }),
      new AdamW([b], { learningRate: 0.1, weightDecay }),
    ];
    for (let step = 0; step < 3; step++) {
      a.grad = outsideScopes(() => normal(generator, shape));
      b.grad = outsideScopes(() => a.grad!.add(0));
      for (const optimizer of optimizers) optimizer.step();
    }
    expect(a.dataSync()).toEqual(b.dataSync());
    for (const holder of [...optimizers, a, b]) holder.dispose();
  });

  it('has the first moments of Adam, radial parts and all, unless it is riemannian', async () => {
    const [a, b] = [0, 1].map(() => new Parameter(tensor([[0.6, 0.8]]), { unitAxis: 1 }));
    const optimizers = [
      new NormalizedAdam([a], { learningRate: 0.1 }),
      new Adam([b], { learningRate: 0.1, weightDecay: 0 }),
    ];
    for (const parameter of [a, b]) parameter.grad = outsideScopes(() => tensor([[1, 2]]));
    for (const optimizer of optimizers) optimizer.step();
    for (const optimizer of optimizers) {
      const [moment] = [...(await optimizer.stateDict()).tensors.values()];
      expectClose(moment.data, [0.1, 0.2], absolute(1e-15));
    }
    for (const holder of [...optimizers, a, b]) holder.dispose();
  });
});

describe('normalizeParameter', () => {
  beforeAll(async () => {
    await init('reference', { dtype: 'float64' });
  });

  it.each([
    [
      0,
      [
        [0.6, 1],
        [0.8, 0],
      ],
    ],
    [
      1,
      [
        [3 / 5, 4 / 5],
        [1, 0],
      ],
    ],
    [
      null,
      [
        [3, 4],
        [4, 0],
      ],
    ],
  ])('makes the vectors along axis %s unit', (unitAxis, wanted) => {
    const parameter = new Parameter(
      tensor([
        [3, 4],
        [4, 0],
      ]),
      { unitAxis },
    );
    normalizeParameter(parameter);
    expectClose(parameter.dataSync(), wanted.flat(), absolute(1e-15));
    parameter.dispose();
  });

  it('leaves a tensor that has no such axis as it is', () => {
    const x = tensor([3, 4]);
    normalizeParameter(x as Parameter);
    expect(Array.from(x.dataSync())).toEqual([3, 4]);
    x.dispose();
  });
});

describe('NormalizedAdam as text', () => {
  it('has its settings, of its own only those that do something', async () => {
    await init('reference');
    const w = new Parameter(tensor([[1, 0]]), { unitAxis: 1 });
    const text = (options: Partial<NormalizedAdamOptions>) =>
      String(new NormalizedAdam([w], { learningRate: 0.1, ...options }));
    expect(text({})).toBe(
      'NormalizedAdam(learningRate: 0.1, weightDecay: 0, beta1: 0.9, beta2: 0.95, epsilon: 1e-8), 0 steps, 2 parameters',
    );
    expect(text({ riemannian: true })).toMatch(/epsilon: 1e-8, riemannian: true\), 0 steps/);
    expect(text({ maxAngle: 0.5 })).toMatch(/epsilon: 1e-8, maxAngle: 0.5\), 0 steps/);
    w.dispose();
  });
});

/** The vectors along an axis, in double precision. */
function rowsOf(matrix: Tensor, axis: number): number[][] {
  const [rows, columns] = matrix.shape;
  const values = matrix.dataSync();
  return axis === 1
    ? Array.from({ length: rows }, (_, i) =>
        Array.from({ length: columns }, (_, k) => values[i * columns + k]),
      )
    : Array.from({ length: columns }, (_, k) =>
        Array.from({ length: rows }, (_, i) => values[i * columns + k]),
      );
}

/** Between vectors of any length, without an arccosine, which has no digits near 0. */
function angleBetween(a: readonly number[], b: readonly number[]): number {
  const [lengthOfA, lengthOfB] = [Math.hypot(...a), Math.hypot(...b)];
  const [p, q] = [a.map((x) => x / lengthOfA), b.map((x) => x / lengthOfB)];
  return 2 * Math.atan2(Math.hypot(...p.map((x, i) => x - q[i])), Math.hypot(...p.map((x, i) => x + q[i])));
}

function hostState(optimizer: NormalizedAdam): Map<string, HostTensor> {
  const entries = [...optimizer.state().tensors];
  return new Map(entries.map(([name, x]) => [name, { shape: x.shape, dtype: x.dtype, data: x.dataSync() }]));
}
