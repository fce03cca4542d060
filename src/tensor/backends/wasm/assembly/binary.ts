// Kernels of two and three operands that broadcast. As in elementwise.ts, the operation is a compile-time
// constant of the loops.

import { pow4, remainder4 } from './math';
import { choose, storePart, storeTwo, VECTOR } from './simd';

const enum Binary {
  Add, Sub, Mul, Div, Maximum, Minimum, Pow, Remainder,
  Eq, Ne, Lt, Le, Gt, Ge,
  EqInt, NeInt, LtInt, LeInt, GtInt, GeInt,
}

// @ts-ignore: decorator
@inline
function binaryOf(op: Binary, a: v128, b: v128): v128 {
  switch (op) {
    case Binary.Add: return f32x4.add(a, b);
    case Binary.Sub: return f32x4.sub(a, b);
    case Binary.Mul: return f32x4.mul(a, b);
    case Binary.Div: return f32x4.div(a, b);
    case Binary.Maximum: return f32x4.max(a, b);
    case Binary.Minimum: return f32x4.min(a, b);
    case Binary.Pow: return pow4(a, b);
    case Binary.Remainder: return remainder4(a, b);
    case Binary.Eq: return asInteger(f32x4.eq(a, b));
    case Binary.Ne: return asInteger(f32x4.ne(a, b));
    case Binary.Lt: return asInteger(f32x4.lt(a, b));
    case Binary.Le: return asInteger(f32x4.le(a, b));
    case Binary.Gt: return asInteger(f32x4.gt(a, b));
    case Binary.Ge: return asInteger(f32x4.ge(a, b));
    case Binary.EqInt: return asInteger(i32x4.eq(a, b));
    case Binary.NeInt: return asInteger(i32x4.ne(a, b));
    case Binary.LtInt: return asInteger(i32x4.lt_s(a, b));
    case Binary.LeInt: return asInteger(i32x4.le_s(a, b));
    case Binary.GtInt: return asInteger(i32x4.gt_s(a, b));
    default: return asInteger(i32x4.ge_s(a, b));
  }
}

/** 1 where the mask is set, else 0. */
// @ts-ignore: decorator
@inline
function asInteger(mask: v128): v128 {
  return i32x4.shr_u(mask, 31);
}

/**
 * `rows` rows of `columns`. An operand goes on by its row stride (in elements) from row to row, 0 to repeat a
 * row, and by its step, 1 or 0, within one: that covers equal shapes, scalars, [..., D] with [D] or [..., 1].
 */
// @ts-ignore: decorator
@inline
function binary(
  op: Binary, a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  for (let row = 0; row < rows; row++) {
    if (!aStep) scalarWithRow(op, v128.load32_splat(a), b, out, columns);
    else if (!bStep) rowWithScalar(op, a, v128.load32_splat(b), out, columns);
    else rowWithRow(op, a, b, out, columns);
    a += <usize>aStride << 2;
    b += <usize>bStride << 2;
    out += <usize>columns << 2;
  }
}

// @ts-ignore: decorator
@inline
function rowWithRow(op: Binary, a: usize, b: usize, out: usize, length: i32): void {
  for (; length >= 8; length -= 8) {
    storeTwo(
      out,
      binaryOf(op, v128.load(a), v128.load(b)),
      binaryOf(op, v128.load(a, VECTOR), v128.load(b, VECTOR)),
    );
    a += 2 * VECTOR;
    b += 2 * VECTOR;
    out += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    storePart(out, binaryOf(op, v128.load(a), v128.load(b)), length);
    a += VECTOR;
    b += VECTOR;
    out += VECTOR;
  }
}

// @ts-ignore: decorator
@inline
function rowWithScalar(op: Binary, a: usize, b: v128, out: usize, length: i32): void {
  for (; length >= 8; length -= 8) {
    storeTwo(out, binaryOf(op, v128.load(a), b), binaryOf(op, v128.load(a, VECTOR), b));
    a += 2 * VECTOR;
    out += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    storePart(out, binaryOf(op, v128.load(a), b), length);
    a += VECTOR;
    out += VECTOR;
  }
}

// @ts-ignore: decorator
@inline
function scalarWithRow(op: Binary, a: v128, b: usize, out: usize, length: i32): void {
  for (; length >= 8; length -= 8) {
    storeTwo(out, binaryOf(op, a, v128.load(b)), binaryOf(op, a, v128.load(b, VECTOR)));
    b += 2 * VECTOR;
    out += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    storePart(out, binaryOf(op, a, v128.load(b)), length);
    b += VECTOR;
    out += VECTOR;
  }
}

/** a where `condition` is not 0, else b. Strides and steps as for the kernels of two operands. */
export function where(
  condition: usize, a: usize, b: usize, out: usize, rows: i32, columns: i32,
  conditionStride: i32, conditionStep: i32, aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < columns; at += 4) {
      const isB = i32x4.eq(loadStep(condition, at, conditionStep), i32x4.splat(0));
      const chosen = choose(isB, loadStep(b, at, bStep), loadStep(a, at, aStep));
      storePart(out + (<usize>at << 2), chosen, columns - at);
    }
    condition += <usize>conditionStride << 2;
    a += <usize>aStride << 2;
    b += <usize>bStride << 2;
    out += <usize>columns << 2;
  }
}

/** Four elements from `index` on, or with step 0 the same one four times. */
// @ts-ignore: decorator
@inline
function loadStep(address: usize, index: i32, step: i32): v128 {
  return step ? v128.load(address + (<usize>index << 2)) : v128.load32_splat(address);
}

export function add(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.Add, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function sub(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.Sub, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function mul(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.Mul, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function div(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.Div, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function maximum(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.Maximum, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function minimum(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.Minimum, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function pow(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.Pow, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function remainder(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.Remainder, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function eq(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.Eq, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function ne(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.Ne, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function lt(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.Lt, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function le(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.Le, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function gt(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.Gt, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function ge(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.Ge, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function eqInt(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.EqInt, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function neInt(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.NeInt, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function ltInt(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.LtInt, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function leInt(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.LeInt, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function gtInt(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.GtInt, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}

export function geInt(
  a: usize, b: usize, out: usize, rows: i32, columns: i32,
  aStride: i32, aStep: i32, bStride: i32, bStep: i32,
): void {
  binary(Binary.GeInt, a, b, out, rows, columns, aStride, aStep, bStride, bStep);
}
