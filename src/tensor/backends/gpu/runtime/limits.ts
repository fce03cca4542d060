/** What the gpu backend cannot hold: it keeps every number, positions too, as float32. Explained in docs/gpu.md. */
import type { TypedArray } from '../../../dtype.js';
import { BackendError, DTypeError } from '../../../errors.js';

/** float32 holds every whole number up to here. */
const MAX_LENGTH = 2 ** 24;

/** @throws BackendError for a tensor with more elements than positions. */
export function requireCountable(length: number, name?: string): void {
  if (length <= MAX_LENGTH) return;
  const what = name === undefined ? 'a tensor' : `the result of ${name}`;
  throw new BackendError(
    `gpu: ${what} of ${length} elements is too large; kernels count positions in float32, so ${MAX_LENGTH} is the limit`,
  );
}

/** @throws DTypeError for a whole number beyond ±2²⁴ that float32 rounds. */
export function requireExact(values: TypedArray, floats: Float32Array): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== floats[i]) {
      throw new DTypeError(`gpu: int32 is kept as float32, exact up to 2^24, which cannot hold ${values[i]}`);
    }
  }
}
