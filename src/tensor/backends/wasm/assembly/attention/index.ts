// Causal attention, one head at a time, in blocks of query rows. Only the weights of one block exist at any
// moment; the backward pass computes them anew. Query row i of T sees keys 0 … S−T+i of S: of each block that
// is a trapezoid, and every loop below stops at its edge, to the next tile. Explained in docs/learn/09-attention.md.
import { multiplyPanels, PANEL_STEP, tile, TILE_COLUMNS, TILE_ROWS } from '../tile';
import { packColumns, packRows } from '../tile/pack';
import { rowTimesMatrix, rowTimesRows } from '../tile/vector';
import { fetch } from './fetch';
import { bytes, softmaxRow, softmaxRows, softmaxRowsBackward, ZEROS } from './softmax';

/** Query rows in a block: its weights stay in the second-level cache up to thousands of keys. */
const BLOCK_ROWS: i32 = 64;
/**
 * Most bytes of a batch item that are fetched together: a second-level cache holds them. The rows of one head lie apart,
 * and a processor fetches by itself what comes next in memory.
 */
const FETCHED_BYTES: usize = 1 << 20;
/** With fewer query rows than this, packing keys and values costs more than it saves. */
const FEW_ROWS: i32 = 4;

/** Bytes of panels for `columns` columns of `k` steps. */
// @ts-ignore: decorator
@inline
function panelBytes(columns: i32, k: i32): usize {
  return bytes((columns + TILE_COLUMNS - 1) & ~(TILE_COLUMNS - 1)) * k;
}

/** Bytes of a row of weights: whole tiles, and the zeros past the last key. */
// @ts-ignore: decorator
@inline
function weightsRowBytes(s: i32): usize {
  return bytes(((s + TILE_COLUMNS - 1) & ~(TILE_COLUMNS - 1)) + 4 * ZEROS);
}

export function attentionScratchBytes(s: i32, d: i32): usize {
  return panelBytes(s, d) + panelBytes(d, s) + weightsRowBytes(s) * BLOCK_ROWS;
}

export function attentionBackwardScratchBytes(s: i32, d: i32): usize {
  const panels = panelBytes(s, d) * 2 + panelBytes(d, s) + panelBytes(d, BLOCK_ROWS) * 2;
  return panels + weightsRowBytes(s) * BLOCK_ROWS * 2;
}

/** softmax(scale·q·kᵀ)·v; q and out [batch, t, heads, d], k and v [batch, s, heads, d]. */
export function attention(
  q: usize, k: usize, v: usize, out: usize,
  batch: i32, t: i32, s: i32, heads: i32, d: i32, scale: f32, scratch: usize,
): void {
  const row = bytes(heads * d);
  const fetches = t >= FEW_ROWS && row * (2 * t + 2 * s) <= FETCHED_BYTES;
  for (let b = 0; b < batch; b++) {
    if (fetches) {
      fetch(q, row * t);
      fetch(k, row * s);
      fetch(v, row * s);
      fetch(out, row * t);
    }
    for (let h = 0; h < heads; h++) {
      const head = bytes(h * d);
      if (t < FEW_ROWS) attendFewRows(q + head, k + head, v + head, out + head, row, t, s, d, scale, scratch);
      else attendHead(q + head, k + head, v + head, out + head, row, t, s, d, scale, scratch);
    }
    q += row * t;
    out += row * t;
    k += row * s;
    v += row * s;
  }
}

function attendFewRows(
  q: usize, k: usize, v: usize, out: usize, row: usize, t: i32, s: i32, d: i32, scale: f32, weights: usize,
): void {
  for (let i = 0; i < t; i++) {
    const visible = s - t + i + 1;
    rowTimesRows(q, k, row, weights, visible, d);
    softmaxRow(weights, visible, scale);
    rowTimesMatrix(weights, v, row, out, d, visible);
    q += row;
    out += row;
  }
}

function attendHead(
  q: usize, k: usize, v: usize, out: usize, row: usize, t: i32, s: i32, d: i32, scale: f32, scratch: usize,
): void {
  const keys = scratch;
  const values = keys + panelBytes(s, d);
  const weights = values + panelBytes(d, s);
  const weightsRow = weightsRowBytes(s);
  packRows(k, row, s, d, keys);
  packColumns(v, row, d, s, values);
  for (let i = 0; i < t; i += BLOCK_ROWS) {
    const rows = min(t - i, BLOCK_ROWS);
    const visible = s - t + i + 1;
    timesRows(q, row, keys, weights, weightsRow, rows, visible, d);
    softmaxRows(weights, weightsRow, rows, visible, scale);
    weightsTimes(weights, weightsRow, values, s, out, row, rows, visible, d);
    q += row * BLOCK_ROWS;
    out += row * BLOCK_ROWS;
  }
}

