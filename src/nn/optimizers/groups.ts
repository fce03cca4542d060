import * as checks from '../../tensor/checks.js';
import { ConfigError } from '../../tensor/index.js';
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

/** A group inside an optimizer; its settings can be changed between steps. */
export interface OptimizerGroup {
  readonly parameters: readonly NamedParameter[];
  /** null: the optimizer's. */
  learningRate: number | null;
  learningRateScale: number;
  /** null: the optimizer's. */
  weightDecay: number | null;
}

/**
 * The groups of an optimizer; a plain list is one group. A parameter without a name is called by its place among
 * all parameters, counted from 0.
 * @throws ConfigError for settings out of range, or a parameter or a name that comes twice.
 */
export function makeGroups(parameters: ParameterList | readonly ParameterGroup[]): OptimizerGroup[] {
  const given = isGroups(parameters) ? parameters : [{ parameters }];
  const names = new Set<string>();
  const seen = new Set<Parameter>();
  const name = (item: Parameter | NamedParameter): NamedParameter => {
    const named: NamedParameter = item instanceof Parameter ? [String(seen.size), item] : item;
    if (seen.has(named[1])) throw new ConfigError(`optimizer: the parameter '${named[0]}' is given twice`);
    if (names.has(named[0])) throw new ConfigError(`optimizer: two parameters have the name '${named[0]}'`);
    names.add(named[0]);
    seen.add(named[1]);
    return named;
  };
  return given.map((group: ParameterGroup) => {
    const { parameters: list, learningRate, learningRateScale = 1, weightDecay } = group;
    requireNotNegative('a group: learningRateScale', learningRateScale);
    if (learningRate !== undefined) requireNotNegative('a group: learningRate', learningRate);
    if (weightDecay !== undefined) requireNotNegative('a group: weightDecay', weightDecay);
    return {
      parameters: list.map(name),
      learningRate: learningRate ?? null,
      learningRateScale,
      weightDecay: weightDecay ?? null,
    };
  });
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
  return list.length > 0 && 'parameters' in list[0];
}
