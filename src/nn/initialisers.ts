/**
 * First values of parameters. Each function returns an `Initialiser`; used as a namespace:
 * `initialise.normal({ std: 0.02 })`. Weights are [out, in], as in PyTorch.
 */

import { type OptionNames, requireKnown } from '../tensor/checks/options.js';
import { requireFunction, requireNumber, requireOneOf } from '../tensor/checks/values.js';
import * as create from '../tensor/create/create.js';
import {
  formatShape,
  type Generator,
  type Shape,
  ShapeError,
  scope,
  type Tensor,
  unit,
} from '../tensor/index.js';
import { checkShape, normalizeAxis } from '../tensor/shape.js';

/** Makes a tensor of `shape` on the current backend. */
export type Initialiser = (shape: Shape, generator: Generator) => Tensor;

/** Options of `normal`. */
export interface NormalInitOptions {
  readonly mean?: number;
  readonly std?: number;
}

/** Options of `uniform`. */
export interface UniformInitOptions {
  readonly low?: number;
  readonly high?: number;
}

/** Options of `xavierNormal` and `xavierUniform`. */
export interface VarianceOptions {
  /** Factor of the standard deviation. */
  readonly gain?: number;
}

/** Options of `kaimingNormal` and `kaimingUniform`. */
export interface KaimingOptions extends VarianceOptions {
  /** Keep the variance of activations (`in`, default) or of gradients (`out`). */
  readonly mode?: 'in' | 'out';
}

const NORMAL_OPTIONS: OptionNames<NormalInitOptions> = { mean: true, std: true };
const UNIFORM_OPTIONS: OptionNames<UniformInitOptions> = { low: true, high: true };
const VARIANCE_OPTIONS: OptionNames<VarianceOptions> = { gain: true };
const KAIMING_OPTIONS: OptionNames<KaimingOptions> = { ...VARIANCE_OPTIONS, mode: true };

/**
 * Independent normal values, by default with mean 0 and standard deviation 1.
 * @example initialise.normal({ std: 0.02 })([4, 2], new Generator(1)) // shape [4, 2]
 */
export function normal(options: NormalInitOptions = {}): Initialiser {
  requireKnown('normal', options, NORMAL_OPTIONS);
  return (shape, generator) => create.normal(generator, shape, options);
}

/**
 * Independent values uniform in [low, high), by default [0, 1).
 * @example initialise.uniform({ low: -1 })([4, 2], new Generator(1)) // shape [4, 2]
 */
export function uniform(options: UniformInitOptions = {}): Initialiser {
  requireKnown('uniform', options, UNIFORM_OPTIONS);
  return (shape, generator) => create.uniform(generator, shape, options);
}

/**
 * Every value the same.
 * @example initialise.constant(3)([2], new Generator(1)) // [3, 3]
 */
export function constant(value: number): Initialiser {
  requireNumber('constant', 'the value', value);
  return (shape) => create.full(shape, value);
}

/**
 * Every value 0.
 * @example initialise.zeros()([2], new Generator(1)) // [0, 0]
 */
export function zeros(): Initialiser {
  return constant(0);
}

/**
 * Every value 1.
 * @example initialise.ones()([2], new Generator(1)) // [1, 1]
 */
export function ones(): Initialiser {
  return constant(1);
}

/**
 * Glorot and Bengio 2010: normal with std gain · √(2 / (fanIn + fanOut)), gain 1 by default.
 * @example initialise.xavierNormal()([4, 2], new Generator(1)) // shape [4, 2]
 */
export function xavierNormal(options: VarianceOptions = {}): Initialiser {
  requireKnown('xavierNormal', options, VARIANCE_OPTIONS);
  const { gain = 1 } = options;
  requireNumber('xavierNormal', 'gain', gain);
  return normalWithStd('xavierNormal', (fanIn, fanOut) => gain * Math.sqrt(2 / (fanIn + fanOut)));
}

/**
 * The same standard deviation, uniform.
 * @example initialise.xavierUniform()([4, 4], new Generator(1)).abs().max().lt(0.8661) // 1
 */
export function xavierUniform(options: VarianceOptions = {}): Initialiser {
  requireKnown('xavierUniform', options, VARIANCE_OPTIONS);
  const { gain = 1 } = options;
  requireNumber('xavierUniform', 'gain', gain);
  return uniformWithStd('xavierUniform', (fanIn, fanOut) => gain * Math.sqrt(2 / (fanIn + fanOut)));
}

/**
 * He and others 2015: normal with std gain / √fan, gain √2 (for ReLU) by default.
 * @example initialise.kaimingNormal({ mode: 'out' })([4, 2], new Generator(1)) // shape [4, 2]
 */
export function kaimingNormal(options: KaimingOptions = {}): Initialiser {
  const { gain, mode } = kaiming('kaimingNormal', options);
  return normalWithStd('kaimingNormal', (fanIn, fanOut) => gain / Math.sqrt(mode === 'in' ? fanIn : fanOut));
}

/**
 * The same standard deviation, uniform.
 * @example initialise.kaimingUniform()([4, 6], new Generator(1)).abs().max().lt(1) // 1
 */
export function kaimingUniform(options: KaimingOptions = {}): Initialiser {
  const { gain, mode } = kaiming('kaimingUniform', options);
  return uniformWithStd(
    'kaimingUniform',
    (fanIn, fanOut) => gain / Math.sqrt(mode === 'in' ? fanIn : fanOut),
  );
}

/**
 * Vectors of length 1 along `axis`, made by shortening those of `direction`: uniform on the sphere when that is
 * normal with mean 0, the default.
 * @example initialise.unitVectors()([3, 2], new Generator(1)).square().sum(1) // [1, 1, 1]
 */
export function unitVectors(axis = -1, direction: Initialiser = normal()): Initialiser {
  requireFunction('unitVectors', 'the direction', direction);
  return (shape, generator) => {
    checkShape('unitVectors', shape);
    const along = normalizeAxis('unitVectors', axis, shape.length);
    return scope(() => unit(direction(shape, generator), along));
  };
}

function kaiming(name: string, options: KaimingOptions): Required<KaimingOptions> {
  requireKnown(name, options, KAIMING_OPTIONS);
  const { gain = Math.SQRT2, mode = 'in' } = options;
  requireNumber(name, 'gain', gain);
  requireOneOf(`${name}: mode`, mode, ['in', 'out']);
  return { gain, mode };
}

type StdOfFans = (fanIn: number, fanOut: number) => number;

function normalWithStd(name: string, std: StdOfFans): Initialiser {
  return (shape, generator) => create.normal(generator, shape, { std: std(...fans(name, shape)) });
}

function uniformWithStd(name: string, std: StdOfFans): Initialiser {
  return (shape, generator) => {
    // a uniform variable in [−b, b) has standard deviation b/√3
    const bound = Math.sqrt(3) * std(...fans(name, shape));
    return create.uniform(generator, shape, { low: -bound, high: bound });
  };
}

function fans(name: string, shape: Shape): [fanIn: number, fanOut: number] {
  checkShape(name, shape);
  if (shape.length !== 2)
    throw new ShapeError(`${name}: wants a weight [out, in], got ${formatShape(shape)}`);
  return [shape[1], shape[0]];
}
