// A tile of 4 × 8 results, for engines that compute 128 bits at a time. Explained in docs/learn/12-kernels.md.
import { loadTail, madd, storeTail, VECTOR } from '../simd';

const ROWS: i32 = 4;
const COLUMNS: i32 = 8;

/** See `tile`. */
export function narrowTile(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  k: i32,
  accumulate: bool,
): void {
  anyTile(false, a, aRow, aStep, b, bStep, c, cRow, rows, columns, k, accumulate);
}

/** See `packedTile`. */
export function narrowPackedTile(
  a: usize,
  b: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  k: i32,
  accumulate: bool,
): void {
  anyTile(true, a, 4, 4 * ROWS, b, 4 * COLUMNS, c, cRow, rows, columns, k, accumulate);
}

/**
 * Two functions of one text: `packed`, where the rows of A lie side by side, is a constant.
 *
 * Eight sums, two vectors of B and four of A make 14 of the 15 registers an engine can use (V8 moves all loads
 * to the top of the loop). A larger tile or an unrolled loop spills sums to the stack, and ran at half the speed.
 */
// @ts-ignore: decorator
@inline
function anyTile(
  packed: bool,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  k: i32,
  accumulate: bool,
): void {
  // Rows that do not exist repeat the one before.
  let a1 = a + (rows > 1 ? aRow : 0);
  let a2 = a1 + (rows > 2 ? aRow : 0);
  let a3 = a2 + (rows > 3 ? aRow : 0);
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  for (; k > 0; k--) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, VECTOR);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = packed ? v128.load32_splat(a, 4) : v128.load32_splat(a1);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = packed ? v128.load32_splat(a, 8) : v128.load32_splat(a2);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = packed ? v128.load32_splat(a, 12) : v128.load32_splat(a3);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    a += aStep;
    if (!packed) {
      a1 += aStep;
      a2 += aStep;
      a3 += aStep;
    }
    b += bStep;
  }
  storeRow(c, c00, c01, columns, accumulate);
  if (rows > 1) storeRow(c + cRow, c10, c11, columns, accumulate);
  if (rows > 2) storeRow(c + 2 * cRow, c20, c21, columns, accumulate);
  if (rows > 3) storeRow(c + 3 * cRow, c30, c31, columns, accumulate);
}

/** Writes (or adds) the first `columns` of the eight floats in `left` and `right`. */
// @ts-ignore: decorator
@inline
function storeRow(c: usize, left: v128, right: v128, columns: i32, accumulate: bool): void {
  if (columns >= COLUMNS) {
    if (accumulate) {
      left = f32x4.add(left, v128.load(c));
      right = f32x4.add(right, v128.load(c, VECTOR));
    }
    v128.store(c, left);
    v128.store(c, right, VECTOR);
  } else {
    storePartOfRow(c, left, right, columns, accumulate);
  }
}

function storePartOfRow(c: usize, left: v128, right: v128, columns: i32, accumulate: bool): void {
  let part = left;
  if (columns >= 4) {
    v128.store(c, accumulate ? f32x4.add(left, v128.load(c)) : left);
    columns -= 4;
    c += VECTOR;
    part = right;
  }
  if (columns == 0) return;
  storeTail(c, accumulate ? f32x4.add(part, loadTail(c, columns)) : part, columns);
}
