/**
 * First values of parameters. Each function returns an `Initialiser`; used as a namespace:
 * `initialise.normal({ std: 0.02 })`. Weights are [out, in], as in PyTorch.
 */
import * as create from '../tensor/create.js';
import { formatShape, type Generator, type Shape, ShapeError, type Tensor, unit } from '../tensor/index.js';

/** Makes a tensor of `shape` on the current backend. */
export type Initialiser = (shape: Shape, generator: Generator) => Tensor;

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

/**
 * Independent normal values, by default with mean 0 and standard deviation 1.
 * @example initialise.normal({ std: 0.02 })([4, 2], new Generator(1)) // shape [4, 2]
 */
export function normal(options: { mean?: number; std?: number } = {}): Initialiser {
  return (shape, generator) => create.normal(generator, shape, options);
}

/**
 * Independent values uniform in [low, high), by default [0, 1).
 * @example initialise.uniform({ low: -1 })([4, 2], new Generator(1)) // shape [4, 2]
 */
export function uniform(options: { low?: number; high?: number } = {}): Initialiser {
  return (shape, generator) => create.uniform(generator, shape, options);
}

/**
 * Every value the same.
 * @example initialise.constant(3)([2], new Generator(1)) // [3, 3]
 */
export function constant(value: number): Initialiser {
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
export function xavierNormal({ gain = 1 }: VarianceOptions = {}): Initialiser {
  return normalWithStd('xavierNormal', (fanIn, fanOut) => gain * Math.sqrt(2 / (fanIn + fanOut)));
}

/**
 * The same standard deviation, uniform.
 * @example initialise.xavierUniform()([4, 4], new Generator(1)).abs().max().lt(0.8661) // 1
 */
export function xavierUniform({ gain = 1 }: VarianceOptions = {}): Initialiser {
  return uniformWithStd('xavierUniform', (fanIn, fanOut) => gain * Math.sqrt(2 / (fanIn + fanOut)));
}

/**
 * He and others 2015: normal with std gain / √fan, gain √2 (for ReLU) by default.
 * @example initialise.kaimingNormal({ mode: 'out' })([4, 2], new Generator(1)) // shape [4, 2]
 */
export function kaimingNormal({ gain = Math.SQRT2, mode = 'in' }: KaimingOptions = {}): Initialiser {
  return normalWithStd('kaimingNormal', (fanIn, fanOut) => gain / Math.sqrt(mode === 'in' ? fanIn : fanOut));
}

/**
 * The same standard deviation, uniform.
 * @example initialise.kaimingUniform()([4, 6], new Generator(1)).abs().max().lt(1) // 1
 */
export function kaimingUniform({ gain = Math.SQRT2, mode = 'in' }: KaimingOptions = {}): Initialiser {
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
  return (shape, generator) => unit(direction(shape, generator), axis);
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
  if (shape.length !== 2)
    throw new ShapeError(`${name}: wants a weight [out, in], got ${formatShape(shape)}`);
  return [shape[1], shape[0]];
}
