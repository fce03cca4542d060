/** Optimizers against a loop over one number that knows nothing of tensors. */
import fc, { type Arbitrary } from 'fast-check';
import type { Optimizer, Parameter } from '../../../src/nn/index.js';
import { type Backend, scope, tensor } from '../../../src/tensor/index.js';
import { tameGradientSequences } from '../values/arbitraries.js';
import { expectClose } from '../values/close.js';
import { relative } from '../values/tolerance.js';
import { parameterOf, setGradient } from './parameters.js';

/** What one number becomes from where it starts, by one gradient after the other. */
type Loop<O> = (start: number, gradients: readonly number[], options: O) => number;

/** Checks that an optimizer does what `loop` does, over any sequence of gradients, scaled or not. */
export function expectTextbook<O>(
  backend: Backend,
  settings: Arbitrary<O>,
  create: (parameter: Parameter, options: O) => Optimizer,
  loop: Loop<O>,
  tolerance: (options: O) => number,
): void {
  fc.assert(
    fc.property(tameGradientSequences, settings, fc.constantFrom(null, 0.5), (sequence, options, factor) => {
      const parameter = parameterOf(backend, sequence.start);
      const optimizer = create(parameter, options);
      for (const gradient of sequence.gradients) {
        setGradient(parameter, gradient);
        scope(() =>
          optimizer.step({ gradientScale: factor === null ? null : tensor(factor, [], { backend }) }),
        );
      }
      const column = (at: number) => sequence.gradients.map((row) => row[at] * (factor ?? 1));
      const wanted = sequence.start.map((theta, at) => loop(theta, column(at), options));
      expectClose(parameter.dataSync(), wanted, relative(tolerance(options)));
    }),
  );
}
