// Kernels that only move elements of 32 bits, floats or integers alike. Strides count elements.

import { storePart, VECTOR } from './simd';

/** Below this many bytes the call of the engine's own copy costs more than it saves. */
const SHORT_COPY: usize = 1024;
/** Bytes of one axis of a walk. */
const WALK_AXIS = 12;
/** Rows and columns of a tile of a transpose: its lines fit into the innermost cache together. */
const TILE = 16;

/** Copies `length` contiguous elements. */
// @ts-ignore: decorator
@inline
export function copyRow(source: usize, target: usize, length: i32): void {
  const bytes = <usize>length << 2;
  if (bytes > SHORT_COPY) {
    memory.copy(target, source, bytes);
    return;
  }
  for (; length >= 8; length -= 8) {
    const first = v128.load(source);
    const second = v128.load(source, VECTOR);
    v128.store(target, first);
    v128.store(target, second, VECTOR);
    source += 2 * VECTOR;
    target += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    storePart(target, v128.load(source), length);
    source += VECTOR;
    target += VECTOR;
  }
}

// @ts-ignore: decorator
@inline
function fillRow(target: usize, value: v128, length: i32): void {
  for (; length >= 8; length -= 8) {
    v128.store(target, value);
    v128.store(target, value, VECTOR);
    target += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    storePart(target, value, length);
    target += VECTOR;
  }
}

export function fillFloat(out: usize, length: i32, value: f32): void {
  fillRow(out, f32x4.splat(value), length);
}

export function fillInt(out: usize, length: i32, value: i32): void {
  fillRow(out, i32x4.splat(value), length);
}

export function copy(source: usize, target: usize, length: i32): void {
  copyRow(source, target, length);
}

/**
 * Copies over the axes of `walk`: for each, outermost first, its size and its strides in source and target. A
 * stride of 0 in the source repeats; strides beyond the sizes cut out of a larger array, or write into one.
 */
export function copyStrided(source: usize, target: usize, walk: usize, rank: i32): void {
  if (rank == 0) {
    store<i32>(target, load<i32>(source));
    return;
  }
  const size = load<i32>(walk);
  const sourceStride = load<i32>(walk, 4);
  const targetStride = load<i32>(walk, 8);
  if (rank == 1) {
    copyLine(source, target, size, sourceStride, targetStride);
    return;
  }
  for (let i = 0; i < size; i++) {
    copyStrided(source, target, walk + WALK_AXIS, rank - 1);
    source += <usize>sourceStride << 2;
    target += <usize>targetStride << 2;
  }
}

// @ts-ignore: decorator
@inline
function copyLine(source: usize, target: usize, length: i32, sourceStride: i32, targetStride: i32): void {
  if (sourceStride == 1 && targetStride == 1) {
    copyRow(source, target, length);
  } else if (sourceStride == 0 && targetStride == 1) {
    fillRow(target, v128.load32_splat(source), length);
  } else {
    for (; length > 0; length--) {
      store<i32>(target, load<i32>(source));
      source += <usize>sourceStride << 2;
      target += <usize>targetStride << 2;
    }
  }
}

/** The same where the source runs along the last axis but one, and the target along the last. */
export function transposeStrided(source: usize, target: usize, walk: usize, rank: i32): void {
  const size = load<i32>(walk);
  const sourceStride = load<i32>(walk, 4);
  const targetBytes = <usize>load<i32>(walk, 8) << 2;
  if (rank == 2) {
    const rows = load<i32>(walk, WALK_AXIS);
    const rowBytes = <usize>load<i32>(walk, WALK_AXIS + 4) << 2;
    transpose(source, target, rows, size, rowBytes, targetBytes);
    return;
  }
  for (let i = 0; i < size; i++) {
    transposeStrided(source, target, walk + WALK_AXIS, rank - 1);
    source += <usize>sourceStride << 2;
    target += targetBytes;
  }
}

/** target[j, i] = source[i, j], whose rows lie `sourceBytes` and `targetBytes` apart. */
function transpose(
  source: usize, target: usize, rows: i32, columns: i32, sourceBytes: usize, targetBytes: usize,
): void {
  for (let row = 0; row < rows; row += TILE) {
    const height = min(TILE, rows - row);
    for (let column = 0; column < columns; column += TILE) {
      const from = source + <usize>row * sourceBytes + (<usize>column << 2);
      const to = target + <usize>column * targetBytes + (<usize>row << 2);
      transposeTile(from, to, height, min(TILE, columns - column), sourceBytes, targetBytes);
    }
  }
}

// @ts-ignore: decorator
@inline
function transposeTile(
  source: usize, target: usize, rows: i32, columns: i32, sourceBytes: usize, targetBytes: usize,
): void {
  for (let row = 0; row < rows; row += 4) {
    for (let column = 0; column < columns; column += 4) {
      const from = source + <usize>row * sourceBytes + (<usize>column << 2);
      const to = target + <usize>column * targetBytes + (<usize>row << 2);
      const height = rows - row;
      const width = columns - column;
      if (height >= 4 && width >= 4) transposeBlock(from, to, sourceBytes, targetBytes);
      else transposeEdge(from, to, min(height, 4), min(width, 4), sourceBytes, targetBytes);
    }
  }
}

/** 4 × 4: pairs of rows are interleaved, then pairs of pairs. */
// @ts-ignore: decorator
@inline
function transposeBlock(source: usize, target: usize, sourceBytes: usize, targetBytes: usize): void {
  const a = v128.load(source);
  const b = v128.load(source + sourceBytes);
  const c = v128.load(source + 2 * sourceBytes);
  const d = v128.load(source + 3 * sourceBytes);
  const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(target, v128.shuffle<f64>(abLow, cdLow, 0, 2));
  v128.store(target + targetBytes, v128.shuffle<f64>(abLow, cdLow, 1, 3));
  v128.store(target + 2 * targetBytes, v128.shuffle<f64>(abHigh, cdHigh, 0, 2));
  v128.store(target + 3 * targetBytes, v128.shuffle<f64>(abHigh, cdHigh, 1, 3));
}

function transposeEdge(
  source: usize, target: usize, rows: i32, columns: i32, sourceBytes: usize, targetBytes: usize,
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = load<i32>(source + <usize>row * sourceBytes + (<usize>column << 2));
      store<i32>(target + <usize>column * targetBytes + (<usize>row << 2), value);
    }
  }
}