/** Gradients of q, k and v; P and dP stand for the weights and their gradient. */
export function attentionBackward(
  g: usize, q: usize, k: usize, v: usize, dq: usize, dk: usize, dv: usize,
  batch: i32, t: i32, s: i32, heads: i32, d: i32, scale: f32, scratch: usize,
): void {
  const row = bytes(heads * d);
  if (t == 0) {
    memory.fill(dk, 0, row * batch * s);
    memory.fill(dv, 0, row * batch * s);
  }
  const fetches = row * (3 * t + 4 * s) <= FETCHED_BYTES;
  for (let b = 0; b < batch; b++) {
    if (fetches) {
      fetch(g, row * t);
      fetch(q, row * t);
      fetch(dq, row * t);
      fetch(k, row * s);
      fetch(v, row * s);
      fetch(dk, row * s);
      fetch(dv, row * s);
    }
    for (let h = 0; h < heads; h++) {
      const head = bytes(h * d);
      attendHeadBackward(
        g + head, q + head, k + head, v + head, dq + head, dk + head, dv + head, row, t, s, d, scale, scratch,
      );
    }
    g += row * t;
    q += row * t;
    dq += row * t;
    k += row * s;
    v += row * s;
    dk += row * s;
    dv += row * s;
  }
}

function attendHeadBackward(
  g: usize, q: usize, k: usize, v: usize, dq: usize, dk: usize, dv: usize,
  row: usize, t: i32, s: i32, d: i32, scale: f32, scratch: usize,
): void {
  const keys = scratch;
  const values = keys + panelBytes(s, d);
  const keyColumns = values + panelBytes(s, d);
  const queryColumns = keyColumns + panelBytes(d, s);
  const gradientColumns = queryColumns + panelBytes(d, BLOCK_ROWS);
  const weights = gradientColumns + panelBytes(d, BLOCK_ROWS);
  const weightsRow = weightsRowBytes(s);
  const dWeights = weights + weightsRow * BLOCK_ROWS;
  packRows(k, row, s, d, keys);
  packRows(v, row, s, d, values);
  packColumns(k, row, d, s, keyColumns);
  // The last block sees every key: it goes first and writes all of dk and dv, to which the others then add.
  const last = (t - 1) / BLOCK_ROWS * BLOCK_ROWS;
  for (let i = last; i >= 0 && t > 0; i -= BLOCK_ROWS) {
    const rows = min(t - i, BLOCK_ROWS);
    const visible = s - t + i + 1;
    const block = row * i;
    timesRows(q + block, row, keys, weights, weightsRow, rows, visible, d);
    softmaxRows(weights, weightsRow, rows, visible, scale);
    packColumns(g + block, row, d, rows, gradientColumns);
    transposedWeightsTimes(weights, weightsRow, gradientColumns, dv, row, rows, visible, d, i < last);
    timesRows(g + block, row, values, dWeights, weightsRow, rows, visible, d);
    softmaxRowsBackward(dWeights, weights, weightsRow, rows, visible, scale);
    weightsTimes(dWeights, weightsRow, keyColumns, s, dq + block, row, rows, visible, d);
    packColumns(q + block, row, d, rows, queryColumns);
    transposedWeightsTimes(dWeights, weightsRow, queryColumns, dk, row, rows, visible, d, i < last);
  }
}

/**
 * The visible part of X·Yᵀ [rows, s]: row r of X [rows, d] with the first `visible` + r rows of Y, of which
 * `panels` are the packed rows.
 */
function timesRows(
  x: usize, xRow: usize, panels: usize, out: usize, outRow: usize, rows: i32, visible: i32, d: i32,
): void {
  for (let r = 0; r < rows; r += TILE_ROWS) {
    const tall = min(rows - r, TILE_ROWS);
    const columns = visible + r + tall - 1;
    let panel = panels;
    for (let j = 0; j < columns; j += TILE_COLUMNS) {
      tile(x, xRow, 4, panel, PANEL_STEP, out + bytes(j), outRow, tall, TILE_COLUMNS, d, false);
      panel += PANEL_STEP * d;
    }
    x += xRow * TILE_ROWS;
    out += outRow * TILE_ROWS;
  }
}

/** W·Y [rows, d] for the trapezoid W [rows, s] and the packed columns of Y [s, d]. */
function weightsTimes(
  weights: usize, weightsRow: usize, panels: usize, s: i32, out: usize, outRow: usize,
  rows: i32, visible: i32, d: i32,
): void {
  const panel = PANEL_STEP * s;
  for (let r = 0; r < rows; r += TILE_ROWS) {
    const tall = min(rows - r, TILE_ROWS);
    const keys = visible + r + tall - 1;
    multiplyPanels(weights, weightsRow, 4, panels, panel, PANEL_STEP, out, outRow, tall, d, keys, false);
    weights += weightsRow * TILE_ROWS;
    out += outRow * TILE_ROWS;
  }
}

/** Wᵀ·X [s, d] for the packed columns of X [rows, d]; key j was seen by row `j − visible + 1` and those below. */
function transposedWeightsTimes(
  weights: usize, weightsRow: usize, panels: usize, out: usize, outRow: usize,
  rows: i32, visible: i32, d: i32, accumulate: bool,
): void {
  const panel = PANEL_STEP * rows;
  const keys = visible + rows - 1;
  for (let j = 0; j < keys; j += TILE_ROWS) {
    const first = max(0, j - visible + 1);
    const from = weights + weightsRow * first + bytes(j);
    const tall = min(keys - j, TILE_ROWS);
    multiplyPanels(
      from, 4, weightsRow, panels + PANEL_STEP * first, panel, PANEL_STEP,
      out, outRow, tall, d, rows - first, accumulate,
    );
    out += outRow * TILE_ROWS;
  }
}
