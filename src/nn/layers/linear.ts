/** The layer that is one product with a learned matrix. */
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { requireTensor } from '../../tensor/checks/values.js';
import { requireGenerator } from '../../tensor/create/random.js';
import type { Generator, Tensor } from '../../tensor/index.js';
import * as initialise from '../initialisers.js';
import { Module } from '../module.js';
import { Parameter, type ParameterOptions } from '../parameter.js';
import { makeWeight, requireSizes } from './checks.js';

/** Options of `Linear`. */
export interface LinearOptions extends ParameterOptions {
  /** Add a learned [out] to the product, default false. */
  readonly bias?: boolean;
  /** First values of the weight; default PyTorch's, uniform in ±1/√in. */
  readonly initialiser?: initialise.Initialiser | undefined;
}

const LINEAR_OPTIONS: OptionNames<LinearOptions> = { unitAxis: true, bias: true, initialiser: true };

const DEFAULT_WEIGHT = initialise.kaimingUniform({ gain: Math.sqrt(1 / 3) });

/**
 * y = x·Wᵀ (+ bias): [..., in] → [..., out]. Names: `weight` [out, in] and, when asked for, `bias` [out].
 * @example
 * const linear = new Linear(3, 2, new Generator(1), { bias: true });
 * linear.forward(ones([5, 3])) // shape [5, 2]
 * String(linear) // 'Linear(weight: [2, 3], bias: [2]), 8 parameters'
 */
export class Linear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(inputs: number, outputs: number, generator: Generator, options: LinearOptions = {}) {
    super();
    requireSizes('Linear', { inputs }, 0);
    requireSizes('Linear', { outputs });
    requireGenerator('Linear', generator);
    requireKnown('Linear', options, LINEAR_OPTIONS);
    const { initialiser = DEFAULT_WEIGHT, unitAxis = null, bias = false } = options;
    this.weight = this.register(
      'weight',
      makeWeight('Linear', [outputs, inputs], generator, initialiser, unitAxis),
    );
    this.bias = bias
      ? this.register(
          'bias',
          Parameter.from(() => firstBias(inputs, outputs, generator)),
        )
      : null;
  }

  /** x [..., in] → [..., out]. @throws ShapeError when the last axis is not `in` or x is a plain vector. */
  forward(x: Tensor): Tensor {
    requireTensor('Linear', 'its input', x);
    const product = x.matmul(this.weight, { transposeB: true });
    return this.bias === null ? product : product.add(this.bias);
  }
}

/** PyTorch's: uniform in ±1/√in. */
function firstBias(inputs: number, outputs: number, generator: Generator): Tensor {
  const bound = inputs === 0 ? 0 : 1 / Math.sqrt(inputs);
  return initialise.uniform({ low: -bound, high: bound })([outputs], generator);
}
