/** Groups of parameters, with rates and decays of their own. */
import { described } from '../../tensor/checks/describe.js';
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import * as checks from '../../tensor/checks/values.js';
import { ArgumentError, ConfigError, Tensor } from '../../tensor/index.js';
import { type NamedParameter, Parameter } from '../parameter.js';

/** Parameters, with names for checkpoints or without. */
export type ParameterList = readonly (Parameter | NamedParameter)[];

/** Parameters with settings of their own. */
export interface ParameterGroup {
  readonly parameters: ParameterList;
  /** Default: the optimizer's rate, as a schedule changes it. A rate given here stays until it is set anew. */
  readonly learningRate?: number;
  /** Multiplies the rate of every step, a schedule's too; default 1. */
  readonly learningRateScale?: number;
  /** Default: the optimizer's. */
  readonly weightDecay?: number;
}

/** A group inside an optimizer; its settings can be changed between steps. @throws ConfigError for one out of range. */
export class OptimizerGroup {
  private ownRate: number | null = null;
  private rateScale = 1;
  private ownDecay: number | null = null;

  constructor(readonly parameters: readonly NamedParameter[]) {}

  /** null: the optimizer's. */
  get learningRate(): number | null {
    return this.ownRate;
  }

  set learningRate(rate: number | null) {
    if (rate !== null) requireNotNegative('a group: learningRate', rate);
    this.ownRate = rate;
  }

  get learningRateScale(): number {
    return this.rateScale;
  }

  set learningRateScale(scale: number) {
    requireNotNegative('a group: learningRateScale', scale);
    this.rateScale = scale;
  }

  /** null: the optimizer's. */
  get weightDecay(): number | null {
    return this.ownDecay;
  }

  set weightDecay(decay: number | null) {
    if (decay !== null) requireNotNegative('a group: weightDecay', decay);
    this.ownDecay = decay;
  }
}

const GROUP_OPTIONS: OptionNames<ParameterGroup> = {
  parameters: true,
  learningRate: true,
  learningRateScale: true,
  weightDecay: true,
};

/**
 * The groups of an optimizer; a plain list is one group. A parameter without a name is called by its place among
 * all parameters, counted from 0.
 * @throws ConfigError for settings out of range, a parameter or a name that comes twice, or no parameters at all;
 * ArgumentError for what is no list of parameters.
 */
export function makeGroups(parameters: ParameterList | readonly ParameterGroup[]): OptimizerGroup[] {
  requireList(parameters);
  const given: readonly ParameterGroup[] = isGroups(parameters) ? parameters : [{ parameters }];
  const names = new Set<string>();
  const seen = new Set<Parameter>();
  const name = (item: Parameter | NamedParameter): NamedParameter => {
    const named: NamedParameter = item instanceof Parameter ? [String(seen.size), item] : item;
    requireParameter(named);
    if (seen.has(named[1])) throw new ConfigError(`optimizer: the parameter '${named[0]}' is given twice`);
    if (names.has(named[0])) throw new ConfigError(`optimizer: two parameters have the name '${named[0]}'`);
    names.add(named[0]);
    seen.add(named[1]);
    return named;
  };
  const groups = given.map((options) => {
    requireKnown('optimizer: a group', options, GROUP_OPTIONS);
    requireList(options.parameters);
    const group = new OptimizerGroup(options.parameters.map(name));
    group.learningRate = options.learningRate ?? null;
    group.learningRateScale = options.learningRateScale ?? 1;
    group.weightDecay = options.weightDecay ?? null;
    return group;
  });
  if (seen.size === 0) {
    throw new ConfigError(
      'optimizer: there are no parameters to train; is every sub-module registered, as this.register(name, module)?',
    );
  }
  return groups;
}

/** @throws ArgumentError for a module, a single parameter or anything else that is no list. */
function requireList(list: unknown): void {
  if (Array.isArray(list)) return;
  const isModule = typeof (list as { parameters?: unknown } | null)?.parameters === 'function';
  const given = isModule ? 'a module; pass module.parameters()' : described(list);
  throw new ArgumentError(`optimizer: wants a list of parameters, got ${given}`);
}

/** @throws ArgumentError unless it is a name with a parameter. */
function requireParameter(named: unknown): void {
  if (Array.isArray(named) && typeof named[0] === 'string' && named[1] instanceof Parameter) return;
  const hint = named instanceof Tensor ? '; new Parameter(tensor) makes one of it' : '';
  throw new ArgumentError(
    `optimizer: wants parameters, or [name, parameter], got ${described(named)}${hint}`,
  );
}

/** @throws ConfigError unless `value` is a finite number of at least 0. */
export function requireNotNegative(name: string, value: number): void {
  checks.requireNotNegative(name, value, failure);
}

/** @throws ConfigError unless 0 ≤ `value` < 1. */
export function requireDecay(name: string, value: number): void {
  checks.requireDecay(name, value, failure);
}

const failure: checks.Failure = (message) => new ConfigError(`optimizer: ${message}`);

function isGroups(list: ParameterList | readonly ParameterGroup[]): list is readonly ParameterGroup[] {
  const [first] = list as readonly unknown[];
  // A module has a method of that name.
  return typeof first === 'object' && first !== null && typeof Reflect.get(first, 'parameters') === 'object';
}
