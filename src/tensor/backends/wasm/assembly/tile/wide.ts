// A tile of 6 × 16 results for V8 with `--experimental-wasm-revectorize`, which makes one operation of 256 bits of two
// of 128 on neighbouring vectors: 12 sums, two vectors of B and one of A are 15 of its 16 registers. It finds the pairs
// from the stores at the end backwards, and only where nothing stands between the loop and them. A branch or a call
// there and it pairs nothing; 24 sums of 128 bits then go to the stack, at less than half the speed. So each function has
// one way to end, and partial tiles go through a buffer. Explained in docs/learn/12-kernels.md.
import { madd, storeTail, VECTOR, zero } from '../simd';

const ROWS: i32 = 6;
const COLUMNS: i32 = 16;
const ROW_BYTES: usize = 4 * VECTOR;

/** Room for one tile. */
const BUFFER: usize = memory.data(384, 64);

/** See `tile`. */
export function wideTile(
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
  if (rows < ROWS || columns < COLUMNS) {
    sumTile(a, aRow, aStep, b, bStep, BUFFER, ROW_BYTES, rows, k);
    writeTile(c, cRow, min(rows, ROWS), min(columns, COLUMNS), accumulate);
  } else if (accumulate) {
    addTile(a, aRow, aStep, b, bStep, c, cRow, rows, k);
  } else {
    sumTile(a, aRow, aStep, b, bStep, c, cRow, rows, k);
  }
}

/** See `packedTile`. */
export function widePackedTile(
  a: usize,
  b: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  k: i32,
  accumulate: bool,
): void {
  if (rows < ROWS || columns < COLUMNS) {
    sumPackedTile(a, b, BUFFER, ROW_BYTES, k);
    writeTile(c, cRow, min(rows, ROWS), min(columns, COLUMNS), accumulate);
  } else if (accumulate) {
    addPackedTile(a, b, c, cRow, k);
  } else {
    sumPackedTile(a, b, c, cRow, k);
  }
}

/** Writes a whole tile to C; rows that do not exist repeat the one before. */
function sumTile(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  k: i32,
): void {
  wholeTile(false, false, a, aRow, aStep, b, bStep, c, cRow, rows, k);
}

/** Adds a whole tile to C. */
function addTile(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  k: i32,
): void {
  wholeTile(false, true, a, aRow, aStep, b, bStep, c, cRow, rows, k);
}

function sumPackedTile(a: usize, b: usize, c: usize, cRow: usize, k: i32): void {
  wholeTile(true, false, a, 4, 4 * ROWS, b, ROW_BYTES, c, cRow, ROWS, k);
}

function addPackedTile(a: usize, b: usize, c: usize, cRow: usize, k: i32): void {
  wholeTile(true, true, a, 4, 4 * ROWS, b, ROW_BYTES, c, cRow, ROWS, k);
}

/** Four functions of one text: `packed`, where the rows of A lie side by side, and `accumulate` are constants. */
// @ts-ignore: decorator
@inline
function wholeTile(
  packed: bool,
  accumulate: bool,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  k: i32,
): void {
  let a1 = a + (rows > 1 ? aRow : 0);
  let a2 = a1 + (rows > 2 ? aRow : 0);
  let a3 = a2 + (rows > 3 ? aRow : 0);
  let a4 = a3 + (rows > 4 ? aRow : 0);
  let a5 = a4 + (rows > 5 ? aRow : 0);
  let c00 = zero();
  let c01 = zero();
  let c02 = zero();
  let c03 = zero();
  let c10 = zero();
  let c11 = zero();
  let c12 = zero();
  let c13 = zero();
  let c20 = zero();
  let c21 = zero();
  let c22 = zero();
  let c23 = zero();
  let c30 = zero();
  let c31 = zero();
  let c32 = zero();
  let c33 = zero();
  let c40 = zero();
  let c41 = zero();
  let c42 = zero();
  let c43 = zero();
  let c50 = zero();
  let c51 = zero();
  let c52 = zero();
  let c53 = zero();
  for (; k > 0; k--) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, VECTOR);
    const b2 = v128.load(b, 2 * VECTOR);
    const b3 = v128.load(b, 3 * VECTOR);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    c02 = madd(x, b2, c02);
    c03 = madd(x, b3, c03);
    x = packed ? v128.load32_splat(a, 4) : v128.load32_splat(a1);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    c12 = madd(x, b2, c12);
    c13 = madd(x, b3, c13);
    x = packed ? v128.load32_splat(a, 8) : v128.load32_splat(a2);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    c22 = madd(x, b2, c22);
    c23 = madd(x, b3, c23);
    x = packed ? v128.load32_splat(a, 12) : v128.load32_splat(a3);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    c32 = madd(x, b2, c32);
    c33 = madd(x, b3, c33);
    x = packed ? v128.load32_splat(a, 16) : v128.load32_splat(a4);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    c42 = madd(x, b2, c42);
    c43 = madd(x, b3, c43);
    x = packed ? v128.load32_splat(a, 20) : v128.load32_splat(a5);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    c52 = madd(x, b2, c52);
    c53 = madd(x, b3, c53);
    a += aStep;
    if (!packed) {
      a1 += aStep;
      a2 += aStep;
      a3 += aStep;
      a4 += aStep;
      a5 += aStep;
    }
    b += bStep;
  }
  writeWholeRow(accumulate, c, c00, c01, c02, c03);
  c += cRow;
  writeWholeRow(accumulate, c, c10, c11, c12, c13);
  c += cRow;
  writeWholeRow(accumulate, c, c20, c21, c22, c23);
  c += cRow;
  writeWholeRow(accumulate, c, c30, c31, c32, c33);
  c += cRow;
  writeWholeRow(accumulate, c, c40, c41, c42, c43);
  c += cRow;
  writeWholeRow(accumulate, c, c50, c51, c52, c53);
}

/** All loads before the first store: with a store between two of them V8 pairs neither. */
// @ts-ignore: decorator
@inline
function writeWholeRow(accumulate: bool, c: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  if (accumulate) {
    x0 = f32x4.add(x0, v128.load(c));
    x1 = f32x4.add(x1, v128.load(c, VECTOR));
    x2 = f32x4.add(x2, v128.load(c, 2 * VECTOR));
    x3 = f32x4.add(x3, v128.load(c, 3 * VECTOR));
  }
  v128.store(c, x0);
  v128.store(c, x1, VECTOR);
  v128.store(c, x2, 2 * VECTOR);
  v128.store(c, x3, 3 * VECTOR);
}

/** Copies (or adds) a part of the buffer to C. */
function writeTile(c: usize, cRow: usize, rows: i32, columns: i32, accumulate: bool): void {
  let from = BUFFER;
  for (; rows > 0; rows--) {
    writeRow(c, from, columns, accumulate);
    from += ROW_BYTES;
    c += cRow;
  }
}

// @ts-ignore: decorator
@inline
function writeRow(c: usize, from: usize, columns: i32, accumulate: bool): void {
  for (; columns >= 4; columns -= 4) {
    const sum = v128.load(from);
    v128.store(c, accumulate ? f32x4.add(sum, v128.load(c)) : sum);
    from += VECTOR;
    c += VECTOR;
  }
  if (columns == 0) return;
  const sum = v128.load(from);
  // Reads past the row, adds to what is dropped.
  storeTail(c, accumulate ? f32x4.add(sum, v128.load(c)) : sum, columns);
}
