/**
 * How a block moves a hidden state: on the straight line and back to the sphere, or along the great circle.
 * Explained in docs/learn/08-sphere.md.
 */
import { sphereStep, type Tensor, unit } from '../tensor/index.js';
import type { ModelConfig } from './config/config.js';
import { lerp, slerp } from './hypersphere.js';

/** From h towards a target, both unit vectors [..., d], as far as α [d] says in each dimension; a unit vector again. */
export type ResidualStep = (h: Tensor, target: Tensor, alpha: Tensor) => Tensor;

/** The step that a model makes twice in every block. */
export function residualStep({ residual, signedAlpha }: ModelConfig): ResidualStep {
  // Paper eq. 6: along the great circle, which the straight line below approximates.
  const alongCircle: ResidualStep = (h, target, alpha) => slerp(h, target, signedAlpha ? alpha : alpha.abs());
  // Paper A.2: an α below 0 leads away from the target.
  const signed: ResidualStep = (h, target, alpha) => unit(lerp(h, target, alpha));
  if (residual === 'slerp') return alongCircle;
  // Paper eq. 10 and 11, in one kernel: unit(h + |α| ⊙ (target − h)).
  return signedAlpha ? signed : sphereStep;
}
