/**
 * Every elementwise op: what it means in double precision, what is drawn for it, and how near its kernels come. All
 * tests of values, of wasm kernels and of shaders walk over these lists; the compiler refuses one that lacks an op.
 */
import type { BinaryOp, CompareOp, Shape, UnaryOp } from '../../../src/index.js';
import type { Draw } from '../values/draw.js';
import { EXACT, ofLargest, type Tolerance, ulps } from '../values/tolerance.js';
import { FOUR_ULPS } from './kernel-values.js';

interface Elementwise<F> {
  readonly value: F;
  /** On the wasm backend, over all of float32. The modes of gpu.js that need no GPU keep to it where values are drawn. */
  readonly wasm: typeof EXACT | typeof FOUR_ULPS;
  /** On a GPU: what shading languages promise. */
  readonly shader: Tolerance;
}

interface Unary extends Elementwise<(x: number) => number> {
  readonly draw: (draw: Draw, shape: Shape) => Float64Array;
  /** Where it is not yet constant or infinite: walked in small steps, since a sweep of exponents is coarse there. */
  readonly range: readonly [low: number, high: number];
}

type Binary = Elementwise<(a: number, b: number) => number>;

/** WGSL: exp is good to 3 + 2·|x| units in the last place, and what is drawn lies below 50 or overflows. */
const EXP = ulps(128);
/** WGSL: log is good to 2⁻²¹ near 1, tanh to 10⁻⁵, both absolute, and atan to 4,096 units in the last place. */
const LOG = ofLargest(2 ** -21, 1);
/** Near 1 it is no logarithm that is taken, but a series; elsewhere WGSL promises 3 for it. */
const LOG1P = ulps(8);
const TANH = ofLargest(1e-5, 1);
const ATAN = ulps(4096);
/** WGSL: 2⁻¹¹, absolute, within ±π. The tables of rotary position embeddings are therefore made on the host. */
const SINE = ofLargest(2 ** -11, 1);
/** Its formulas are good to 2, and exp costs what it is off by times 1 − erf, at most a fifth. */
const ERF = ulps(8);
/** pow(a, b) is exp2(b·log2(a)): b·log2(a), at most 128, has some 2⁻²¹ of error for every unit of b. */
const POWER = ulps(1024);

/**
 * 2/√π ∫₀ˣ e^−t² dt, term by term of the Fourier series of a bell curve that repeats every 14: up to 6 the next one adds
 * 1e-28. No formula of a backend is like it.
 */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  return BELL.reduce((sum, weight, n) => sum + weight * Math.sin(((2 * Math.PI) / 14) * (n + 1) * x), x / 7);
}
const BELL = Array.from({ length: 30 }, (_, i) => {
  const turn = Math.PI * (i + 1);
  return (2 / turn) * Math.exp(-((turn / 14) ** 2));
});

/** IEEE 754 differs from JavaScript where it says 1 because the limit from any side, or any value, would have it. */
const ONES = [
  [1, Number.NaN],
  [1, Infinity],
  [1, -Infinity],
  [-1, Infinity],
  [-1, -Infinity],
];
const power = (a: number, b: number) => (ONES.some(([x, y]) => a === x && Object.is(b, y)) ? 1 : a ** b);

function roundHalfToEven(x: number): number {
  const [low, high] = [Math.floor(x), Math.ceil(x)];
  if (x - low !== high - x) return x - low < high - x ? low : high;
  return low % 2 === 0 ? low : high;
}

const edgy = (draw: Draw, shape: Shape) => draw.edgy(shape);
const angles = (draw: Draw, shape: Shape) => draw.angles(shape);

/** What IEEE arithmetic rounds correctly. */
const exact = <F>(value: F) => ({ value, wasm: EXACT, shader: EXACT });
const exactly = (value: (x: number) => number): Unary => ({ ...exact(value), draw: edgy, range: [-4, 4] });

export const UNARY: { readonly [N in UnaryOp]: Unary } = {
  neg: exactly((x) => -x),
  abs: exactly(Math.abs),
  sign: exactly(Math.sign),
  floor: exactly(Math.floor),
  ceil: exactly(Math.ceil),
  round: exactly(roundHalfToEven),
  trunc: exactly(Math.trunc),
  exp: { value: Math.exp, draw: edgy, range: [-105, 90], wasm: FOUR_ULPS, shader: EXP },
  expm1: { value: Math.expm1, draw: edgy, range: [-32, 90], wasm: FOUR_ULPS, shader: EXP },
  log: { value: Math.log, draw: edgy, range: [0.3, 3], wasm: FOUR_ULPS, shader: LOG },
  log1p: { value: Math.log1p, draw: edgy, range: [-1, 3], wasm: FOUR_ULPS, shader: LOG1P },
  sqrt: exactly(Math.sqrt),
  reciprocal: exactly((x) => 1 / x),
  square: exactly((x) => x * x),
  sin: { value: Math.sin, draw: angles, range: [-200, 200], wasm: FOUR_ULPS, shader: SINE },
  cos: { value: Math.cos, draw: angles, range: [-200, 200], wasm: FOUR_ULPS, shader: SINE },
  atan: { value: Math.atan, draw: edgy, range: [-4, 4], wasm: FOUR_ULPS, shader: ATAN },
  tanh: { value: Math.tanh, draw: edgy, range: [-12, 12], wasm: FOUR_ULPS, shader: TANH },
  sigmoid: {
    value: (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
    draw: edgy,
    range: [-105, 20],
    wasm: FOUR_ULPS,
    shader: EXP,
  },
  softplus: {
    // Beyond 40 nothing is left of e⁻ˣ beside x.
    value: (x) => (x > 40 ? x : Math.log1p(Math.exp(x))),
    draw: edgy,
    range: [-105, 20],
    wasm: FOUR_ULPS,
    shader: EXP,
  },
  relu: exactly((x) => (x > 0 || Number.isNaN(x) ? x : 0)),
  erf: { value: erf, draw: edgy, range: [-5, 5], wasm: FOUR_ULPS, shader: ERF },
};

export const BINARY: { readonly [N in BinaryOp]: Binary } = {
  add: exact((a, b) => a + b),
  sub: exact((a, b) => a - b),
  mul: exact((a, b) => a * b),
  div: exact((a, b) => a / b),
  maximum: exact(Math.max),
  minimum: exact(Math.min),
  pow: { value: power, wasm: FOUR_ULPS, shader: POWER },
  remainder: exact((a, b) => {
    const rest = a % b;
    return rest === 0 || Math.sign(rest) === Math.sign(b) ? rest : rest + b;
  }),
};

export const COMPARE: { readonly [N in CompareOp]: (a: number, b: number) => boolean } = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
};

/** A table of the same ops with what `f` makes of each. */
export function mapOps<N extends string, A, B>(
  table: Readonly<Record<N, A>>,
  f: (name: N, entry: A) => B,
): Record<N, B> {
  const names = Object.keys(table) as N[];
  return Object.fromEntries(names.map((name) => [name, f(name, table[name])])) as Record<N, B>;
}

export const unaryOps = Object.keys(UNARY) as UnaryOp[];
export const binaryOps = Object.keys(BINARY) as BinaryOp[];
export const compareOps = Object.keys(COMPARE) as CompareOp[];
