import { DTypeError } from './errors.js';

/** Element types. `float64` exists on the reference backend only, for derivative checks. */
export type DType = 'float32' | 'float64' | 'int32';

export type TypedArray = Float32Array | Float64Array | Int32Array;

export const BYTES_PER_ELEMENT: Readonly<Record<DType, number>> = { float32: 4, float64: 8, int32: 4 };

/** A zeroed typed array of `length` elements. */
export function typedArray(dtype: DType, length: number): TypedArray {
  if (dtype === 'float32') return new Float32Array(length);
  return dtype === 'float64' ? new Float64Array(length) : new Int32Array(length);
}

/** `values` as the array type of `dtype`: themselves where they are that already, else a copy. */
export function asTypedArray(values: ArrayLike<number>, dtype: DType): TypedArray {
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(values);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(values);
  return values instanceof Float64Array ? values : Float64Array.from(values);
}

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
