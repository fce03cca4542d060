/** What all optimizers share: a step over all groups, and state that goes into checkpoints. */
import { noGrad } from '../../autograd/index.js';
import { described } from '../../tensor/checks/describe.js';
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { requireWhole } from '../../tensor/checks/values.js';
import {
  ArgumentError,
  CheckpointError,
  ConfigError,
  keep,
  scope,
  type Tensor,
  zerosLike,
} from '../../tensor/index.js';
import type { Parameter } from '../parameter.js';
import { type HostTensor, readTensors, requireFit, writeTensors } from '../state-dict.js';
import { gradientClipScale } from './clip.js';
import {
  makeGroups,
  type OptimizerGroup,
  type ParameterGroup,
  type ParameterList,
  requireNotNegative,
} from './groups.js';
import { requireReady, requireScale } from './ready.js';
import { formatOptimizer, type Settings, valueCount } from './show.js';

const inspect: unique symbol = Symbol.for('nodejs.util.inspect.custom');

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** May be changed between steps, as schedules do. */
  readonly learningRate: number;
  readonly weightDecay?: number;
}

/** What to do with the gradients before an update; at most one of the two. */
export interface StepOptions {
  /** Clip: gradients whose common length is above this count as scaled down to it. Default null: as they are. */
  readonly maxNorm?: number | null;
  /** All gradients count as multiplied by this scalar on the device. Default null: 1. */
  readonly gradientScale?: Tensor | null;
}

const STEP_OPTIONS: OptionNames<StepOptions> = { maxNorm: true, gradientScale: true };

/** Those that every optimizer takes. */
export const OPTIMIZER_OPTIONS: OptionNames<OptimizerOptions> = { learningRate: true, weightDecay: true };

/** What the update of one parameter needs to know of its group. */
export interface UpdateSettings {
  readonly learningRate: number;
  readonly weightDecay: number;
}

/** How many steps an optimizer has made, and its tensors by slot and parameter: `m/NAME`, `v/NAME`, … */
export interface OptimizerState<T> {
  readonly step: number;
  readonly tensors: Map<string, T>;
}

/**
 * Updates parameters in place from their gradients. Nothing in a step waits for the device.
 *
 * Parameters come as a list or in groups. For checkpoints each has a name: the one it comes with (as from
 * `module.namedParameters()`) or else its place in the list. A subclass says which tensors it keeps per parameter
 * (`slots`) and how it updates one.
 * @example
 * const model = new Linear(2, 1, new Generator(1));
 * const optimizer = new Adam(model.namedParameters(), { learningRate: 0.1 });
 * model.forward(ones([4, 2])).square().mean().backward();
 * optimizer.step({ maxNorm: 1 });
 * optimizer.stepCount // 1
 */
export abstract class Optimizer {
  private rate = 0;
  private decay = 0;
  readonly groups: readonly OptimizerGroup[];
  private steps = 0;
  private readonly states = new Map<Parameter, readonly Tensor[]>();

  /** @throws ConfigError for settings out of range, or a parameter or a name that comes twice. */
  constructor(
    parameters: ParameterList | readonly ParameterGroup[],
    options: OptimizerOptions,
    /** What is kept of every parameter, by name. */
    readonly slots: readonly string[],
  ) {
    const { learningRate, weightDecay = 0 } = options;
    this.learningRate = learningRate;
    this.weightDecay = weightDecay;
    this.groups = makeGroups(parameters);
  }

  /** The rate of every group that has none of its own. @throws ConfigError unless it is set to a number of at least 0. */
  get learningRate(): number {
    return this.rate;
  }

  set learningRate(rate: number) {
    requireNotNegative('learningRate', rate);
    this.rate = rate;
  }

  /** That of every group that has none of its own. @throws ConfigError as `learningRate`. */
  get weightDecay(): number {
    return this.decay;
  }

  set weightDecay(decay: number) {
    requireNotNegative('weightDecay', decay);
    this.decay = decay;
  }

  /** Steps made so far; whoever takes back what a step did sets it back too. */
  get stepCount(): number {
    return this.steps;
  }

  set stepCount(count: number) {
    requireWhole('stepCount', count, 0);
    this.steps = count;
  }

  /**
   * One update of every parameter that has a gradient; the others, their state included, stay as they are.
   * `optimizer.step({ maxNorm: 1 })` clips (see `gradientClipScale`); the gradients themselves are not changed.
   * @throws ConfigError for a maxNorm below 0, or one beside a gradientScale.
   */
  step(options: StepOptions = {}): void {
    requireKnown('step', options, STEP_OPTIONS);
    scope(() => {
      const gradientScale = this.gradientScale(options);
      requireReady(this.groups, gradientScale);
      this.stepCount++;
      for (const group of this.groups) {
        const settings = {
          learningRate: (group.learningRate ?? this.learningRate) * group.learningRateScale,
          weightDecay: group.weightDecay ?? this.weightDecay,
        };
        for (const [, parameter] of group.parameters) this.updateOne(parameter, gradientScale, settings);
      }
    });
  }

  /** Frees the gradients of all parameters. */
  zeroGrad(): void {
    for (const group of this.groups) {
      for (const [, parameter] of group.parameters) parameter.zeroGrad();
    }
  }

