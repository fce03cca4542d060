import { type AdamSettings, adamStepInPlace, assignInPlace, type Tensor } from '../../tensor/index.js';

/** Keeps 0/0 out; far below any ε, and above where float32 squares vanish. */
const NUMERIC_EPSILON = 1e-20;

/**
 * One step of GatedAdamW ("Training nGPT", arXiv:2608.01284, as others quote its formulas). Adam's ε is a gate that opens
 * where gradients are larger: m̂/(√v̂ + ε) is m̂/d · d/(d + ε), and d/(d + ε) = σ(log(d/ε)). Here d = √v̂ is all that divides,
 * and γ = σ(a·log(d/ε)) the gate: the parameter moves by −learningRate · γ · m̂/d, after decoupled weight decay. a = 1 is
 * Adam's own, a = 0.5 theirs: wider, so that small gradients are damped less and those at ε no more.
 * Explained in docs/training.md.
 */
export function gatedAdamStepInPlace(
  parameter: Tensor,
  gradient: Tensor,
  m: Tensor,
  v: Tensor,
  gradientScale: Tensor | null,
  { gate, ...settings }: AdamSettings & { readonly gate: number },
): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay, step } = settings;
  // Adam's step of no length moves the moments alone.
  adamStepInPlace(parameter, gradient, m, v, gradientScale, {
    ...{ ...settings, learningRate: 0, epsilon: NUMERIC_EPSILON },
  });
  const d = v.sqrt().affine(1 / Math.sqrt(1 - beta2 ** step), NUMERIC_EPSILON);
  const opened = d
    .log()
    .affine(gate, -gate * Math.log(epsilon))
    .sigmoid();
  const update = m
    .div(d)
    .mul(opened)
    .mul(learningRate / (1 - beta1 ** step));
  assignInPlace(parameter, parameter.mul(1 - learningRate * weightDecay).sub(update));
}
