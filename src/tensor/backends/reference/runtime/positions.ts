import { type Shape, sizeOf } from '../../../shape.js';

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
