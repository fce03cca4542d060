// Root-mean-square normalization of rows and its derivative; the sums and factors are doubles.
// Explained in docs/learn/07-fused-ops.md.

import { scaleRow } from './unit';
import { demoteRow, squares, sumPairs } from '../reduce';
import { demote, loadPair, madd64, storePart, VECTOR } from '../simd';

/** x / √(mean(x²) + epsilon) ⊙ weight for each row. */
export function rmsNorm(x: usize, weight: usize, out: usize, rows: i32, columns: i32, epsilon: f64): void {
  for (let row = 0; row < rows; row++) {
    scaleRow(x, out, columns, inverseRms(x, columns, epsilon));
    multiplyBy(out, weight, columns);
    x += <usize>columns << 2;
    out += <usize>columns << 2;
  }
}

/** x ← x ⊙ weight. */
// @ts-ignore: decorator
@inline
function multiplyBy(x: usize, weight: usize, length: i32): void {
  for (; length > 0; length -= 4) {
    storePart(x, f32x4.mul(v128.load(x), v128.load(weight)), length);
    x += VECTOR;
    weight += VECTOR;
  }
}

// Not inlined: V8 would compute it anew in every turn of the loop that uses it.
function inverseRms(x: usize, columns: i32, epsilon: f64): f64 {
  return 1 / sqrt(squares(x, columns) / <f64>columns + epsilon);
}

/**
 * The gradients dx = r (g w − x r² mean(g w x)), [rows, columns], and dWeight = Σ g x r, [columns], with
 * r = 1 / √(mean(x²) + epsilon). `totals` has room for columns + 3 doubles.
 */
export function rmsNormBackward(
  g: usize, x: usize, weight: usize, dx: usize, dWeight: usize, totals: usize,
  rows: i32, columns: i32, epsilon: f64,
): void {
  memory.fill(totals, 0, <usize>columns << 3);
  for (let row = 0; row < rows; row++) {
    const inverse = inverseRms(x, columns, epsilon);
    rmsNormBackwardRow(g, x, weight, dx, totals, columns, inverse);
    g += <usize>columns << 2;
    x += <usize>columns << 2;
    dx += <usize>columns << 2;
  }
  demoteRow(totals, dWeight, columns);
}

function rmsNormBackwardRow(
  g: usize, x: usize, weight: usize, dx: usize, totals: usize, columns: i32, inverse: f64,
): void {
  const mean = tripleDot(g, x, weight, columns) / <f64>columns;
  const factor = f64x2.splat(inverse);
  const xFactor = f64x2.splat(mean * inverse * inverse);
  for (let rest = columns; rest > 0; rest -= 4) {
    const low = pairBackward(g, x, weight, totals, factor, xFactor);
    const high = pairBackward(g + 8, x + 8, weight + 8, totals + VECTOR, factor, xFactor);
    storePart(dx, demote(low, high), rest);
    g += VECTOR;
    x += VECTOR;
    weight += VECTOR;
    dx += VECTOR;
    totals += 2 * VECTOR;
  }
}

/** The gradients of two elements of x; what they add to those of the weights goes to `totals`. */
// @ts-ignore: decorator
@inline
function pairBackward(
  g: usize, x: usize, weight: usize, totals: usize, factor: v128, xFactor: v128,
): v128 {
  const gradient = loadPair(g);
  const values = loadPair(x);
  const toWeight = f64x2.mul(f64x2.mul(gradient, values), factor);
  v128.store(totals, f64x2.add(v128.load(totals), toWeight));
  return f64x2.mul(f64x2.sub(f64x2.mul(gradient, loadPair(weight)), f64x2.mul(values, xFactor)), factor);
}

/** Σ aᵢ bᵢ cᵢ. */
function tripleDot(a: usize, b: usize, c: usize, length: i32): f64 {
  let low = f64x2.splat(0);
  let high = low;
  for (; length >= 4; length -= 4) {
    low = madd64(f64x2.mul(loadPair(a), loadPair(b)), loadPair(c), low);
    high = madd64(f64x2.mul(loadPair(a + 8), loadPair(b + 8)), loadPair(c + 8), high);
    a += VECTOR;
    b += VECTOR;
    c += VECTOR;
  }
  let sum = sumPairs(low, high);
  for (; length > 0; length--) {
    sum += <f64>load<f32>(a) * <f64>load<f32>(b) * <f64>load<f32>(c);
    a += 4;
    b += 4;
    c += 4;
  }
  return sum;
}