  /**
   * The state on the device, not a copy; tensors that no step has needed yet are made, as zeros. `only` leaves out, and
   * does not make, that of all other parameters.
   */
  state(only?: ReadonlySet<Parameter>): OptimizerState<Tensor> {
    requireOnly('state', only);
    const tensors = new Map<string, Tensor>();
    for (const { name, parameter, slot } of this.places()) {
      if (only?.has(parameter) ?? true) tensors.set(name, this.slotsOf(parameter)[slot]);
    }
    return { step: this.stepCount, tensors };
  }

  /** The state on the host, for a checkpoint. */
  async stateDict(): Promise<OptimizerState<HostTensor>> {
    const { step, tensors } = this.state();
    return { step, tensors: await readTensors(tensors) };
  }

  /**
   * Goes on from a saved state, of which `only` takes over that of some parameters; nothing is changed when anything does
   * not fit.
   * @throws CheckpointError listing every missing, unexpected and misshapen name.
   */
  loadStateDict(state: OptimizerState<HostTensor>, only?: ReadonlySet<Parameter>): void {
    const failure = (message: string) => new CheckpointError(`optimizer: ${message}`);
    requireOnly('loadStateDict', only);
    if (!((state?.tensors as unknown) instanceof Map)) {
      throw new ArgumentError(
        `loadStateDict: wants { step, tensors }, as stateDict gives them, got ${described(state)}`,
      );
    }
    requireWhole('step', state.step, 0, { failure });
    const tensors = new Map(state.tensors);
    const wanted = new Map<string, Tensor>();
    for (const { name, parameter } of this.places()) {
      if (only?.has(parameter) ?? true) wanted.set(name, parameter);
      else tensors.delete(name);
    }
    // Of the shapes of their parameters: what is refused makes no state.
    requireFit(wanted, tensors, true);
    writeTensors(this.state(only).tensors, tensors, true);
    this.stepCount = state.step;
  }

  /** Frees the state, not the parameters. */
  dispose(): void {
    for (const tensors of this.states.values()) for (const tensor of tensors) tensor.dispose();
    this.states.clear();
  }

  /**
   * Class, settings, steps made and the number of trained values, as `console.log` prints it in Node; the consoles of
   * browsers want `console.log(String(optimizer))`. Groups have a line each where there are several.
   *
   *     SGD(learningRate: 0.1, weightDecay: 0, momentum: 0.9, nesterov: false), 20 steps, 24 parameters
   */
  toString(): string {
    const { stepCount, groups } = this;
    return formatOptimizer({ type: this.constructor.name, settings: this.settings(), stepCount, groups });
  }

  /** The same, for logs; `stateDict` has the tensors. */
  toJSON(): { type: string; settings: Settings; step: number; parameters: number } {
    const { stepCount: step, groups } = this;
    return {
      type: this.constructor.name,
      settings: this.settings(),
      step,
      parameters: valueCount(groups),
    };
  }

  /** What Node's console asks for; where nesting ends (`depth` below 0) the name will do. */
  [inspect](depth: number): string {
    return depth < 0 ? `[${this.constructor.name}]` : this.toString();
  }

  /** What to print. */
  protected settings(): Settings {
    const { learningRate, weightDecay } = this;
    return { learningRate, weightDecay };
  }

  /** Changes one parameter and its state in place; runs without recording, inside a scope. */
  protected abstract update(
    parameter: Parameter,
    gradient: Tensor,
    gradientScale: Tensor | null,
    settings: UpdateSettings,
  ): void;

  /** Called after each parameter's update, in the same scope; does nothing unless a subclass overrides it. */
  protected afterUpdate(_parameter: Parameter): void {}

  /** The tensors kept for a parameter, in the order of `slots`; zeros at first. */
  protected slotsOf(parameter: Parameter): readonly Tensor[] {
    let tensors = this.states.get(parameter);
    if (tensors === undefined) {
      tensors = this.slots.map(() => keep(zerosLike(parameter)));
      this.states.set(parameter, tensors);
    }
    return tensors;
  }

  /** Of all tensors of the state, made or not, their names and what they belong to. */
  private *places(): Generator<{ name: string; parameter: Parameter; slot: number }> {
    for (const [slot, slotName] of this.slots.entries()) {
      for (const { parameters } of this.groups) {
        for (const [name, parameter] of parameters) yield { name: `${slotName}/${name}`, parameter, slot };
      }
    }
  }

  private gradientScale({ maxNorm = null, gradientScale = null }: StepOptions): Tensor | null {
    if (gradientScale !== null) requireScale(gradientScale);
    if (maxNorm === null) return gradientScale;
    if (gradientScale !== null) {
      throw new ConfigError('optimizer: step takes a maxNorm or a gradientScale, not both');
    }
    const parameters = this.groups.flatMap((group) => group.parameters.map(([, parameter]) => parameter));
    return gradientClipScale(parameters, maxNorm).scale;
  }

  private updateOne(parameter: Parameter, gradientScale: Tensor | null, settings: UpdateSettings): void {
    const gradient = parameter.grad;
    if (gradient === null) return;
    noGrad(() =>
      scope(() => {
        this.update(parameter, gradient, gradientScale, settings);
        this.afterUpdate(parameter);
      }),
    );
  }
}

/** @throws ArgumentError unless it is a set of parameters, or left out. */
function requireOnly(op: string, only: unknown): void {
  if (only === undefined || only instanceof Set) return;
  throw new ArgumentError(`${op}: only is a Set of parameters, got ${described(only)}`);
}
