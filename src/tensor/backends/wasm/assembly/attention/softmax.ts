// The softmax of attention and its derivative, in place on a block of rows. Explained in docs/learn/09-attention.md.
import { decay4 } from '../math';
import { dot } from '../reduce';
import { choose, storeTwo, sumLanes, tailMask, VECTOR, zero } from '../simd';
import { TILE_ROWS } from '../tile';

/**
 * Weights below e^−44 of the largest are taken as 0. They cannot be seen beside the rounding of the others, but
 * products with them fall below the normal floats, where a processor multiplies a hundred times slower.
 */
const LOWEST_EXPONENT: f32 = -44;

/** Vectors of zeros past the last key of a row of weights: the other rows of its tile see up to TILE_ROWS − 1 more. */
export const ZEROS: i32 = (TILE_ROWS + 2) / 4;

// @ts-ignore: decorator
@inline
export function bytes(floats: i32): usize {
  return (<usize>floats) << 2;
}

/** Scores to weights, in place; row r holds `visible` + r of them, and then zeros as far as a tile may read. */
export function softmaxRows(weights: usize, weightsRow: usize, rows: i32, visible: i32, scale: f32): void {
  for (let r = 0; r < rows; r++) {
    softmaxRow(weights, visible + r, scale);
    writeZeros(weights + bytes(visible + r));
    weights += weightsRow;
  }
}

// @ts-ignore: decorator
@inline
function writeZeros(end: usize): void {
  v128.store(end, zero());
  if (ZEROS > 1) v128.store(end, zero(), VECTOR);
}

/** Eight lanes that are kept, then eight that are not. */
const MASKS = memory.data<i32>([-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0]);

export function softmaxRow(x: usize, length: i32, scale: f32): void {
  const inverse = f32x4.splat(1 / writeExponentials(x, length, scale, largestOf(x, length, scale)));
  for (; length > 0; length -= 8) {
    const first = f32x4.mul(v128.load(x), inverse);
    const second = f32x4.mul(v128.load(x, VECTOR), inverse);
    storeTwo(x, first, second);
    x += 2 * VECTOR;
  }
}

/** The largest of x·factor that is not a NaN. */
function largestOf(x: usize, length: i32, scale: f32): f32 {
  const factor = f32x4.splat(scale);
  let first = f32x4.splat(-Infinity);
  let second = first;
  for (; length >= 8; length -= 8) {
    first = f32x4.pmax(first, f32x4.mul(v128.load(x), factor));
    second = f32x4.pmax(second, f32x4.mul(v128.load(x, VECTOR), factor));
    x += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    const lowest = f32x4.splat(-Infinity);
    second = f32x4.pmax(second, choose(tailMask(length), f32x4.mul(v128.load(x), factor), lowest));
    x += VECTOR;
  }
  const largest = f32x4.pmax(first, second);
  const half = f32x4.pmax(largest, i32x4.shuffle(largest, largest, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.pmax(half, i32x4.shuffle(half, half, 1, 0, 3, 2)), 0);
}

/** exp(x·factor − largest) in place, and zeros after it to a multiple of eight; returns the sum, NaN if there is one. */
function writeExponentials(x: usize, length: i32, scale: f32, largest: f32): f32 {
  const factor = f32x4.splat(scale);
  const shift = f32x4.splat(largest);
  let firstSum = zero();
  let secondSum = firstSum;
  for (; length >= 8; length -= 8) {
    const first = weightOf(v128.load(x), factor, shift);
    const second = weightOf(v128.load(x, VECTOR), factor, shift);
    storeTwo(x, first, second);
    firstSum = f32x4.add(firstSum, first);
    secondSum = f32x4.add(secondSum, second);
    x += 2 * VECTOR;
  }
  if (length > 0) {
    const masks = MASKS + bytes(8 - length);
    const first = v128.and(weightOf(v128.load(x), factor, shift), v128.load(masks));
    const second = v128.and(weightOf(v128.load(x, VECTOR), factor, shift), v128.load(masks, VECTOR));
    storeTwo(x, first, second);
    firstSum = f32x4.add(firstSum, first);
    secondSum = f32x4.add(secondSum, second);
  }
  return sumLanes(f32x4.add(firstSum, secondSum));
}

// @ts-ignore: decorator
@inline
function weightOf(score: v128, factor: v128, shift: v128): v128 {
  const exponent = f32x4.sub(f32x4.mul(score, factor), shift);
  const lowest = f32x4.splat(LOWEST_EXPONENT);
  // Written so that a NaN passes through both the limit and the comparison.
  return v128.andnot(decay4(f32x4.pmax(exponent, lowest)), f32x4.lt(exponent, lowest));
}

/** dP to the gradient of q·kᵀ, scale·P (dP − Σ P dP), in place, with the same zeros at its edge. */
export function softmaxRowsBackward(
  dWeights: usize, weights: usize, weightsRow: usize, rows: i32, visible: i32, scale: f32,
): void {
  for (let r = 0; r < rows; r++) {
    const length = visible + r;
    softmaxRowBackward(dWeights, weights, length, scale);
    writeZeros(dWeights + bytes(length));
    dWeights += weightsRow;
    weights += weightsRow;
  }
}

function softmaxRowBackward(dWeights: usize, weights: usize, length: i32, scale: f32): void {
  const mean = f32x4.splat(<f32>dot(dWeights, weights, length));
  const factor = f32x4.splat(scale);
  for (; length > 0; length -= 8) {
    const first = f32x4.mul(v128.load(weights), f32x4.sub(v128.load(dWeights), mean));
    const second = f32x4.mul(v128.load(weights, VECTOR), f32x4.sub(v128.load(dWeights, VECTOR), mean));
    storeTwo(dWeights, f32x4.mul(factor, first), f32x4.mul(factor, second));
    dWeights += 2 * VECTOR;
    weights += 2 * VECTOR;
  }
}
