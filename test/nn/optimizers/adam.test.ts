import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Adam, type AdamOptions, AdamW } from '../../../src/nn/index.js';
import { type Backend, ConfigError, scope, tensor } from '../../../src/tensor/index.js';
import { backends, reference64 } from '../../helpers/backends.js';
import { expectClose } from '../../helpers/close.js';
import { parameterOf, type Sequence, sequences, setGradient } from './steps.js';

type Settings = Required<AdamOptions> & { readonly decoupled: boolean };

/** Algorithm 1 of Kingma and Ba, and algorithm 2 of Loshchilov and Hutter, for one number. */
function textbook(start: number, gradients: readonly number[], settings: Settings): number {
  const { learningRate, beta1, beta2, epsilon, weightDecay, decoupled } = settings;
  let [theta, m, v] = [start, 0, 0];
  gradients.forEach((given, i) => {
    const g = decoupled ? given : given + weightDecay * theta;
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    const mHat = m / (1 - beta1 ** (i + 1));
    const vHat = v / (1 - beta2 ** (i + 1));
    if (decoupled) theta -= learningRate * weightDecay * theta;
    theta -= (learningRate * mHat) / (Math.sqrt(vHat) + epsilon);
  });
  return theta;
}

function textbookAll({ start, gradients }: Sequence, settings: Settings): number[] {
  return start.map((theta, at) =>
    textbook(
      theta,
      gradients.map((row) => row[at]),
      settings,
    ),
  );
}

const settings = fc.record({
  learningRate: fc.constantFrom(0, 1e-3, 0.1),
  beta1: fc.constantFrom(0, 0.5, 0.9),
  beta2: fc.constantFrom(0, 0.95, 0.999),
  epsilon: fc.constantFrom(1e-8, 1e-3),
  weightDecay: fc.constantFrom(0, 0.1, 1),
});

/** A step is at most a few learning rates long; its rounding error is that times float32's, over 12 steps. */
function toleranceOf(backend: Backend): number {
  return backend.floatType === 'float64' ? 1e-10 : 1e-5;
}

describe.each(backends)('on %s', (_, backend) => {
  it.each([
    ['Adam', Adam, false],
    ['AdamW', AdamW, true],
  ] as const)('%s is its textbook loop over any sequence of gradients', (_name, Optimizer, decoupled) => {
    fc.assert(
      fc.property(sequences, settings, (sequence, options) => {
        const parameter = parameterOf(backend, sequence.start);
        const optimizer = new Optimizer([parameter], options);
        for (const gradient of sequence.gradients) {
          setGradient(parameter, gradient);
          optimizer.step();
        }
        const wanted = textbookAll(sequence, { ...options, decoupled });
        expectClose(parameter.dataSync(), wanted, toleranceOf(backend));
        parameter.dispose();
        optimizer.dispose();
      }),
    );
  });

  it('has β 0.9 and 0.95, ε 1e-8, no decay for Adam and 0.1 for AdamW', () => {
    const sequence = {
      start: [2, -3],
      gradients: [
        [1, -2],
        [0.5, 0],
      ],
    };
    for (const [Optimizer, weightDecay] of [
      [Adam, 0],
      [AdamW, 0.1],
    ] as const) {
      const parameter = parameterOf(backend, sequence.start);
      const optimizer = new Optimizer([parameter], { learningRate: 0.1 });
      for (const gradient of sequence.gradients) {
        setGradient(parameter, gradient);
        optimizer.step();
      }
      const defaults = { learningRate: 0.1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 };
      const wanted = textbookAll(sequence, { ...defaults, weightDecay, decoupled: true });
      expectClose(parameter.dataSync(), wanted, toleranceOf(backend));
    }
  });

  it('steps with scaled gradients as if they had been scaled before, decay left alone', () => {
    fc.assert(
      fc.property(sequences, settings, fc.constantFrom(0, 0.25, 2), (sequence, options, factor) => {
        for (const [Optimizer, decoupled] of [
          [Adam, false],
          [AdamW, true],
        ] as const) {
          const parameter = parameterOf(backend, sequence.start);
          const optimizer = new Optimizer([parameter], options);
          for (const gradient of sequence.gradients) {
            setGradient(parameter, gradient);
            scope(() => optimizer.step(tensor(factor, [], { backend })));
            // the gradient itself stays
            expectClose(parameter.grad!.dataSync(), gradient, 0);
          }
          const gradients = sequence.gradients.map((row) => row.map((g) => g * factor));
          const wanted = textbookAll({ start: sequence.start, gradients }, { ...options, decoupled });
          expectClose(parameter.dataSync(), wanted, toleranceOf(backend));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('stays where it is under gradients of 0, and finite under gradients whose square is not', () => {
    const parameter = parameterOf(backend, [1, 2]);
    const optimizer = new Adam([parameter], { learningRate: 0.1 });
    setGradient(parameter, [0, 0]);
    optimizer.step();
    expect([...parameter.dataSync()]).toEqual([1, 2]);
    setGradient(parameter, [1e30, -1e30]);
    optimizer.step();
    for (const value of parameter.dataSync()) expect(value).toSatisfy(Number.isFinite);
  });
});

describe('cost of a step', () => {
  it.each(backends.filter(([name]) => name === 'wasm'))('is one kernel per parameter on %s', (_, backend) => {
    const parameters = [[1, 2], [3], [4, 5, 6]].map((values) => parameterOf(backend, values));
    const optimizer = new AdamW(parameters, { learningRate: 0.1, weightDecay: 0.1 });
    const step = () => {
      for (const parameter of parameters) setGradient(parameter, [...parameter.dataSync()]);
      const scale = tensor(0.5, [], { backend });
      const adam = vi.spyOn(backend.fused, 'adamStepInPlace');
      const others = (Object.keys(backend.kernels) as (keyof typeof backend.kernels)[]).map((name) =>
        vi.spyOn(backend.kernels, name),
      );
      const reads = [vi.spyOn(backend, 'read'), vi.spyOn(backend, 'readSync')];
      optimizer.step(scale);
      const calls = [[adam], others, reads].map((spies) =>
        spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0),
      );
      vi.restoreAllMocks();
      return calls;
    };
    step();
    expect(step()).toEqual([3, 0, 0]);
  });
});

describe('settings', () => {
  it.each([
    { learningRate: -1 },
    { learningRate: Number.NaN },
    { learningRate: 1, beta1: 1 },
    { learningRate: 1, beta2: -0.1 },
    { learningRate: 1, epsilon: -1 },
    { learningRate: 1, weightDecay: -1 },
  ])('%o are refused', (options) => {
    expect(() => new Adam([parameterOf(reference64, [1])], options)).toThrow(ConfigError);
  });
});
