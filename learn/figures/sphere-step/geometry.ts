/** One step on the circle, all of it worked out by the engine: nothing here knows what a sine is but for the handles. */
import {
  type Backend,
  gradients,
  hypersphere,
  sphereStep,
  type Tensor,
  tensor,
  unit,
} from '../../../src/index.js';
import { computed } from '../base/engine.js';
import type { Point } from '../base/svg.js';

export interface SphereStepState {
  /** Where h and the target stand, in degrees, counterclockwise from the right. */
  readonly h: number;
  readonly target: number;
  readonly alpha: number;
}

export const START: SphereStepState = { h: 145, target: 35, alpha: 0.35 };

export interface SphereStep {
  readonly h: Point;
  readonly target: Point;
  /** h + α (target − h), which is inside the circle. */
  readonly onChord: Point;
  readonly chordLength: number;
  /** `sphereStep`: that point, made as long as 1 again. */
  readonly lerp: Point;
  /** As far along the arc as α says. */
  readonly slerp: Point;
  /** In degrees. */
  readonly between: number;
  readonly lerpAngle: number;
  readonly slerpAngle: number;
  /** The loss is −cos of the angle between the new h and the target: its gradient at the new h… */
  readonly gradient: Point;
  /** …and the part of it along the circle: what is left when the new h was made by `unit`. */
  readonly tangent: Point;
  /** ∂loss/∂α, through the step. */
  readonly alphaGradient: number;
}

export function sphereStepOf({ h, target, alpha }: SphereStepState, backend: Backend): SphereStep {
  return computed(backend, () => {
    const [from, to] = [vector(h), vector(target)];
    const share = tensor([alpha, alpha]).setRequiresGrad();
    const lerp = sphereStep(from, to, share);
    const slerp = hypersphere.slerp(from, to, alpha);
    const onChord = hypersphere.lerp(from, to, alpha);
    const [alphaGradient] = gradients(hypersphere.cosine(lerp, to).neg(), [share]);
    // Of −y·target in y that is −target.
    const gradient = to.neg();
    return {
      h: pointOf(from),
      target: pointOf(to),
      onChord: pointOf(onChord),
      chordLength: onChord.square().sum().sqrt().itemSync(),
      lerp: pointOf(lerp),
      slerp: pointOf(slerp),
      between: degrees(hypersphere.geodesicDistance(from, to)),
      lerpAngle: degrees(hypersphere.geodesicDistance(from, unit(lerp))),
      slerpAngle: degrees(hypersphere.geodesicDistance(from, slerp)),
      gradient: pointOf(gradient),
      tangent: pointOf(hypersphere.tangentProjection(lerp, gradient)),
      alphaGradient: alphaGradient?.sum().itemSync() ?? 0,
    };
  });
}

function vector(angle: number): Tensor {
  const radians = (angle * Math.PI) / 180;
  return unit(tensor([Math.cos(radians), Math.sin(radians)]));
}

function pointOf(x: Tensor): Point {
  const [first, second] = x.dataSync();
  return { x: first, y: second };
}

function degrees(angle: Tensor): number {
  return (angle.itemSync() * 180) / Math.PI;
}
