/** Tensors made of numbers, of one value, of ranges, or of random ones. Explained in docs/learn/00-first-tensor.md. */
import { described } from '../checks/describe.js';
import { type OptionNames, requireKnown } from '../checks/options.js';
import { requireNumber } from '../checks/values.js';
import { wrap } from '../dispatch.js';
import { asTypedArray, filledBy, hostArray, requireInt32, type TypedArray } from '../dtype.js';
import { DTypeError, ShapeError } from '../errors.js';
import { fill } from '../ops/fill.js';
import { checkShape, formatShape, type Shape, sizeOf, stridesOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { backendOf, requireRoom, TENSOR_OPTIONS, type TensorOptions } from './place.js';
import { allOrNothing, type Generator, requireGenerator } from './random.js';

export type { TensorOptions } from './place.js';

/** Options of `arange`. */
export interface ArangeOptions extends TensorOptions {
  /** Default 0. */
  readonly start?: number;
  /** Default 1. */
  readonly step?: number;
}

/** Options of `normal`. */
export interface NormalOptions extends TensorOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Default 1. */
  readonly std?: number;
}

/** Options of `uniform`. */
export interface UniformOptions extends TensorOptions {
  /** Default 0. */
  readonly low?: number;
  /** Default 1. */
  readonly high?: number;
}

const ARANGE_OPTIONS: OptionNames<ArangeOptions> = { ...TENSOR_OPTIONS, start: true, step: true };
const NORMAL_OPTIONS: OptionNames<NormalOptions> = { ...TENSOR_OPTIONS, mean: true, std: true };
const UNIFORM_OPTIONS: OptionNames<UniformOptions> = { ...TENSOR_OPTIONS, low: true, high: true };

type Nested = number | readonly Nested[];

/** Of what is shown by nested arrays. */
const MOST_AXES = 64;

/**
 * A tensor from numbers: a flat or typed array with its shape, or nested arrays that show theirs.
 * `tensor([[1, 2], [3, 4]])`, `tensor(new Float32Array(6), [2, 3])`, `tensor(7)`.
 * int32 takes what fits it and drops fractions.
 * @throws ShapeError when the values do not fill the shape or rows differ in length, DTypeError for what is no number, and
 *   for what int32 cannot hold where that is the dtype: NaN, 2³¹.
 * @example
 * tensor([[1, 2], [3, 4]]) // [[1, 2], [3, 4]]
 * tensor(Int32Array.of(1, 2, 3, 4), [2, 2]).dtype // 'int32'
 */
export function tensor(values: Nested | TypedArray, shape?: Shape, options: TensorOptions = {}): Tensor {
  requireKnown('tensor', options, TENSOR_OPTIONS);
  const backend = backendOf('tensor', options);
  const dtype = options.dtype ?? (values instanceof Int32Array ? 'int32' : backend.floatType);
  const typed = ArrayBuffer.isView(values);
  if (typed) requireNumbers(values);
  const flat = typed ? (values as TypedArray) : flatten(values as Nested);
  const actual = shape ?? (typed ? [flat.length] : nestedShape(values as Nested));
  checkShape('tensor', actual);
  if (flat.length !== sizeOf(actual)) {
    throw new ShapeError(`tensor: ${flat.length} values do not fill ${formatShape(actual)}`);
  }
  if (dtype === 'int32' && !(flat instanceof Int32Array)) requireIntegers(flat, actual);
  return wrap(backend, backend.upload(asTypedArray(flat, dtype), dtype), actual);
}

/**
 * Every element `value`. `full([2], 7)` is [7, 7].
 * @throws ShapeError for a shape that is none, DTypeError for an int32 that does not fit.
 * @example full([2], 7) // [7, 7]
 */
export function full(shape: Shape, value: number, options: TensorOptions = {}): Tensor {
  return filled('full', shape, value, options);
}

/**
 * Zeros of any shape.
 * @throws ShapeError for a shape that is none, such as a negative size.
 * @example zeros([2, 2]) // [[0, 0], [0, 0]]
 */
export function zeros(shape: Shape, options?: TensorOptions): Tensor {
  return filled('zeros', shape, 0, options);
}

/**
 * Ones of any shape.
 * @throws ShapeError for a shape that is none, such as a negative size.
 * @example ones([3]) // [1, 1, 1]
 */
export function ones(shape: Shape, options?: TensorOptions): Tensor {
  return filled('ones', shape, 1, options);
}

/**
 * `length` values start, start + step, …
 * @example arange(3, { start: 1, step: 2 }) // [1, 3, 5]
 */
export function arange(length: number, options: ArangeOptions = {}): Tensor {
  requireKnown('arange', options, ARANGE_OPTIONS);
  const { start = 0, step = 1, ...place } = options;
  requireNumber('arange', 'start', start);
  requireNumber('arange', 'step', step);
  checkShape('arange', [length]);
  requireRoom('arange', [length], place);
  return tensor(
    filledBy('arange', length, (i) => start + i * step),
    [length],
    place,
  );
}

/**
 * `steps` values at equal distances from `start` to `end`, both included.
 * @throws ShapeError unless steps is a whole number of at least 0.
 * @example linspace(0, 1, 5) // [0, 0.25, 0.5, 0.75, 1]
 */
