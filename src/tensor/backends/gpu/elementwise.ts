/**
 * Elementwise kernels as shaders: a formula for every op, with care where shaders lose NaN or overflow.
 * Explained in docs/gpu.md.
 */
import type { BinaryOp, CompareOp, Kernels, Operand, UnaryOp } from '../../backend.js';
import { broadcastStrides, type Shape, sameShape, sizeOf } from '../../shape.js';
import type { Device } from './runtime/device.js';
import { indices, type Program, position, program } from './runtime/program.js';

/** σ(v). eᵛ / (1 + eᵛ) below zero would be ∞ / ∞ above it; this form never overflows. */
export const SIGMOID = '(v >= 0 ? 1 : Math.exp(v)) / (1 + Math.exp(-Math.abs(v)))';

const UNARY: Readonly<Record<UnaryOp, string>> = {
  neg: '-v',
  abs: 'Math.abs(v)',
  // Math.sign, Math.exp and Math.atan of a shader may lose NaN.
  sign: 'v > 0 ? 1 : (v < 0 ? -1 : v)',
  floor: 'v === v ? Math.floor(v) : v',
  ceil: 'v === v ? Math.ceil(v) : v',
  round: 'roundToEven(v)',
  trunc: 'v < 0 ? Math.ceil(v) : (v > 0 ? Math.floor(v) : v)',
  exp: 'v === v ? Math.exp(v) : v',
  expm1: 'expMinusOne(v)',
  // Shaders may say anything where v ≤ 0; the root of a negative number is NaN.
  log: 'v > 0 ? Math.log(v) : (v === 0 ? -1 / Math.abs(v) : Math.sqrt(v))',
  log1p: 'logOnePlus(v)',
  sqrt: 'Math.sqrt(v)',
  reciprocal: '1 / v',
  square: 'v * v',
  sin: 'Math.sin(v)',
  cos: 'Math.cos(v)',
  atan: 'v === v ? Math.atan(v) : v',
  // Beyond 15 a shader may divide ∞ by ∞; float32 has no number between tanh 15 and 1.
  tanh: 'v > 15 ? 1 : (v < -15 ? -1 : Math.tanh(v))',
  sigmoid: SIGMOID,
  softplus: 'softplus(v)',
  relu: 'v <= 0 ? 0 : v',
  erf: 'erf(v)',
};

const BINARY: Readonly<Record<BinaryOp, string>> = {
  add: 'a + b',
  sub: 'a - b',
  mul: 'a * b',
  div: 'a / b',
  // Math.max and Math.min of a shader drop NaN; here it is what no comparison takes.
  maximum: 'a > b || !(a === a) ? a : b',
  minimum: 'a < b || !(a === a) ? a : b',
  pow: 'power(a, b)',
  remainder: 'restOf(a, b)',
};

const COMPARE: Readonly<Record<CompareOp, string>> = {
  eq: 'a === b',
  // In WebGPU NaN !== NaN is false.
  ne: '!(a === b)',
  lt: 'a < b',
  le: 'a <= b',
  gt: 'a > b',
  ge: 'a >= b',
};

/** Casting clamps to here, as float32 writes the end of int32. */
const INT32_END = 2 ** 31;

type ElementwiseKernels = Pick<Kernels, 'unary' | 'binary' | 'compare' | 'where' | 'affine' | 'cast'>;

export function elementwiseKernels(device: Device): ElementwiseKernels {
  return {
    unary: (op, x) => device.launch(unaryProgram(op), [x], x.dtype, x.buffer.length),

    binary(op, a, b, shape) {
      const body = `return ${BINARY[op]};`;
      return device.launch(broadcasting(op, { a, b }, shape, body), [a, b], a.dtype, sizeOf(shape));
    },

    compare(op, a, b, shape) {
      const body = `if (${COMPARE[op]}) return 1;\n  return 0;`;
      return device.launch(broadcasting(op, { a, b }, shape, body), [a, b], 'int32', sizeOf(shape));
    },

    where(condition, a, b, shape) {
      const body = 'if (condition !== 0) return a;\n  return b;';
      const kernel = broadcasting('where', { condition, a, b }, shape, body);
      return device.launch(kernel, [condition, a, b], a.dtype, sizeOf(shape));
    },

    affine: (x, scale, shift) => device.launch(AFFINE, [x], x.dtype, x.buffer.length, [scale, shift]),

    cast(x, dtype) {
      if (x.dtype === dtype || dtype === 'float32') return device.share(x, dtype);
      return device.launch(TRUNCATE, [x], dtype, x.buffer.length, [INT32_END]);
    },
  };
}

const AFFINE = program('affine', 'x, scale, shift', '  return scale * x[i] + shift;');

const TRUNCATE = program(
  'cast',
  'x, end',
  `  const v = x[i];
  if (!(v === v)) return 0;
  return Math.max(Math.min(Math.trunc(v), end), -end);`,
);

function unaryProgram(op: UnaryOp): Program {
  return program(op, 'x', `  const v = x[i];\n  return ${UNARY[op]};`);
}

/** A program whose body sees one element of each operand, under its name. */
function broadcasting(
  name: string,
  operands: Readonly<Record<string, Operand>>,
  shape: Shape,
  body: string,
): Program {
  const names = Object.keys(operands);
  const isPlain = names.every((key) => sameShape(operands[key].shape, shape));
  const at = (x: Operand) => (isPlain ? 'i' : position(broadcastStrides(x.shape, shape)));
  const reads = names.map((key) => `  const ${key} = ${key}s[${at(operands[key])}];`);
  const lines = [...(isPlain ? [] : [indices(shape)]), ...reads, `  ${body}`];
  return program(name, names.map((key) => `${key}s`).join(', '), lines.join('\n'));
}
