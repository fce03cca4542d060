// C = A·B in blocks that fit the caches. See tile/ for the arithmetic and the layout of panels.
// Explained in docs/learn/12-kernels.md.
import { multiplyPacked, multiplyPanels, PANEL_STEP, PANEL_STEP_A, TILE_ROWS } from './tile';
import { packColumns, packColumnsOfA, packRows, packRowsOfA } from './tile/pack';
import { rowTimesMatrix, rowTimesRows } from './tile/vector';

/** Steps of k in a block: a panel of B (8 or 16 KiB) and the rows of A it meets stay in the first-level cache. */
const BLOCK_K: i32 = 256;
/** Columns of B in a block: its panels (512 KiB) stay in the second-level cache while all of A goes past. */
const BLOCK_N: i32 = 512;
/** Rows of A in a block: its panels (64 or 96 KiB) stay there too, and go past each panel of B. */
const BLOCK_M: i32 = 16 * TILE_ROWS;
/** With fewer rows than this, packing B costs more than reading it in place. */
const FEW_ROWS: i32 = 9;
/** With fewer columns than this, the same holds for a transposed A, */
const FEW_COLUMNS: i32 = 17;
/** and for one that is not: the wide build's products take half the time, and turning rows into panels as long as ever. */
const FEW_COLUMNS_OF_ROWS: i32 = WIDE ? 96 : 17;

const PANELS_B_BYTES: usize = BLOCK_K * BLOCK_N * 4;
const PANELS_A_BYTES: usize = 16 * PANEL_STEP_A * BLOCK_K;

/** Bytes of scratch space that `matmul` packs into. */
export function matmulScratchBytes(): usize {
  return PANELS_B_BYTES + PANELS_A_BYTES;
}

/**
 * Batched C [m, n] = A [m, k]·B [k, n]; a transposed operand is stored the other way round. `aBatch` and
 * `bBatch` are the bytes from one matrix of the batch to the next, 0 for one shared by all.
 */
export function matmul(
  a: usize,
  aBatch: usize,
  transposeA: bool,
  b: usize,
  bBatch: usize,
  transposeB: bool,
  c: usize,
  batch: i32,
  m: i32,
  n: i32,
  k: i32,
  scratch: usize,
): void {
  const cBatch = (<usize>m * n) << 2;
  for (let i = 0; i < batch; i++) {
    multiply(a, transposeA, b, transposeB, c, m, n, k, scratch);
    a += aBatch;
    b += bBatch;
    c += cBatch;
  }
}

function multiply(
  a: usize,
  transposeA: bool,
  b: usize,
  transposeB: bool,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  scratch: usize,
): void {
  const aRowIsContiguous = !transposeA || m == 1;
  const bColumnIsContiguous = transposeB || n == 1;
  const kBytes = (<usize>k) << 2;
  const nBytes = (<usize>n) << 2;
  if (m < 6 && aRowIsContiguous && bColumnIsContiguous) {
    for (let i = 0; i < m; i++) rowTimesRows(a + kBytes * i, b, kBytes, c + nBytes * i, n, k);
  } else if (n == 1 && aRowIsContiguous) {
    rowTimesRows(b, a, kBytes, c, m, k);
  } else if (m == 1) {
    rowTimesMatrix(a, b, nBytes, c, n, k);
  } else {
    multiplyBlocks(a, transposeA, b, transposeB, c, m, n, k, scratch);
  }
}

function multiplyBlocks(
  a: usize,
  transposeA: bool,
  b: usize,
  transposeB: bool,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  scratch: usize,
): void {
  const aRow: usize = transposeA ? 4 : (<usize>k) << 2;
  const aStep: usize = transposeA ? (<usize>m) << 2 : 4;
  const bStep: usize = transposeB ? 4 : (<usize>n) << 2;
  const bColumn: usize = transposeB ? (<usize>k) << 2 : 4;
  const cRow: usize = (<usize>n) << 2;
  const packB = transposeB || m >= FEW_ROWS;
  const packA = m >= FEW_ROWS && n >= (transposeA ? FEW_COLUMNS : FEW_COLUMNS_OF_ROWS);
  const blockK = evenBlock(k, BLOCK_K);
  for (let j = 0; j < n; j += BLOCK_N) {
    const columns = min(n - j, BLOCK_N);
    // Runs once for k = 0 too, and writes the zeros that the empty sum is.
    for (let p = 0; p == 0 || p < k; p += blockK) {
      const steps = min(k - p, blockK);
      const aBlock = a + aStep * p;
      const bBlock = b + bStep * p + bColumn * j;
      const cBlock = c + ((<usize>j) << 2);
      if (packB && transposeB) packRows(bBlock, bColumn, columns, steps, scratch);
      else if (packB) packColumns(bBlock, bStep, columns, steps, scratch);
      if (packA) {
        const panelsA = scratch + PANELS_B_BYTES;
        multiplyAndPack(aBlock, transposeA, aRow, aStep, scratch, cBlock, cRow, m, columns, steps, p > 0, panelsA);
      } else {
        const panels = packB ? scratch : bBlock;
        const panelBytes = packB ? PANEL_STEP * steps : PANEL_STEP;
        const step = packB ? PANEL_STEP : bStep;
        multiplyPanels(aBlock, aRow, aStep, panels, panelBytes, step, cBlock, cRow, m, columns, steps, p > 0);
      }
    }
  }
}

/** C [m, n] = (or +=) A·B for packed panels of B; those of A are packed on the way, block by block. */
function multiplyAndPack(
  a: usize,
  transposeA: bool,
  aRow: usize,
  aStep: usize,
  panels: usize,
  c: usize,
  cRow: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  panelsA: usize,
): void {
  for (; m > 0; m -= BLOCK_M) {
    const rows = min(m, BLOCK_M);
    if (transposeA) packColumnsOfA(a, aStep, rows, k, panelsA);
    else packRowsOfA(a, aRow, rows, k, panelsA);
    multiplyPacked(panelsA, panels, c, cRow, rows, n, k, accumulate);
    a += aRow * BLOCK_M;
    c += cRow * BLOCK_M;
  }
}

/** The block size, at most `largest`, that cuts `total` into blocks of nearly equal size. */
function evenBlock(total: i32, largest: i32): i32 {
  const blocks = (total + largest - 1) / largest;
  return blocks <= 1 ? largest : (total + blocks - 1) / blocks;
}