export function linspace(start: number, end: number, steps: number, options?: TensorOptions): Tensor {
  requireNumber('linspace', 'start', start);
  requireNumber('linspace', 'end', end);
  checkShape('linspace', [steps]);
  requireRoom('linspace', [steps], options);
  const step = (end - start) / Math.max(1, steps - 1);
  // From both ends, so that both are met exactly.
  const value = (i: number) => (2 * i < steps ? start + i * step : end - (steps - 1 - i) * step);
  return tensor(filledBy('linspace', steps, value), [steps], options);
}

/**
 * A unit matrix [rows, columns], by default a square: 1 on the diagonal, 0 elsewhere.
 * @throws ShapeError unless the sizes are whole numbers of at least 0.
 * @example eye(2) // [[1, 0], [0, 1]]
 */
export function eye(rows: number, columns = rows, options?: TensorOptions): Tensor {
  checkShape('eye', [rows, columns]);
  requireRoom('eye', [rows, columns], options);
  const values = hostArray('eye', rows * columns);
  for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = 1;
  return tensor(values, [rows, columns], options);
}

/**
 * Independent normal values; the same for the same generator on every backend.
 * @example
 * const x = normal(new Generator(1), [1000], { std: 0.02 });
 * x.shape // [1000]
 */
export function normal(generator: Generator, shape: Shape, options: NormalOptions = {}): Tensor {
  requireKnown('normal', options, NORMAL_OPTIONS);
  const { mean = 0, std = 1, ...place } = options;
  requireGenerator('normal', generator);
  requireNumber('normal', 'mean', mean);
  requireNumber('normal', 'std', std);
  checkShape('normal', shape);
  requireRoom('normal', shape, place);
  return allOrNothing(generator, () => {
    const values = generator.normals(sizeOf(shape));
    for (let i = 0; i < values.length; i++) values[i] = mean + std * values[i];
    return tensor(values, shape, place);
  });
}

/**
 * Independent values uniform in [low, high).
 * @example
 * const x = uniform(new Generator(1), [1000], { low: -1, high: 1 });
 * x.abs().max().lt(1) // 1
 */
export function uniform(generator: Generator, shape: Shape, options: UniformOptions = {}): Tensor {
  requireKnown('uniform', options, UNIFORM_OPTIONS);
  const { low = 0, high = 1, ...place } = options;
  requireGenerator('uniform', generator);
  requireNumber('uniform', 'low', low);
  requireNumber('uniform', 'high', high);
  checkShape('uniform', shape);
  requireRoom('uniform', shape, place);
  return allOrNothing(generator, () =>
    tensor(
      filledBy('uniform', sizeOf(shape), () => low + (high - low) * generator.uniform()),
      shape,
      place,
    ),
  );
}

function filled(op: string, shape: Shape, value: number, options: TensorOptions = {}): Tensor {
  checkShape(op, shape);
  requireNumber(op, 'the value', value);
  requireKnown(op, options, TENSOR_OPTIONS);
  const backend = backendOf(op, options);
  return fill(backend, shape, value, options.dtype ?? backend.floatType);
}

function requireIntegers(values: ArrayLike<number>, shape: Shape): void {
  for (let i = 0; i < values.length; i++) {
    if (Math.abs(values[i]) < 2 ** 31) continue;
    requireInt32(
      'tensor',
      values[i],
      at(stridesOf(shape).map((step, axis) => Math.floor(i / step) % shape[axis])),
    );
  }
}

function nestedShape(values: Nested): number[] {
  const shape: number[] = [];
  for (let level = values; Array.isArray(level); level = level[0]) {
    // An array that holds itself would never come to an end.
    if (shape.length === MOST_AXES)
      throw new ShapeError(`tensor: arrays are nested more than ${MOST_AXES} deep`);
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}

/** Also refuses what the types do, since values may come of JSON or of plain JavaScript. */
function flatten(values: Nested): number[] {
  const flat: number[] = [];
  const shape = nestedShape(values);
  /** Of the value at hand: the first `axis` of them. */
  const path: number[] = [];
  const visit = (level: Nested, axis: number): void => {
    if (typeof level === 'number') {
      if (axis !== shape.length) throw raggedError(shape, 'a number', path.slice(0, axis));
      flat.push(level);
      return;
    }
    if (!Array.isArray(level)) throw numberError(level, path.slice(0, axis));
    if (level.length !== shape[axis]) {
      const given = axis < shape.length ? `a row of ${level.length}` : 'an array';
      throw raggedError(shape, given, path.slice(0, axis));
    }
    for (const [i, item] of level.entries()) {
      path[axis] = i;
      visit(item, axis + 1);
    }
  };
  visit(values, 0);
  return flat;
}

function requireNumbers(values: ArrayBufferView): asserts values is TypedArray {
  const others = [DataView, BigInt64Array, BigUint64Array];
  if (others.some((other) => values instanceof other)) throw numberError(values, []);
  try {
    // Of an array without its buffer this fails, while its length is 0 and nothing more.
    (values as TypedArray).at(0);
  } catch (cause) {
    throw new DTypeError('tensor: the buffer of the array was transferred, and its numbers with it', {
      cause,
    });
  }
}

function raggedError(shape: Shape, given: string, path: readonly number[]): ShapeError {
  return new ShapeError(
    `tensor: nested arrays must have rows of equal length, the first ones show ${formatShape(shape)}, got ${given}${at(path)}`,
  );
}

function numberError(given: unknown, path: readonly number[]): DTypeError {
  return new DTypeError(`tensor: wants numbers, got ${described(given)}${at(path)}`);
}

function at(path: readonly number[]): string {
  return path.length === 0 ? '' : ` at ${formatShape(path)}`;
}
