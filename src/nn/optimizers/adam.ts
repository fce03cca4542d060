/** Adam, and AdamW with its decoupled decay. Explained in docs/learn/11-training.md. */
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { adamStepInPlace, type Tensor } from '../../tensor/index.js';
import type { Parameter } from '../parameter.js';
import { gatedAdamStepInPlace } from './gated-step.js';
import { type ParameterGroup, type ParameterList, requireDecay, requireNotNegative } from './groups.js';
import { OPTIMIZER_OPTIONS, Optimizer, type OptimizerOptions, type UpdateSettings } from './optimizer.js';
import type { Settings } from './show.js';
import { withDecay } from './with-decay.js';

/** Options of `Adam` and `AdamW`. */
export interface AdamOptions extends OptimizerOptions {
  /** Decay of the moving average of gradients, default 0.9. */
  readonly beta1?: number;
  /** Decay of the moving average of their squares, default 0.95, as nanoGPT and the paper (PyTorch: 0.999). */
  readonly beta2?: number;
  /** Added to the root of the second moment, default 1e-8. */
  readonly epsilon?: number;
  /** a of GatedAdamW, see `gatedAdamStepInPlace`: how sharply ε damps small gradients. Default 0: as Adam, which is a = 1. */
  readonly gate?: number;
  /** Adam: adds weightDecay · parameter to the gradient (L2), default 0. AdamW: see there. */
  readonly weightDecay?: number;
}

/** Those that Adam and AdamW take. */
export const ADAM_OPTIONS: OptionNames<AdamOptions> = {
  ...OPTIMIZER_OPTIONS,
  beta1: true,
  beta2: true,
  epsilon: true,
  gate: true,
};

/**
 * Adam (Kingma and Ba 2015): m and v are moving averages of the gradient and its square, and the parameter moves by
 * −learningRate · m̂ / (√v̂ + ε), the hats standing for the bias correction (nGPT paper, eq. 22, without the hats).
 * The correction counts the steps of the optimizer. State per parameter: `m/NAME` and `v/NAME`.
 * @example
 * const w = new Parameter(tensor([1]));
 * const optimizer = new Adam([w], { learningRate: 0.1 });
 * w.square().sum().backward(); // the gradient is 2
 * optimizer.step();
 * w // [0.9]
 */
export class Adam extends Optimizer {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly gate: number;

  /** @throws ConfigError for settings out of range, or a parameter or a name that comes twice. */
  constructor(parameters: ParameterList | readonly ParameterGroup[], options: AdamOptions) {
    requireKnown('Adam', options, ADAM_OPTIONS);
    super(parameters, options, ['m', 'v']);
    const { beta1 = 0.9, beta2 = 0.95, epsilon = 1e-8, gate = 0 } = options;
    requireDecay('beta1', beta1);
    requireDecay('beta2', beta2);
    requireNotNegative('epsilon', epsilon);
    requireNotNegative('gate', gate);
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.gate = gate;
  }

  protected update(
    parameter: Parameter,
    gradient: Tensor,
    gradientScale: Tensor | null,
    settings: UpdateSettings,
  ): void {
    const { learningRate, weightDecay } = settings;
    if (weightDecay === 0) {
      this.move(parameter, gradient, gradientScale, { learningRate, weightDecay: 0 });
      return;
    }
    const decayed = withDecay(parameter, gradient, gradientScale, weightDecay);
    this.move(parameter, decayed, null, { learningRate, weightDecay: 0 });
  }

  protected override settings(): Settings {
    const { beta1, beta2, epsilon, gate } = this;
    return { ...super.settings(), beta1, beta2, epsilon, ...(gate > 0 ? { gate } : {}) };
  }

  /** Adam's step, in one kernel without a gate; `weightDecay` is the decoupled one. */
  protected move(
    parameter: Parameter,
    gradient: Tensor,
    gradientScale: Tensor | null,
    settings: UpdateSettings,
  ): void {
    const [m, v] = this.slotsOf(parameter);
    const { beta1, beta2, epsilon, gate, stepCount: step } = this;
    const all = { ...settings, beta1, beta2, epsilon, step };
    if (gate === 0) adamStepInPlace(parameter, gradient, m, v, gradientScale, all);
    else gatedAdamStepInPlace(parameter, gradient, m, v, gradientScale, { ...all, gate });
  }
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019): the parameter is first multiplied by
 * 1 − learningRate · weightDecay, and gradients stay free of it. Default weightDecay 0.1, as nanoGPT (PyTorch: 0.01);
 * put norm weights and biases in a group with 0.
 * @example
 * const w = new Parameter(tensor([1]));
 * const optimizer = new AdamW([w], { learningRate: 0.1, weightDecay: 0.5 });
 * w.square().sum().backward(); // the gradient is 2
 * optimizer.step();
 * w // [0.85]
 */
export class AdamW extends Adam {
  constructor(parameters: ParameterList | readonly ParameterGroup[], options: AdamOptions) {
    requireKnown('AdamW', options, ADAM_OPTIONS);
    super(parameters, { ...options, weightDecay: options.weightDecay ?? 0.1 });
  }

  protected override update(
    parameter: Parameter,
    gradient: Tensor,
    gradientScale: Tensor | null,
    settings: UpdateSettings,
  ): void {
    this.move(parameter, gradient, gradientScale, settings);
  }
}
