/** Gradient descent, plain, with momentum, or looking ahead. */
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { assignInPlace, ConfigError, type Tensor } from '../../tensor/index.js';
import type { Parameter } from '../parameter.js';
import { type ParameterGroup, type ParameterList, requireNotNegative } from './groups.js';
import { OPTIMIZER_OPTIONS, Optimizer, type OptimizerOptions, type UpdateSettings } from './optimizer.js';
import type { Settings } from './show.js';
import { withDecay } from './with-decay.js';

/** Options of `SGD`. */
export interface SGDOptions extends OptimizerOptions {
  /** Decay of the velocity, default 0: none is kept. */
  readonly momentum?: number;
  /** Adds weightDecay · parameter to the gradient (L2), default 0. */
  readonly weightDecay?: number;
  /** Look ahead along the velocity (Nesterov); wants a momentum. */
  readonly nesterov?: boolean;
}

const SGD_OPTIONS: OptionNames<SGDOptions> = { ...OPTIMIZER_OPTIONS, momentum: true, nesterov: true };

/**
 * Gradient descent, with PyTorch's form of momentum: velocity ← momentum · velocity + g, and the parameter moves by
 * −learningRate · velocity (Nesterov: g + momentum · velocity). State per parameter: `momentum/NAME`, if any.
 * @example
 * const w = new Parameter(tensor([1]));
 * const optimizer = new SGD([w], { learningRate: 0.1 });
 * w.square().sum().backward(); // the gradient is 2
 * optimizer.step();
 * w // [0.8]
 */
export class SGD extends Optimizer {
  readonly momentum: number;
  readonly nesterov: boolean;

  /** @throws ConfigError for settings out of range, or a parameter or a name that comes twice. */
  constructor(parameters: ParameterList | readonly ParameterGroup[], options: SGDOptions) {
    requireKnown('SGD', options, SGD_OPTIONS);
    const { momentum = 0, nesterov = false } = options;
    super(parameters, options, momentum === 0 ? [] : ['momentum']);
    requireNotNegative('momentum', momentum);
    if (nesterov && momentum === 0) throw new ConfigError('optimizer: nesterov wants a momentum above 0');
    this.momentum = momentum;
    this.nesterov = nesterov;
  }

  protected update(
    parameter: Parameter,
    gradient: Tensor,
    gradientScale: Tensor | null,
    settings: UpdateSettings,
  ): void {
    const { learningRate, weightDecay } = settings;
    const decayed = withDecay(parameter, gradient, gradientScale, weightDecay);
    const direction = this.direction(parameter, decayed);
    assignInPlace(parameter, parameter.sub(direction.mul(learningRate)));
  }

  protected override settings(): Settings {
    const { momentum, nesterov } = this;
    return { ...super.settings(), momentum, nesterov };
  }

  private direction(parameter: Parameter, gradient: Tensor): Tensor {
    if (this.momentum === 0) return gradient;
    const [velocity] = this.slotsOf(parameter);
    assignInPlace(velocity, velocity.mul(this.momentum).add(gradient));
    return this.nesterov ? gradient.add(velocity.mul(this.momentum)) : velocity;
  }
}
