// A tile of 6 × 16 results for V8 with `--experimental-wasm-revectorize`, which makes one operation of 256 bits of two
// of 128 on neighbouring vectors: 12 sums, two vectors of B and one of A are 15 of its 16 registers. It finds the pairs
// from the stores at the end backwards, and only where nothing stands between the loop and them. A branch or a call there,
// for a partial tile or one that is added to C, and it pairs nothing; 24 sums of 128 bits then go to the stack, at less
// than half the speed. So `sumTile` has one way to end, and those tiles go through a buffer.
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
  if (rows >= ROWS && columns >= COLUMNS && !accumulate) {
    sumTile(a, aRow, aStep, b, bStep, c, cRow, rows, k);
  } else {
    sumTile(a, aRow, aStep, b, bStep, BUFFER, ROW_BYTES, rows, k);
    writeTile(c, cRow, min(rows, ROWS), min(columns, COLUMNS), accumulate);
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
    x = v128.load32_splat(a1);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    c12 = madd(x, b2, c12);
    c13 = madd(x, b3, c13);
    x = v128.load32_splat(a2);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    c22 = madd(x, b2, c22);
    c23 = madd(x, b3, c23);
    x = v128.load32_splat(a3);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    c32 = madd(x, b2, c32);
    c33 = madd(x, b3, c33);
    x = v128.load32_splat(a4);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    c42 = madd(x, b2, c42);
    c43 = madd(x, b3, c43);
    x = v128.load32_splat(a5);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    c52 = madd(x, b2, c52);
    c53 = madd(x, b3, c53);
    a += aStep;
    a1 += aStep;
    a2 += aStep;
    a3 += aStep;
    a4 += aStep;
    a5 += aStep;
    b += bStep;
  }
  v128.store(c, c00);
  v128.store(c, c01, VECTOR);
  v128.store(c, c02, 2 * VECTOR);
  v128.store(c, c03, 3 * VECTOR);
  c += cRow;
  v128.store(c, c10);
  v128.store(c, c11, VECTOR);
  v128.store(c, c12, 2 * VECTOR);
  v128.store(c, c13, 3 * VECTOR);
  c += cRow;
  v128.store(c, c20);
  v128.store(c, c21, VECTOR);
  v128.store(c, c22, 2 * VECTOR);
  v128.store(c, c23, 3 * VECTOR);
  c += cRow;
  v128.store(c, c30);
  v128.store(c, c31, VECTOR);
  v128.store(c, c32, 2 * VECTOR);
  v128.store(c, c33, 3 * VECTOR);
  c += cRow;
  v128.store(c, c40);
  v128.store(c, c41, VECTOR);
  v128.store(c, c42, 2 * VECTOR);
  v128.store(c, c43, 3 * VECTOR);
  c += cRow;
  v128.store(c, c50);
  v128.store(c, c51, VECTOR);
  v128.store(c, c52, 2 * VECTOR);
  v128.store(c, c53, 3 * VECTOR);
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
