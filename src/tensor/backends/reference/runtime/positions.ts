/** Where elements and rows lie in memory, worked out from strides. */
import { reducedShape, type Shape, sizeOf, stridesOf } from '../../../shape.js';

/**
 * Where each element of `shape`, in row-major order, lies in an array with these strides: at
 * start + Σ index[axis]·strides[axis]. Broadcasting, transposing, cutting, joining and reducing are all a choice
 * of strides; a stride of 0 visits the same place again.
 */
export function positions(shape: Shape, strides: readonly number[], start = 0): Uint32Array {
  const result = new Uint32Array(sizeOf(shape));
  if (result.length === 0) return result;
  result[0] = start;
  // From the innermost axis outwards: the block made so far is repeated, one stride further each time.
  let block = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    for (let i = 1; i < shape[axis]; i++) {
      for (let j = 0; j < block; j++) result[i * block + j] = result[j] + i * strides[axis];
    }
    block *= shape[axis];
  }
  return result;
}

/** Where the rows along an axis begin, and how far apart their elements are. */
export function rowsAlong(
  shape: Shape,
  axis: number,
): { firsts: Uint32Array; length: number; stride: number } {
  const strides = stridesOf(shape);
  // Element 0 of every row: the positions of a size of 1 there.
  const firsts = positions(reducedShape(shape, [axis], true), strides);
  return { firsts, length: shape[axis], stride: strides[axis] };
}

/** Larger, where NaN is larger than every number. */
export function exceeds(a: number, b: number): boolean {
  return a > b || (Number.isNaN(a) && !Number.isNaN(b));
}
