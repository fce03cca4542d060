/** The table of vectors that turns tokens into hidden states. */
import { requireInside } from '../../tensor/checks/inside.js';
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { requireIntegers } from '../../tensor/checks/values.js';
import { requireGenerator } from '../../tensor/create/random.js';
import { type Generator, gather, type Tensor } from '../../tensor/index.js';
import * as initialise from '../initialisers.js';
import { Module } from '../module.js';
import type { Parameter, ParameterOptions } from '../parameter.js';
import { makeWeight, requireSizes } from './checks.js';

/** Options of `Embedding`. */
export interface EmbeddingOptions extends ParameterOptions {
  /** First values of the table; default normal with standard deviation 1, as in PyTorch. */
  readonly initialiser?: initialise.Initialiser | undefined;
}

const EMBEDDING_OPTIONS: OptionNames<EmbeddingOptions> = { unitAxis: true, initialiser: true };

/**
 * A learned vector for every index. Name: `weight` [count, size].
 * @example
 * const embedding = new Embedding(10, 4, new Generator(1));
 * embedding.forward(tensor(Int32Array.of(3, 7))) // shape [2, 4]
 */
export class Embedding extends Module {
  readonly weight: Parameter;

  constructor(count: number, size: number, generator: Generator, options: EmbeddingOptions = {}) {
    super();
    requireSizes('Embedding', { count, size });
    requireGenerator('Embedding', generator);
    requireKnown('Embedding', options, EMBEDDING_OPTIONS);
    const { initialiser = initialise.normal(), unitAxis = null } = options;
    this.weight = this.register(
      'weight',
      makeWeight('Embedding', [count, size], generator, initialiser, unitAxis),
    );
  }

  /**
   * int32 [...] → [..., size]. On `gpu`, where to look at indices would mean waiting for the device, one outside
   * [0, count) gives zeros.
   * @throws DataError for such an index on the other backends.
   */
  forward(indices: Tensor): Tensor {
    requireIntegers('Embedding', 'indices', indices);
    requireInside('Embedding', 'indices', indices, { limit: this.weight.shape[0], of: 'rows' });
    return gather(this.weight, indices);
  }
}
