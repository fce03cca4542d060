/** The cases of the primitives, where shading languages promise less than the tolerances of the other backends. */
import type { Kernels, Shape } from '../../../src/index.js';
import { Draw } from '../values/draw.js';
import { type KernelCase, PRIMITIVES } from './kernel-cases.js';
import { edgy, float, type Maker } from './kernel-values.js';

/** The smallest normal float32. */
const SMALLEST = 2 ** -126;

/** WGSL 15.7.4 and GLSL ES 3.00 4.5.1 let shaders take subnormal numbers for zero: none is drawn or compared. */
export function flushed(value: number): number {
  return Math.abs(value) < SMALLEST ? 0 : value;
}

export class ShaderDraw extends Draw {
  override edgy(shape: Shape): Float64Array {
    return super.edgy(shape).map(flushed);
  }
}

/** WGSL: exp is good to 3 + 2·|x| units in the last place, and what is drawn lies below 50 or overflows. */
const EXP = { ulps: 128 };
/** WGSL: log is good to 2⁻²¹ near 1, tanh to 10⁻⁵, both absolute, and atan to 4,096 units in the last place. */
const LOG = { relative: 2 ** -21, terms: 1 };
const TANH = { relative: 1e-5, terms: 1 };
const ATAN = { ulps: 4096 };
/** WGSL: 2⁻¹¹, absolute, within ±π. The tables of rotary position embeddings are therefore made on the host. */
const SINE = { relative: 2 ** -11, terms: 1 };
/** pow(a, b) is exp2(b·log2(a)): b·log2(a), at most 128, has some 2⁻²¹ of error for every unit of b. */
const POWER = { ulps: 1024 };

const unary =
  (tolerance: KernelCase['tolerance'], f: KernelCase['f']): Maker =>
  (draw) => ({ inputs: [edgy(draw, draw.wideShape())], f, tolerance });

const sine: Maker = (draw) => {
  const shape = draw.wideShape();
  const inputs = [
    float(
      draw.numbers(shape, (x) => Math.max(-3, Math.min(3, x))),
      shape,
    ),
  ];
  return { inputs, f: (x) => [x.sin(), x.cos()], tolerance: SINE };
};

/** Exact results stay exact: IEEE arithmetic, comparisons and moves, NaN and infinities included. */
export const SHADER_PRIMITIVES: { readonly [K in keyof Kernels]: readonly Maker[] } = {
  ...PRIMITIVES,
  unary: [
    ...PRIMITIVES.unary.slice(0, 2),
    unary(EXP, (x) => [x.exp(), x.sigmoid()]),
    unary(LOG, (x) => [x.log()]),
    unary(TANH, (x) => [x.tanh()]),
    unary(ATAN, (x) => [x.atan()]),
    sine,
  ],
  binary: [
    PRIMITIVES.binary[0],
    (draw) => {
      const shape = draw.wideShape();
      return { inputs: [edgy(draw, shape), edgy(draw, shape)], f: (a, b) => [a.pow(b)], tolerance: POWER };
    },
  ],
};
