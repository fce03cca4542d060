// Softmax and its relatives along rows. The largest of a row is taken off first, so that no exponential
// overflows; their sum is a double. A NaN that the search for the largest passes over shows in that sum.
// Explained in docs/learn/07-fused-ops.md.

import { exp4, log4 } from './math';
import { dot, largestOf, sumOf, sumPairs } from './reduce';
import { nmadd, promoteHigh, promoteLow, storePart, storeTwo, tailMask, VECTOR } from './simd';

/** Σ exp(xᵢ − largest); with `keep` the exponentials go to `out`. */
// @ts-ignore: decorator
@inline
function sumExponentials(x: usize, out: usize, length: i32, largest: f32, keep: bool): f64 {
  const shift = f32x4.splat(largest);
  let low = f64x2.splat(0);
  let high = low;
  for (; length >= 8; length -= 8) {
    const a = exp4(f32x4.sub(v128.load(x), shift));
    const b = exp4(f32x4.sub(v128.load(x, VECTOR), shift));
    if (keep) {
      v128.store(out, a);
      v128.store(out, b, VECTOR);
      out += 2 * VECTOR;
    }
    const both = f32x4.add(a, b);
    low = f64x2.add(low, promoteLow(both));
    high = f64x2.add(high, promoteHigh(both));
    x += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    const e = v128.and(exp4(f32x4.sub(v128.load(x), shift)), tailMask(length));
    if (keep) {
      storePart(out, e, length);
      out += VECTOR;
    }
    low = f64x2.add(low, promoteLow(e));
    high = f64x2.add(high, promoteHigh(e));
    x += VECTOR;
  }
  return sumPairs(low, high);
}

function sumOfExponentials(x: usize, length: i32, largest: f32): f64 {
  return sumExponentials(x, 0, length, largest, false);
}

function writeExponentials(x: usize, out: usize, length: i32, largest: f32): f64 {
  return sumExponentials(x, out, length, largest, true);
}

// Not inlined: V8 would compute it anew in every turn of the loop that uses it.
function logOf(x: f64): f32 {
  return f32x4.extract_lane(log4(f32x4.splat(<f32>x)), 0);
}

function multiplyRow(x: usize, length: i32, factor: f32): void {
  const factors = f32x4.splat(factor);
  for (; length >= 8; length -= 8) {
    storeTwo(x, f32x4.mul(v128.load(x), factors), f32x4.mul(v128.load(x, VECTOR), factors));
    x += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    storePart(x, f32x4.mul(v128.load(x), factors), length);
    x += VECTOR;
  }
}

/** eˣ / Σeˣ for each row. */
export function softmax(x: usize, out: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    const sum = writeExponentials(x, out, columns, largestOf(x, columns));
    multiplyRow(out, columns, <f32>(1 / sum));
    x += <usize>columns << 2;
    out += <usize>columns << 2;
  }
}

/** y (g − Σ g y) for each row. */
export function softmaxBackward(g: usize, y: usize, out: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    const sum = f32x4.splat(<f32>dot(g, y, columns));
    for (let column = 0; column < columns; column += 4) {
      const at = <usize>column << 2;
      const value = f32x4.mul(v128.load(y + at), f32x4.sub(v128.load(g + at), sum));
      storePart(out + at, value, columns - column);
    }
    g += <usize>columns << 2;
    y += <usize>columns << 2;
    out += <usize>columns << 2;
  }
}

/** x − log Σeˣ for each row. */
export function logSoftmax(x: usize, out: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    const largest = largestOf(x, columns);
    const logSum = f32x4.splat(logOf(sumOfExponentials(x, columns, largest)));
    for (let column = 0; column < columns; column += 4) {
      const at = <usize>column << 2;
      const shifted = f32x4.sub(v128.load(x + at), f32x4.splat(largest));
      storePart(out + at, f32x4.sub(shifted, logSum), columns - column);
    }
    x += <usize>columns << 2;
    out += <usize>columns << 2;
  }
}

/** g − eʸ Σ g for each row. */
export function logSoftmaxBackward(g: usize, y: usize, out: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    const sum = f32x4.splat(<f32>sumOf(g, columns));
    for (let column = 0; column < columns; column += 4) {
      const at = <usize>column << 2;
      const value = nmadd(exp4(v128.load(y + at)), sum, v128.load(g + at));
      storePart(out + at, value, columns - column);
    }
    g += <usize>columns << 2;
    y += <usize>columns << 2;
    out += <usize>columns << 2;
  }
}

/** −log softmax(logits)[target] for each row; 0 where the target is `ignoreIndex` or no column at all. */
export function crossEntropy(
  logits: usize, targets: usize, out: usize, rows: i32, columns: i32, ignoreIndex: i32,
): void {
  for (let row = 0; row < rows; row++) {
    const target = load<i32>(targets);
    let loss: f32 = 0;
    if (target != ignoreIndex && <u32>target < <u32>columns) {
      const largest = largestOf(logits, columns);
      const logSum = logOf(sumOfExponentials(logits, columns, largest));
      loss = logSum - (load<f32>(logits + (<usize>target << 2)) - largest);
    }
    store<f32>(out, loss);
    logits += <usize>columns << 2;
    targets += 4;
    out += 4;
  }
}

/** g (softmax(logits) − one-hot(target)) for each row, g taken as 0 where the target is `ignoreIndex` or no column. */
export function crossEntropyBackward(
  g: usize, logits: usize, targets: usize, out: usize, rows: i32, columns: i32, ignoreIndex: i32,
): void {
  for (let row = 0; row < rows; row++) {
    const target = load<i32>(targets);
    const isColumn = <u32>target < <u32>columns;
    const gradient: f32 = isColumn && target != ignoreIndex ? load<f32>(g) : 0;
    const inverse = 1 / writeExponentials(logits, out, columns, largestOf(logits, columns));
    const atTarget = out + (<usize>target << 2);
    const targetGradient = isColumn ? <f32>((<f64>load<f32>(atTarget) * inverse - 1) * <f64>gradient) : 0;
    multiplyRow(out, columns, <f32>(inverse * <f64>gradient));
    if (isColumn) store<f32>(atTarget, targetGradient);
    g += 4;
    logits += <usize>columns << 2;
    targets += 4;
    out += <usize>columns << 2;
  }
}
