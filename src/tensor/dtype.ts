/** What elements are, on the device and on the host. Explained in docs/learn/00-first-tensor.md. */
import { BackendError, DTypeError } from './errors.js';

/** Element types. `float64` exists on the reference backend only, for derivative checks. */
export type DType = 'float32' | 'float64' | 'int32';

/** Elements on the host, an array type for each dtype. */
export type TypedArray = Float32Array | Float64Array | Int32Array;

export const BYTES_PER_ELEMENT: Readonly<Record<DType, number>> = { float32: 4, float64: 8, int32: 4 };

/** Whether it is one: plain JavaScript may pass anything. */
export function isDType(dtype: unknown): dtype is DType {
  return typeof dtype === 'string' && Object.hasOwn(BYTES_PER_ELEMENT, dtype);
}

/** A zeroed typed array of `length` elements. */
export function typedArray(dtype: DType, length: number): TypedArray {
  if (dtype === 'float32') return new Float32Array(length);
  return dtype === 'float64' ? new Float64Array(length) : new Int32Array(length);
}

/** Zeros on the host, to be filled. @throws BackendError, in the name of `op`, where there is no room for so many. */
export function hostArray(op: string, length: number): Float64Array<ArrayBuffer> {
  try {
    return new Float64Array(length);
  } catch (cause) {
    throw new BackendError(`${op}: there is no room for ${length} numbers`, { cause });
  }
}

/** Numbers on the host, each from its place. @throws BackendError as `hostArray`. */
export function filledBy(op: string, length: number, value: (at: number) => number): Float64Array {
  const values = hostArray(op, length);
  for (let i = 0; i < length; i++) values[i] = value(i);
  return values;
}

/** `values` as the array type of `dtype`: themselves where they are that already, else a copy. */
export function asTypedArray(values: ArrayLike<number>, dtype: DType): TypedArray {
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(values);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(values);
  return values instanceof Float64Array ? values : Float64Array.from(values);
}

export const INT32_MIN = -(2 ** 31);
export const INT32_MAX = 2 ** 31 - 1;

/**
 * `value` as an int32: without its fraction, as `cast` drops it. Where `cast` takes the nearest end, a number that a user
 * wrote is refused.
 * @throws DTypeError for NaN and what int32 cannot hold, ending in `place`.
 */
export function requireInt32(op: string, value: number, place = ''): number {
  const whole = Math.trunc(value);
  if (whole >= INT32_MIN && whole <= INT32_MAX) return whole;
  throw new DTypeError(
    `${op}: int32 holds whole numbers from ${INT32_MIN} to ${INT32_MAX}, got ${value}${place}`,
  );
}

/**
 * True of the dtypes that have derivatives.
 * @example isFloat('int32') // false
 */
export function isFloat(dtype: DType): boolean {
  return dtype !== 'int32';
}

/** @throws DTypeError unless `dtype` is a float type. */
export function requireFloat(op: string, dtype: DType): void {
  if (!isFloat(dtype))
    throw new DTypeError(`${op}: wants a float tensor, got ${dtype}; use .cast('float32')`);
}

/** @throws DTypeError unless `dtype` is int32. */
export function requireInt(op: string, what: string, dtype: DType): void {
  if (dtype !== 'int32') throw new DTypeError(`${op}: ${what} must be int32, got ${dtype}`);
}
