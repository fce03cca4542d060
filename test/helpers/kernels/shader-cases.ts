/** The cases of the primitives, where shading languages promise less than the tolerances of the other backends. */
import type { Shape } from '../../../src/index.js';
import { Draw } from '../values/draw.js';
import { elementwiseCases, PRIMITIVES } from './primitive-cases.js';

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

  /** Within ±π, where WGSL promises anything. */
  override angles(shape: Shape): Float64Array {
    return this.numbers(shape, (x) => Math.max(-3, Math.min(3, x)));
  }
}

/** The rest stays as exact as elsewhere: comparisons and moves, NaN and infinities included. */
export const SHADER_PRIMITIVES: typeof PRIMITIVES = { ...PRIMITIVES, ...elementwiseCases('shader') };
