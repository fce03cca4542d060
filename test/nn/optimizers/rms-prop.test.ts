import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RMSProp, type RMSPropOptions } from '../../../src/nn/index.js';
import { ConfigError } from '../../../src/tensor/index.js';
import { backends, reference64 } from '../../helpers/kernels/backends.js';
import { parameterOf, setGradient } from '../../helpers/models/parameters.js';
import { expectTextbook } from '../../helpers/models/textbook.js';
import { expectClose } from '../../helpers/values/close.js';
import { relative } from '../../helpers/values/tolerance.js';

/** PyTorch's loop (torch.optim.RMSprop) for one number. */
function textbook(start: number, gradients: readonly number[], options: Required<RMSPropOptions>): number {
  const { learningRate, weightDecay, alpha, epsilon, momentum, centered } = options;
  let [theta, square, mean, velocity] = [start, 0, 0, 0];
  for (const given of gradients) {
    const g = given + weightDecay * theta;
    square = alpha * square + (1 - alpha) * g * g;
    mean = alpha * mean + (1 - alpha) * g;
    const spread = Math.sqrt(Math.max(0, centered ? square - mean * mean : square)) + epsilon;
    velocity = momentum * velocity + g / spread;
    theta -= learningRate * velocity;
  }
  return theta;
}

const settings = fc.record({
  learningRate: fc.constantFrom(0, 0.01, 0.1),
  weightDecay: fc.constantFrom(0, 0.1),
  alpha: fc.constantFrom(0.5, 0.9),
  // Large, so that no rounding is blown up where gradients are 0 or all alike.
  epsilon: fc.constantFrom(0.1, 1),
  momentum: fc.constantFrom(0, 0.5),
  centered: fc.boolean(),
});

describe.each(backends)('RMSProp on %s', (_, backend) => {
  it("is PyTorch's loop over any sequence of gradients, scaled or not", () => {
    const isExact = backend.floatType === 'float64';
    // √(v − m²) takes the root of what cancels: half the digits.
    const tolerance = ({ centered }: RMSPropOptions) => (isExact ? 1e-7 : centered ? 1e-2 : 1e-4);
    expectTextbook(
      backend,
      settings,
      (parameter, options) => new RMSProp([parameter], options),
      textbook,
      tolerance,
    );
  });

  it('moves by the sign of the gradient at first, ten times as far as later', () => {
    const parameter = parameterOf(backend, [1, 2]);
    const optimizer = new RMSProp([parameter], { learningRate: 0.01 });
    setGradient(parameter, [4, -4]);
    optimizer.step();
    expectClose(parameter.dataSync(), [0.9, 2.1], relative(1e-6));
  });

  it('keeps what its settings ask for', () => {
    const slots = (options: Omit<RMSPropOptions, 'learningRate'>) => [
      ...new RMSProp([parameterOf(backend, [1])], { learningRate: 1, ...options }).state().tensors.keys(),
    ];
    expect(slots({})).toEqual(['v/0']);
    expect(slots({ centered: true, momentum: 0.5 })).toEqual(['v/0', 'm/0', 'momentum/0']);
    expect(slots({ momentum: 0.5 })).toEqual(['v/0', 'momentum/0']);
  });
});

describe('RMSProp', () => {
  it.each([
    { alpha: 1 },
    { alpha: -0.1 },
    { epsilon: -1 },
    { momentum: -0.1 },
    { weightDecay: -1 },
    { learningRate: -1 },
  ])('refuses %o', (options) => {
    expect(() => new RMSProp([parameterOf(reference64, [1])], { learningRate: 1, ...options })).toThrow(
      ConfigError,
    );
  });

  it('prints its settings', () => {
    expect(String(new RMSProp([parameterOf(reference64, [1])], { learningRate: 0.1, momentum: 0.9 }))).toBe(
      'RMSProp(learningRate: 0.1, weightDecay: 0, alpha: 0.99, epsilon: 1e-8, momentum: 0.9, centered: false), 0 steps, 1 parameter',
    );
  });
});
