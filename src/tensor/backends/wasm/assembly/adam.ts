// The optimizer's step, in one pass over parameter, gradient and both moments.

import { madd, nmadd, storePart, VECTOR } from './simd';

/**
 * With g = gradient·scale: m ← beta1·m + rest1·g, v ← beta2·v + rest2·g², and
 * parameter ← decay·parameter − rate·m / (√v·rootCorrection + epsilon). `scale` is the address of a float, or 0
 * for none.
 */
export function adamStep(
  parameter: usize, gradient: usize, m: usize, v: usize, scale: usize, length: i32,
  beta1: f32, rest1: f32, beta2: f32, rest2: f32, decay: f32, rate: f32, rootCorrection: f32, epsilon: f32,
): void {
  const factor = scale ? v128.load32_splat(scale) : f32x4.splat(1);
  for (; length > 0; length -= 4) {
    const g = f32x4.mul(v128.load(gradient), factor);
    const mean = madd(v128.load(m), f32x4.splat(beta1), f32x4.mul(g, f32x4.splat(rest1)));
    const square = madd(v128.load(v), f32x4.splat(beta2), f32x4.mul(f32x4.mul(g, g), f32x4.splat(rest2)));
    const root = madd(f32x4.sqrt(square), f32x4.splat(rootCorrection), f32x4.splat(epsilon));
    const decayed = f32x4.mul(v128.load(parameter), f32x4.splat(decay));
    storePart(m, mean, length);
    storePart(v, square, length);
    storePart(parameter, nmadd(f32x4.div(mean, root), f32x4.splat(rate), decayed), length);
    parameter += VECTOR;
    gradient += VECTOR;
    m += VECTOR;
    v += VECTOR;
  }
}
