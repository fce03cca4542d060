/** RMSProp, with the momentum and the centring that PyTorch has. */
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { assignInPlace, type Tensor } from '../../tensor/index.js';
import type { Parameter } from '../parameter.js';
import { type ParameterGroup, type ParameterList, requireDecay, requireNotNegative } from './groups.js';
import { OPTIMIZER_OPTIONS, Optimizer, type OptimizerOptions, type UpdateSettings } from './optimizer.js';
import type { Settings } from './show.js';
import { withDecay } from './with-decay.js';

/** Options of `RMSProp`. */
export interface RMSPropOptions extends OptimizerOptions {
  /** Decay of the moving average of squared gradients, default 0.99. */
  readonly alpha?: number;
  /** Added to its root, default 1e-8. */
  readonly epsilon?: number;
  /** Adds weightDecay · parameter to the gradient (L2), default 0. */
  readonly weightDecay?: number;
  /** Decay of the velocity, default 0: none is kept. */
  readonly momentum?: number;
  /** Divide by the deviation of gradients from their moving average, not by their size; default false. */
  readonly centered?: boolean;
}

const RMS_PROP_OPTIONS: OptionNames<RMSPropOptions> = {
  ...OPTIMIZER_OPTIONS,
  alpha: true,
  epsilon: true,
  momentum: true,
  centered: true,
};

/**
 * RMSProp (Tieleman and Hinton 2012) as in PyTorch: v is a moving average of the squared gradient, and the parameter moves
 * by −learningRate · g / (√v + ε); centered, √(v − m²) with m the moving average of g; with a momentum, by
 * −learningRate · velocity, velocity ← momentum · velocity + g / (√v + ε). State per parameter: `v/NAME`, and where they are
 * asked for `m/NAME` and `momentum/NAME`.
 * @example
 * const w = new Parameter(tensor([1]));
 * const optimizer = new RMSProp([w], { learningRate: 0.01, alpha: 0.75 });
 * w.square().sum().backward(); // the gradient is 2
 * optimizer.step();
 * w // [0.98]
 */
export class RMSProp extends Optimizer {
  readonly alpha: number;
  readonly epsilon: number;
  readonly momentum: number;
  readonly centered: boolean;

  /** @throws ConfigError for settings out of range, or a parameter or a name that comes twice. */
  constructor(parameters: ParameterList | readonly ParameterGroup[], options: RMSPropOptions) {
    requireKnown('RMSProp', options, RMS_PROP_OPTIONS);
    const { alpha = 0.99, epsilon = 1e-8, momentum = 0, centered = false } = options;
    super(parameters, options, ['v', ...(centered ? ['m'] : []), ...(momentum === 0 ? [] : ['momentum'])]);
    requireDecay('alpha', alpha);
    requireNotNegative('epsilon', epsilon);
    requireNotNegative('momentum', momentum);
    this.alpha = alpha;
    this.epsilon = epsilon;
    this.momentum = momentum;
    this.centered = centered;
  }

  protected update(
    parameter: Parameter,
    gradient: Tensor,
    gradientScale: Tensor | null,
    settings: UpdateSettings,
  ): void {
    const { learningRate, weightDecay } = settings;
    const decayed = withDecay(parameter, gradient, gradientScale, weightDecay);
    const direction = decayed.div(this.spread(parameter, decayed).add(this.epsilon));
    assignInPlace(parameter, parameter.sub(this.carriedOn(parameter, direction).mul(learningRate)));
  }

  protected override settings(): Settings {
    const { alpha, epsilon, momentum, centered } = this;
    return { ...super.settings(), alpha, epsilon, momentum, centered };
  }

  /** √v, or √(v − m²), of the averages with this gradient in them. */
  private spread(parameter: Parameter, gradient: Tensor): Tensor {
    const [v, m] = this.slotsOf(parameter);
    this.average(v, gradient.square());
    if (!this.centered) return v.sqrt();
    this.average(m, gradient);
    // Below 0 by rounding alone.
    return v.sub(m.square()).clamp(0).sqrt();
  }

  private average(average: Tensor, next: Tensor): void {
    assignInPlace(average, average.mul(this.alpha).add(next.mul(1 - this.alpha)));
  }

  /** The direction, or the velocity with it added. */
  private carriedOn(parameter: Parameter, direction: Tensor): Tensor {
    if (this.momentum === 0) return direction;
    const velocity = this.slotsOf(parameter)[this.centered ? 2 : 1];
    assignInPlace(velocity, velocity.mul(this.momentum).add(direction));
    return velocity;
  }
}
