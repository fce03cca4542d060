/** The texts that gpu.js compiles, and the pieces that kernels write them from. Explained in docs/gpu.md. */
import { type Shape, stridesOf } from '../../../shape.js';

/**
 * What gpu.js compiles: the text of a function that computes one element of the result, the one at
 * `this.thread.x`. gpu.js would take the function itself, but reads its text all the same, and by then a bundler
 * or a test runner may have renamed and rewritten it. Shapes are written into the text as numbers, so that equal
 * texts are equal kernels.
 */
export interface Program {
  /** For errors. */
  readonly name: string;
  readonly source: string;
  /** How many neighbouring elements of the result a thread returns: one as a number, four as an array. */
  readonly perThread: 1 | 4;
}

/** The function `(...parameters) => { body }`, where `i` is the position in the result. */
export function program(name: string, parameters: string, body: string): Program {
  return { name, source: source(parameters, body), perThread: 1 };
}

/** The same for a body that returns `[…]`, the elements 4i to 4i + 3 of the result. */
export function programOfFour(name: string, parameters: string, body: string): Program {
  return { name, source: source(parameters, body), perThread: 4 };
}

function source(parameters: string, body: string): string {
  return `function (${parameters}) {\n  const i = this.thread.x;\n${body}\n}`;
}

/** Functions of numbers that every program may call, where shaders are not to be relied on. */
export const HELPERS: readonly string[] = [
  // ⌊a / b⌋ of whole numbers. Quotients may be rounded: in WebGPU 115 / 115 may be 0.99999994, whose floor is 0.
  `function quotient(a, b) {
  const q = Math.floor(a / b);
  const rest = a - q * b;
  if (rest < 0) return q - 1;
  if (rest >= b) return q + 1;
  return q;
}`,
  // aᵇ, 1 for every power of 1. In shaders it is defined for a > 0 only. The root of a negative number is NaN; a number that is not smaller than
  // its double is infinite, but a + a === a would not do: Mesa makes that a === 0, and b - b is 0 to it.
  `function power(a, b) {
  if (b === 0) return 1;
  if (a === 1) return 1;
  if (!(a === a)) return a;
  if (!(b === b)) return b;
  // As in IEEE 754, unlike JavaScript.
  if (a === -1 && !(Math.abs(b) < 2 * Math.abs(b))) return 1;
  const odd = Math.abs(b - 2 * Math.floor(b / 2));
  if (a === 0) {
    if (b > 0) return 0;
    if (odd === 1) return 1 / a;
    return 1 / Math.abs(a);
  }
  if (a >= 0) return Math.pow(a, b);
  if (!(Math.floor(b) === b) && 2 * a < a) return Math.sqrt(a);
  if (odd === 1) return -Math.pow(-a, b);
  return Math.pow(-a, b);
}`,
  // a − ⌊a / b⌋·b, by long division in base 2: every difference of parts is exact, where a quotient would be rounded.
  `function restOf(a, b) {
  if (!(a === a)) return a;
  if (!(b === b)) return b;
  const size = Math.abs(a);
  const unit = Math.abs(b);
  if (unit === 0 || (size > 1 && !(size < 2 * size))) return Math.sqrt(-size - 1);
  let part = unit;
  for (let k = 0; k < 280; k++) {
    if (part > 0.5 * size) break;
    part = part * 2;
  }
  let rest = size;
  for (let k = 0; k < 280; k++) {
    if (part < unit) break;
    if (rest >= part) rest = rest - part;
    part = part * 0.5;
  }
  if (rest === 0) return 0;
  if (a < 0 && b > 0) return b - rest;
  if (a < 0) return -rest;
  if (b < 0) return b + rest;
  return rest;
}`,
  // From 2²³ on floats have no fraction.
  `function roundToEven(a) {
  if (!(Math.abs(a) < 8388608)) return a;
  const low = Math.floor(a);
  const rest = a - low;
  if (rest < 0.5) return low;
  if (rest > 0.5) return low + 1;
  return 2 * Math.floor(0.5 * low + 0.5);
}`,
  // eᵃ − 1, near 0 with the polynomial of math/exp.ts of the wasm backend.
  `function expMinusOne(a) {
  if (!(a === a)) return a;
  if (Math.abs(a) > 0.35) return Math.exp(a) - 1;
  const high = (1.3882498e-3 * a + 8.3666472e-3) * a + 4.1667204e-2;
  return a + a * a * ((high * a + 1.6666542e-1) * a + 4.9999997e-1);
}`,
  // ln(1 + a). A small a would be lost in 1 + a: ln(1 + a) = 2 artanh s = 2s (1 + s²/3 + …), s = a / (2 + a).
  `function logOnePlus(a) {
  if (!(a === a)) return a;
  if (a > -0.5 && a <= 1) {
    const s = a / (2 + a);
    const z = s * s;
    const rest = 0.33333209 + z * (0.20010762 + z * (0.14000936 + z * 0.14005819));
    return 2 * s * (1 + z * rest);
  }
  const sum = 1 + a;
  if (sum > 0) return Math.log(sum);
  if (sum === 0) return -1 / Math.abs(sum);
  return Math.sqrt(sum);
}`,
  // ln(1 + eᵃ).
  `function softplus(a) {
  if (!(a === a)) return a;
  const rest = logOnePlus(Math.exp(-Math.abs(a)));
  if (a > 0) return a + rest;
  return rest;
}`,
  // As in math/erf.ts of the wasm backend: a + a·r(a²) near 0, beyond it 1 − e^−w, and 1 from 4 on.
  `function erf(a) {
  if (!(a === a)) return a;
  const x = Math.min(Math.abs(a), 4);
  if (x < 0.925) {
    const z = x * x;
    const high = (-5.95374731e-4 * z + 4.98594204e-3) * z - 2.67617218e-2;
    return a + a * (((high * z + 1.12816826e-1) * z - 3.76124799e-1) * z + 1.28379151e-1);
  }
  const high = (-2.13983876e-4 * x + 3.21494741e-3) * x - 2.28899401e-2;
  const w = x * (((high * x + 1.0526181e-1) * x + 6.35718346e-1) * x + 1.12851441);
  if (a < 0) return Math.exp(-w) - 1;
  return 1 - Math.exp(-w);
}`,
];

export const COPY = program('copy', 'x', 'return x[i];');

/**
 * Statements that split `i`, a position in an array of `shape`, into one index per axis: `i0`, `i1`, …
 */
export function indices(shape: Shape): string {
  const strides = stridesOf(shape);
  let rest = 'i';
  return shape
    .map((_, axis) => {
      if (axis === shape.length - 1) return `  const i${axis} = ${rest};`;
      const lines = [`  const i${axis} = quotient(${rest}, ${strides[axis]});`];
      lines.push(`  const r${axis} = ${rest} - i${axis} * ${strides[axis]};`);
      rest = `r${axis}`;
      return lines.join('\n');
    })
    .join('\n');
}

/** The expression start + Σ iₐ·strides[a], of the indices that `indices` made. */
export function position(strides: readonly number[], start = 0): string {
  const terms = strides.flatMap((stride, axis) => {
    if (stride === 0) return [];
    return stride === 1 ? [`i${axis}`] : [`i${axis} * ${stride}`];
  });
  if (start !== 0 || terms.length === 0) terms.push(`${start}`);
  return terms.join(' + ');
}
