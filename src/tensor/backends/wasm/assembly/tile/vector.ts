// Products with a single row: nothing is used twice, so nothing is packed. Sampling lives on these.
// Explained in docs/learn/12-kernels.md.
import { loadPart, madd, storeTail, VECTOR, zero } from '../simd';
import { narrowTile } from './narrow';

/** c[j] = Σ over k of a[k]·B[j, k] for the n rows of B, `bRow` bytes apart; a, c and the rows of B contiguous. */
export function rowTimesRows(a: usize, b: usize, bRow: usize, c: usize, n: i32, k: i32): void {
  for (; n >= 4; n -= 4) {
    v128.store(c, fourDots(a, b, b + bRow, b + 2 * bRow, b + 3 * bRow, k));
    b += 4 * bRow;
    c += VECTOR;
  }
  if (n == 0) return;
  const b1 = b + (n > 1 ? bRow : 0);
  const b2 = b1 + (n > 2 ? bRow : 0);
  storeTail(c, fourDots(a, b, b1, b2, b2, k), n);
}

/** The products of a with four rows. */
function fourDots(a: usize, b0: usize, b1: usize, b2: usize, b3: usize, k: i32): v128 {
  let s0 = zero();
  let s1 = zero();
  let s2 = zero();
  let s3 = zero();
  // Two sums per row: one would wait for its own addition.
  let t0 = zero();
  let t1 = zero();
  let t2 = zero();
  let t3 = zero();
  for (; k >= 8; k -= 8) {
    const x = v128.load(a);
    s0 = madd(x, v128.load(b0), s0);
    s1 = madd(x, v128.load(b1), s1);
    s2 = madd(x, v128.load(b2), s2);
    s3 = madd(x, v128.load(b3), s3);
    const y = v128.load(a, VECTOR);
    t0 = madd(y, v128.load(b0, VECTOR), t0);
    t1 = madd(y, v128.load(b1, VECTOR), t1);
    t2 = madd(y, v128.load(b2, VECTOR), t2);
    t3 = madd(y, v128.load(b3, VECTOR), t3);
    a += 2 * VECTOR;
    b0 += 2 * VECTOR;
    b1 += 2 * VECTOR;
    b2 += 2 * VECTOR;
    b3 += 2 * VECTOR;
  }
  while (k > 0) {
    // Zeros on both sides past the end: zero times a stray NaN is NaN.
    const x = loadPart(a, k);
    s0 = madd(x, loadPart(b0, k), s0);
    s1 = madd(x, loadPart(b1, k), s1);
    s2 = madd(x, loadPart(b2, k), s2);
    s3 = madd(x, loadPart(b3, k), s3);
    a += VECTOR;
    b0 += VECTOR;
    b1 += VECTOR;
    b2 += VECTOR;
    b3 += VECTOR;
    k -= 4;
  }
  return sumsOfLanes(f32x4.add(s0, t0), f32x4.add(s1, t1), f32x4.add(s2, t2), f32x4.add(s3, t3));
}

/** (Σ s0, Σ s1, Σ s2, Σ s3) */
// @ts-ignore: decorator
@inline
function sumsOfLanes(s0: v128, s1: v128, s2: v128, s3: v128): v128 {
  const sum01 = f32x4.add(i32x4.shuffle(s0, s1, 0, 4, 1, 5), i32x4.shuffle(s0, s1, 2, 6, 3, 7));
  const sum23 = f32x4.add(i32x4.shuffle(s2, s3, 0, 4, 1, 5), i32x4.shuffle(s2, s3, 2, 6, 3, 7));
  return f32x4.add(i64x2.shuffle(sum01, sum23, 0, 2), i64x2.shuffle(sum01, sum23, 1, 3));
}

/** c[j] = Σ over k of a[k]·B[k, j] for n columns; the rows of B are `bStep` bytes apart, a and c contiguous. */
export function rowTimesMatrix(a: usize, b: usize, bStep: usize, c: usize, n: i32, k: i32): void {
  for (; n >= 24; n -= 24) {
    rowTimesColumns(a, b, bStep, c, k);
    b += 6 * VECTOR;
    c += 6 * VECTOR;
  }
  for (; n > 0; n -= 8) {
    narrowTile(a, 0, 4, b, bStep, c, 0, 1, n, k, false);
    b += 2 * VECTOR;
    c += 2 * VECTOR;
  }
}

/** 24 columns at once: six sums and six loads are as much as fits the registers. */
function rowTimesColumns(a: usize, b: usize, bStep: usize, c: usize, k: i32): void {
  let c0 = zero();
  let c1 = zero();
  let c2 = zero();
  let c3 = zero();
  let c4 = zero();
  let c5 = zero();
  for (; k > 0; k--) {
    const x = v128.load32_splat(a);
    c0 = madd(x, v128.load(b), c0);
    c1 = madd(x, v128.load(b, VECTOR), c1);
    c2 = madd(x, v128.load(b, 2 * VECTOR), c2);
    c3 = madd(x, v128.load(b, 3 * VECTOR), c3);
    c4 = madd(x, v128.load(b, 4 * VECTOR), c4);
    c5 = madd(x, v128.load(b, 5 * VECTOR), c5);
    a += 4;
    b += bStep;
  }
  v128.store(c, c0);
  v128.store(c, c1, VECTOR);
  v128.store(c, c2, 2 * VECTOR);
  v128.store(c, c3, 3 * VECTOR);
  v128.store(c, c4, 4 * VECTOR);
  v128.store(c, c5, 5 * VECTOR);
}
