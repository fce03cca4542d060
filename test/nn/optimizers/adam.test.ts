import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Adam, type AdamOptions, AdamW, type Parameter } from '../../../src/nn/index.js';
import { type Backend, ConfigError, scope, tensor } from '../../../src/tensor/index.js';
import { backends, reference64 } from '../../helpers/kernels/backends.js';
import { parameterOf, setGradient } from '../../helpers/models/parameters.js';
import { type GradientSequence, gradientSequences } from '../../helpers/values/arbitraries.js';
import { expectClose } from '../../helpers/values/close.js';
import { EXACT, relative } from '../../helpers/values/tolerance.js';

type Settings = Required<AdamOptions> & { readonly decoupled: boolean };

/** Algorithm 1 of Kingma and Ba, algorithm 2 of Loshchilov and Hutter, and GatedAdamW, for one number. */
class Textbook {
  private m = 0;
  private v = 0;
  private t = 0;

  constructor(
    private readonly settings: Settings,
    /** Rounds as the backend does. */
    private readonly round: (x: number) => number,
  ) {}

  step(theta: number, gradient: number): number {
    const { learningRate, beta1, beta2, epsilon, weightDecay, decoupled, gate } = this.settings;
    const decay = decoupled ? 0 : this.round(weightDecay * theta);
    const g = this.round(gradient + decay);
    this.t++;
    this.m = beta1 * this.m + (1 - beta1) * g;
    this.v = beta2 * this.v + (1 - beta2) * g * g;
    const mHat = this.m / (1 - beta1 ** this.t);
    const vHat = this.v / (1 - beta2 ** this.t);
    const kept = decoupled ? theta - learningRate * weightDecay * theta : theta;
    if (gate === 0) return kept - (learningRate * mHat) / (Math.sqrt(vHat) + epsilon);
    const d = Math.sqrt(vHat) + 1e-20;
    return kept - (learningRate * mHat) / d / (1 + (epsilon / d) ** gate);
  }
}

/**
 * Runs an optimizer beside the textbook, which starts each step from where the parameter is: near 0 the sign of a
 * rounding error, divided by √v, is a whole step, so that two right runs may part. The moments run through.
 */
function follow(
  backend: Backend,
  sequence: GradientSequence,
  options: Settings,
  factor: number | null = null,
): void {
  const parameter = parameterOf(backend, sequence.start);
  const { decoupled, ...settings } = options;
  const optimizer = new (decoupled ? AdamW : Adam)([parameter], settings);
  const double = backend.floatType === 'float64';
  const books = sequence.start.map(() => new Textbook(options, double ? (x) => x : Math.fround));
  for (const gradient of sequence.gradients) {
    const before = parameter.dataSync();
    setGradient(parameter, gradient);
    scope(() => optimizer.step({ gradientScale: factor === null ? null : tensor(factor, [], { backend }) }));
    const wanted = books.map((book, i) => book.step(before[i], gradient[i] * (factor ?? 1)));
    expectClose(parameter.dataSync(), wanted, relative(double ? 1e-13 : 2e-6));
    expectClose(parameter.grad!.dataSync(), gradient, EXACT);
  }
  parameter.dispose();
  optimizer.dispose();
}

const settings: fc.Arbitrary<Settings> = fc.record({
  learningRate: fc.constantFrom(0, 1e-3, 0.1),
  beta1: fc.constantFrom(0, 0.5, 0.9),
  beta2: fc.constantFrom(0.5, 0.95, 0.999),
  epsilon: fc.constantFrom(1e-8, 1e-3),
  weightDecay: fc.constantFrom(0, 0.1, 1),
  gate: fc.constantFrom(0, 0.5, 1, 2),
  decoupled: fc.boolean(),
});

