/** Elementwise kernels in plain loops: what every op on single numbers means. */
import type { BinaryOp, CompareOp, Kernels, Operand, UnaryOp } from '../../backend.js';
import { INT32_MAX, INT32_MIN } from '../../dtype.js';
import { broadcastStrides, type Shape, sizeOf } from '../../shape.js';
import type { Memory } from './runtime/memory.js';
import { positions } from './runtime/positions.js';

const UNARY: Readonly<Record<UnaryOp, (x: number) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  round,
  trunc: Math.trunc,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  reciprocal: (x) => 1 / x,
  square: (x) => x * x,
  sin: Math.sin,
  cos: Math.cos,
  atan: Math.atan,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  relu: (x) => Math.max(x, 0),
  erf,
};

const BINARY: Readonly<Record<BinaryOp, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  maximum: Math.max,
  minimum: Math.min,
  pow: power,
  remainder,
};

const COMPARE: Readonly<Record<CompareOp, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
};

/** Towards zero; what int32 cannot hold becomes its nearest end, and NaN 0. */
function toInt32(x: number): number {
  return Math.min(Math.max(Math.trunc(x), INT32_MIN), INT32_MAX);
}

type ElementwiseKernels = Pick<Kernels, 'unary' | 'binary' | 'compare' | 'where' | 'affine' | 'cast'>;

/** One element of the result at a time. float32 is computed in double and rounded when it is stored. */
export function elementwiseKernels(memory: Memory): ElementwiseKernels {
  /** Element i of `x` broadcast to `shape`, as a function of i. */
  function reader(x: Operand, shape: Shape): (i: number) => number {
    const values = memory.values(x.buffer);
    const at = positions(shape, broadcastStrides(x.shape, shape));
    return (i) => values[at[i]];
  }

  return {
    unary(op, x) {
      const f = UNARY[op];
      const values = memory.values(x.buffer);
      const result = memory.allocate(x.dtype, values.length);
      const y = memory.values(result);
      for (let i = 0; i < y.length; i++) y[i] = f(values[i]);
      return result;
    },

    binary(op, a, b, shape) {
      const f = BINARY[op];
      const [left, right] = [reader(a, shape), reader(b, shape)];
      const result = memory.allocate(a.dtype, sizeOf(shape));
      const y = memory.values(result);
      for (let i = 0; i < y.length; i++) y[i] = f(left(i), right(i));
      return result;
    },

    compare(op, a, b, shape) {
      const holds = COMPARE[op];
      const [left, right] = [reader(a, shape), reader(b, shape)];
      const result = memory.allocate('int32', sizeOf(shape));
      const y = memory.values(result);
      for (let i = 0; i < y.length; i++) y[i] = holds(left(i), right(i)) ? 1 : 0;
      return result;
    },

    where(condition, a, b, shape) {
      const chooses = reader(condition, shape);
      const [left, right] = [reader(a, shape), reader(b, shape)];
      const result = memory.allocate(a.dtype, sizeOf(shape));
      const y = memory.values(result);
      for (let i = 0; i < y.length; i++) y[i] = chooses(i) !== 0 ? left(i) : right(i);
      return result;
    },

    affine(x, scale, shift) {
      const values = memory.values(x.buffer);
      const result = memory.allocate(x.dtype, values.length);
      const y = memory.values(result);
      for (let i = 0; i < y.length; i++) y[i] = scale * values[i] + shift;
      return result;
    },

    cast(x, dtype) {
      const values = memory.values(x.buffer);
      const result = memory.allocate(dtype, values.length);
      const y = memory.values(result);
      for (let i = 0; i < y.length; i++) y[i] = dtype === 'int32' ? toInt32(values[i]) : values[i];
      return result;
    },
  };
}

/** Beside 2⁵² a double has no room for a fraction, and is rounded to even. */
function round(x: number): number {
  const size = Math.abs(x);
  return size < 2 ** 52 ? Math.sign(x) * (size + 2 ** 52 - 2 ** 52) : x;
}

/** % is exact, and has the sign of a. */
function remainder(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** As IEEE 754 and C have it, where JavaScript has NaN: 1 to any power is 1, NaN included, and −1 to an infinite one. */
function power(a: number, b: number): number {
  return a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b;
}

/** Near 0 a series of terms of one sign (DLMF 7.6.2), beyond it 1 less a continued fraction (DLMF 7.9.2). */
function erf(x: number): number {
  const square = x * x;
  if (square < 4) {
    let term = x;
    let sum = x;
    for (let n = 1; sum + term !== sum; n++) {
      term *= square / (n + 0.5);
      sum += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-square) * sum;
  }
  // 1·2 / (2x² + 5 − 3·4 / (2x² + 9 − …)), from the inside; 20 levels are enough at 2, and fewer beyond.
  let fraction = 0;
  for (let n = 20; n > 0; n--) fraction = ((2 * n - 1) * 2 * n) / (2 * square + 4 * n + 1 - fraction);
  const size = Math.abs(x);
  const rest = Math.exp(-square) / Math.sqrt(Math.PI) / (size + (1 - fraction) / (2 * size));
  return Math.sign(x) * (1 - rest);
}
