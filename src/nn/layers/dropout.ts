import { shown } from '../../tensor/checks/describe.js';
import { requireFloats, requireLive } from '../../tensor/checks/values.js';
import { requireGenerator } from '../../tensor/create/random.js';
import { ConfigError, type Generator, type Tensor, tensor } from '../../tensor/index.js';
import { Module } from '../module.js';

/**
 * In training, sets each element to 0 with `probability` and multiplies the others by 1/(1 − probability), so that
 * the expected value stays (inverted dropout); in evaluation, does nothing at all.
 * @example
 * const dropout = new Dropout(0.5, new Generator(1));
 * dropout.eval().forward(tensor([1, 2])) // [1, 2]
 */
export class Dropout extends Module {
  /** @throws ConfigError unless 0 ≤ probability ≤ 1. `generator` should be its own: every pass draws from it. */
  constructor(
    readonly probability: number,
    readonly generator: Generator,
  ) {
    super();
    if (typeof probability !== 'number' || !(probability >= 0 && probability <= 1)) {
      throw new ConfigError(`Dropout: probability must be from 0 to 1, got ${shown(probability)}`);
    }
    requireGenerator('Dropout', generator);
  }

  /** [...] → [...] */
  forward(x: Tensor): Tensor {
    requireFloats('Dropout', x);
    requireLive('Dropout', x);
    if (!this.training || this.probability === 0) return x;
    return x.mul(this.mask(x));
  }

  private mask(x: Tensor): Tensor {
    // at probability 1 nothing is kept, and 1/0 never used
    const kept = 1 / (1 - this.probability);
    const values = Float64Array.from({ length: x.size }, () =>
      this.generator.uniform() < this.probability ? 0 : kept,
    );
    return tensor(values, x.shape, { dtype: x.dtype, backend: x.backend });
  }
}
