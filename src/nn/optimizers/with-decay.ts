import type { Tensor } from '../../tensor/index.js';
import type { Parameter } from '../parameter.js';

/** The gradient, scaled where it is to be, plus weightDecay · parameter: what L2 regularization adds to it. */
export function withDecay(
  parameter: Parameter,
  gradient: Tensor,
  gradientScale: Tensor | null,
  weightDecay: number,
): Tensor {
  const scaled = gradientScale === null ? gradient : gradient.mul(gradientScale);
  return weightDecay === 0 ? scaled : scaled.add(parameter.mul(weightDecay));
}
