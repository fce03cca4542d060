import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SGD, type SGDOptions } from '../../../src/nn/index.js';
import { ConfigError } from '../../../src/tensor/index.js';
import { backends, reference64 } from '../../helpers/kernels/backends.js';
import { parameterOf, setGradient } from '../../helpers/models/parameters.js';
import { expectTextbook } from '../../helpers/models/textbook.js';

/** PyTorch's loop (torch.optim.SGD, dampening 0) for one number. */
function textbook(start: number, gradients: readonly number[], options: Required<SGDOptions>): number {
  const { learningRate, momentum, weightDecay, nesterov } = options;
  let theta = start;
  let buffer: number | null = null;
  for (const given of gradients) {
    let g = given + weightDecay * theta;
    if (momentum !== 0) {
      buffer = buffer === null ? g : momentum * buffer + g;
      g = nesterov ? g + momentum * buffer : buffer;
    }
    theta -= learningRate * g;
  }
  return theta;
}

const settings = fc
  .record({
    learningRate: fc.constantFrom(0, 0.01, 0.1),
    momentum: fc.constantFrom(0, 0.5, 0.9),
    weightDecay: fc.constantFrom(0, 0.1),
    nesterov: fc.boolean(),
  })
  .map((options) => ({ ...options, nesterov: options.nesterov && options.momentum > 0 }));

describe.each(backends)('SGD on %s', (_, backend) => {
  it("is PyTorch's loop over any sequence of gradients, scaled or not", () => {
    const tolerance = backend.floatType === 'float64' ? 1e-11 : 1e-4;
    expectTextbook(
      backend,
      settings,
      (parameter, options) => new SGD([parameter], options),
      textbook,
      () => tolerance,
    );
  });

  it('is plain descent by default, without state', () => {
    const parameter = parameterOf(backend, [1, 2]);
    const optimizer = new SGD([parameter], { learningRate: 0.5 });
    setGradient(parameter, [1, -1]);
    optimizer.step();
    expect([...parameter.dataSync()]).toEqual([0.5, 2.5]);
    expect([...optimizer.state().tensors.keys()]).toEqual([]);
    expect([...new SGD([parameter], { learningRate: 1, momentum: 0.9 }).state().tensors.keys()]).toEqual([
      'momentum/0',
    ]);
  });
});

describe('settings', () => {
  it.each([{ learningRate: -1 }, { learningRate: 1, momentum: -0.1 }, { learningRate: 1, nesterov: true }])(
    '%o are refused',
    (options) => {
      expect(() => new SGD([parameterOf(reference64, [1])], options)).toThrow(ConfigError);
    },
  );
});
