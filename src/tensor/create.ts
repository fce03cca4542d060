import type { Backend } from './backend.js';
import { asTypedArray, type DType, type TypedArray } from './dtype.js';
import { ShapeError } from './errors.js';
import { fill } from './ops/fill.js';
import type { Generator } from './random.js';
import { currentBackend } from './registry.js';
import { checkShape, formatShape, type Shape, sizeOf } from './shape.js';
import { Tensor } from './tensor.js';

export interface TensorOptions {
  /** Default: the backend's float type. */
  readonly dtype?: DType;
  /** Default: the current backend. */
  readonly backend?: Backend;
}

type Nested = number | readonly Nested[];

/**
 * A tensor from numbers: a flat or typed array with its shape, or nested arrays that show theirs.
 * `tensor([[1, 2], [3, 4]])`, `tensor(new Float32Array(6), [2, 3])`, `tensor(7)`.
 * @throws ShapeError when the values do not fill the shape or rows differ in length.
 */
export function tensor(values: Nested | TypedArray, shape?: Shape, options: TensorOptions = {}): Tensor {
  const backend = options.backend ?? currentBackend();
  const dtype = options.dtype ?? (values instanceof Int32Array ? 'int32' : backend.floatType);
  const typed = ArrayBuffer.isView(values);
  const flat = typed ? (values as TypedArray) : flatten(values as Nested);
  const actual = shape ?? (typed ? [flat.length] : nestedShape(values as Nested));
  checkShape('tensor', actual);
  if (flat.length !== sizeOf(actual)) {
    throw new ShapeError(`tensor: ${flat.length} values do not fill ${formatShape(actual)}`);
  }
  return Tensor.fromBuffer(backend, backend.upload(asTypedArray(flat, dtype), dtype), actual);
}

export function full(shape: Shape, value: number, options: TensorOptions = {}): Tensor {
  const backend = options.backend ?? currentBackend();
  return fill(backend, shape, value, options.dtype ?? backend.floatType);
}

export function zeros(shape: Shape, options?: TensorOptions): Tensor {
  return full(shape, 0, options);
}

export function ones(shape: Shape, options?: TensorOptions): Tensor {
  return full(shape, 1, options);
}

/** `length` values start, start + step, … */
export function arange(
  length: number,
  options: TensorOptions & { start?: number; step?: number } = {},
): Tensor {
  const { start = 0, step = 1 } = options;
  checkShape('arange', [length]);
  return tensor(
    Float64Array.from({ length }, (_, i) => start + i * step),
    [length],
    options,
  );
}

/** Independent normal values; the same for the same generator on every backend. */
export function normal(
  generator: Generator,
  shape: Shape,
  options: TensorOptions & { mean?: number; std?: number } = {},
): Tensor {
  const { mean = 0, std = 1 } = options;
  checkShape('normal', shape);
  return tensor(
    Float64Array.from({ length: sizeOf(shape) }, () => mean + std * generator.normal()),
    shape,
    options,
  );
}

/** Independent values uniform in [low, high). */
export function uniform(
  generator: Generator,
  shape: Shape,
  options: TensorOptions & { low?: number; high?: number } = {},
): Tensor {
  const { low = 0, high = 1 } = options;
  checkShape('uniform', shape);
  const values = Float64Array.from({ length: sizeOf(shape) }, () => low + (high - low) * generator.uniform());
  return tensor(values, shape, options);
}

function nestedShape(values: Nested): number[] {
  const shape: number[] = [];
  for (let level = values; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}

function flatten(values: Nested): number[] {
  const flat: number[] = [];
  const shape = nestedShape(values);
  const visit = (level: Nested, axis: number): void => {
    if (typeof level === 'number') {
      if (axis !== shape.length) throw raggedError(shape);
      flat.push(level);
      return;
    }
    if (level.length !== shape[axis]) throw raggedError(shape);
    for (const item of level) visit(item, axis + 1);
  };
  visit(values, 0);
  return flat;
}

function raggedError(shape: Shape): ShapeError {
  return new ShapeError(
    `tensor: nested arrays must have rows of equal length, the first ones show ${formatShape(shape)}`,
  );
}