describe.each(backends)('on %s', (_, backend) => {
  it('Adam and AdamW are their textbook loops, gated or not, over any sequence of gradients', () => {
    fc.assert(
      fc.property(gradientSequences, settings, (sequence, options) => follow(backend, sequence, options)),
      { numRuns: 200 },
    );
  });

  it('steps with scaled gradients as if they had been scaled before, decay and gradients left alone', () => {
    // powers of 2, which scale without rounding
    fc.assert(
      fc.property(gradientSequences, settings, fc.constantFrom(0, 0.25, 2), (sequence, options, factor) =>
        follow(backend, sequence, options, factor),
      ),
    );
  });

  it.each([
    ['Adam', Adam, 0],
    ['AdamW', AdamW, 0.1],
  ] as const)(
    '%s has β 0.9 and 0.95, ε 1e-8 and decay as documented by default',
    (_name, Optimizer, decay) => {
      const optimizer = new Optimizer([parameterOf(backend, [1])], { learningRate: 0.1 });
      const { beta1, beta2, epsilon, weightDecay, learningRate } = optimizer;
      expect([beta1, beta2, epsilon, weightDecay, learningRate]).toEqual([0.9, 0.95, 1e-8, decay, 0.1]);
    },
  );

  it('a gate of 1 is that of Adam itself, and one of ½ opens wider below ε and less above', () => {
    fc.assert(
      fc.property(fc.constantFrom(1e-12, 1e-9, 1e-8, 1e-6, 1e-2), (gradient) => {
        const moves = [0, 1, 0.5].map((gate) => {
          const parameter = parameterOf(backend, [0]);
          const optimizer = new Adam([parameter], { learningRate: 1, gate });
          setGradient(parameter, [gradient]);
          optimizer.step();
          return -parameter.dataSync()[0];
        });
        const [adam, one, half] = moves;
        expectClose(one, adam, relative(2e-6));
        if (gradient === 1e-8) expectClose(half, adam, relative(2e-6));
        else expect(Math.sign(half - adam)).toBe(gradient < 1e-8 ? 1 : -1);
      }),
    );
  });

  it('stays where it is under gradients of 0, and finite under gradients whose square is not', () => {
    for (const settings of [{}, { gate: 0.5 }, { gate: 0.5, epsilon: 0 }]) {
      const parameter = parameterOf(backend, [1, 2]);
      const optimizer = new Adam([parameter], { learningRate: 0.1, ...settings });
      setGradient(parameter, [0, 0]);
      optimizer.step();
      expect([...parameter.dataSync()]).toEqual([1, 2]);
      for (const size of [1e30, 1e-30]) {
        setGradient(parameter, [size, -size]);
        optimizer.step();
        for (const value of parameter.dataSync()) expect(value).toSatisfy(Number.isFinite);
      }
    }
  });
});

describe('cost of a step', () => {
  const onWasm = backends.filter(([name]) => name === 'wasm');
  const makers = [
    ['AdamW', (parameters: Parameter[]) => new AdamW(parameters, { learningRate: 0.1, weightDecay: 0.1 })],
    ['Adam', (parameters: Parameter[]) => new Adam(parameters, { learningRate: 0.1 })],
  ] as const;
  const each = onWasm.flatMap(([name, backend]) =>
    makers.map(([kind, make]) => [kind, name, backend, make] as const),
  );

  it.each(each)('of %s is one kernel per parameter on %s', (_, __, backend, make) => {
    const parameters = [[1, 2], [3], [4, 5, 6]].map((values) => parameterOf(backend, values));
    const optimizer = make(parameters);
    const step = () => {
      for (const parameter of parameters) setGradient(parameter, [...parameter.dataSync()]);
      const scale = tensor(0.5, [], { backend });
      const adam = vi.spyOn(backend.fused, 'adamStepInPlace');
      const others = (Object.keys(backend.kernels) as (keyof typeof backend.kernels)[]).map((name) =>
        vi.spyOn(backend.kernels, name),
      );
      const reads = [vi.spyOn(backend, 'read'), vi.spyOn(backend, 'readSync')];
      optimizer.step({ gradientScale: scale });
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
    { learningRate: 1, gate: -1 },
  ])('%o are refused', (options) => {
    expect(() => new Adam([parameterOf(reference64, [1])], options)).toThrow(ConfigError);
  });
});
