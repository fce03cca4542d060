// The optimizer's step, in one pass over parameter, gradient and both moments. Explained in docs/learn/11-training.md.

import { madd, nmadd, storePart, storeTwo, VECTOR } from './simd';

/**
 * With g = gradient·scale: m ← beta1·m + rest1·g, v ← beta2·v + rest2·g², and
 * parameter ← decay·parameter − rate·m / (√v·rootCorrection + epsilon). `scale` is the address of a float, or 0
 * for none.
 */
export function adamStep(
  parameter: usize, gradient: usize, m: usize, v: usize, scale: usize, length: i32,
  beta1: f32, rest1: f32, beta2: f32, rest2: f32, decay: f32, rate: f32, rootCorrection: f32, epsilon: f32,
): void {
  const factor = f32x4.splat(scale ? load<f32>(scale) : 1);
  for (; length >= 8; length -= 8) {
    const g0 = f32x4.mul(v128.load(gradient), factor);
    const g1 = f32x4.mul(v128.load(gradient, VECTOR), factor);
    const mean0 = average(v128.load(m), beta1, g0, rest1);
    const mean1 = average(v128.load(m, VECTOR), beta1, g1, rest1);
    const square0 = average(v128.load(v), beta2, f32x4.mul(g0, g0), rest2);
    const square1 = average(v128.load(v, VECTOR), beta2, f32x4.mul(g1, g1), rest2);
    const step0 = f32x4.div(mean0, root(square0, rootCorrection, epsilon));
    const step1 = f32x4.div(mean1, root(square1, rootCorrection, epsilon));
    const decayed0 = f32x4.mul(v128.load(parameter), f32x4.splat(decay));
    const decayed1 = f32x4.mul(v128.load(parameter, VECTOR), f32x4.splat(decay));
    storeTwo(m, mean0, mean1);
    storeTwo(v, square0, square1);
    storeTwo(parameter, nmadd(step0, f32x4.splat(rate), decayed0), nmadd(step1, f32x4.splat(rate), decayed1));
    parameter += 2 * VECTOR;
    gradient += 2 * VECTOR;
    m += 2 * VECTOR;
    v += 2 * VECTOR;
  }
  for (; length > 0; length -= 4) {
    const g = f32x4.mul(v128.load(gradient), factor);
    const mean = average(v128.load(m), beta1, g, rest1);
    const square = average(v128.load(v), beta2, f32x4.mul(g, g), rest2);
    const step = f32x4.div(mean, root(square, rootCorrection, epsilon));
    const decayed = f32x4.mul(v128.load(parameter), f32x4.splat(decay));
    storePart(m, mean, length);
    storePart(v, square, length);
    storePart(parameter, nmadd(step, f32x4.splat(rate), decayed), length);
    parameter += VECTOR;
    gradient += VECTOR;
    m += VECTOR;
    v += VECTOR;
  }
}

/** beta·average + rest·x. */
// @ts-ignore: decorator
@inline
function average(average: v128, beta: f32, x: v128, rest: f32): v128 {
  return madd(average, f32x4.splat(beta), f32x4.mul(x, f32x4.splat(rest)));
}

/** √square·correction + epsilon. */
// @ts-ignore: decorator
@inline
function root(square: v128, correction: f32, epsilon: f32): v128 {
  return madd(f32x4.sqrt(square), f32x4.splat(correction), f32x4.splat(epsilon));
}
