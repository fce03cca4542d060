/**
 * Geometry of the unit sphere, along the last axis where no other is given. Everything is made of differentiable ops; inputs that are
 * called unit must be. Explained in docs/learn/08-sphere.md.
 */
import { requireFloats, requireNumber, requireNumeric } from '../tensor/checks/values.js';
import { type Numeric, scalarLike, scope, type Tensor, unit, where } from '../tensor/index.js';

export { unit } from '../tensor/index.js';

/**
 * a·b for unit vectors: the cosine of the angle between them, in [−1, 1] up to rounding. [..., d] → [...]
 * @example hypersphere.cosine(tensor([1, 0]), tensor([0.6, 0.8])) // 0.6
 */
export function cosine(a: Tensor, b: Tensor): Tensor {
  requireBoth('cosine', a, b);
  return scope(() => a.mul(b).sum(-1));
}

/**
 * The angle between unit vectors: the length of the shortest way along the sphere, in [0, π]. [..., d] → [...]
 * As 2·atan(‖a − b‖ / ‖a + b‖), which unlike arccos keeps its precision near 0 and π.
 * @example hypersphere.geodesicDistance(tensor([1, 0]), tensor([0, 1])) // 1.5708
 */
export function geodesicDistance(a: Tensor, b: Tensor): Tensor {
  requireBoth('geodesicDistance', a, b);
  return scope(() => angle(a, b).squeeze(-1));
}

/**
 * The straight line from a to b (paper 2.2.2, eq. 7): (1 − t) a + t b, which leaves the sphere in between. The share t is a number, or one
 * for each dimension: [d].
 * @example hypersphere.lerp(tensor([1, 0]), tensor([0, 1]), 0.5) // [0.5, 0.5]
 */
export function lerp(a: Tensor, b: Tensor, t: Numeric): Tensor {
  requireBoth('lerp', a, b);
  requireNumeric('lerp', t);
  return scope(() => a.add(b.sub(a).mul(t)));
}

/**
 * The great circle from unit a to unit b at constant speed (paper 2.2.2, eq. 6):
 * (sin((1−t)θ) a + sin(tθ) b) / sin θ, and the straight line where θ is too small for that. With shares t [d], one for
 * each dimension, it leaves the circle, and is brought back to the sphere.
 * @example hypersphere.slerp(tensor([1, 0]), tensor([0, 1]), 0.5) // [0.7071, 0.7071]
 */
export function slerp(a: Tensor, b: Tensor, t: Numeric): Tensor {
  requireBoth('slerp', a, b);
  requireNumeric('slerp', t);
  return scope(() => {
    const theta = angle(a, b);
    const sine = theta.sin();
    const isSmall = sine.lt(1e-4);
    const divisor = where(isSmall, scalarLike(1, sine), sine);
    const shareOfB = typeof t === 'number' ? scalarLike(t, sine) : t;
    const weight = (share: Tensor) => where(isSmall, share, theta.mul(share).sin().div(divisor));
    return unit(a.mul(weight(shareOfB.affine(-1, 1))).add(b.mul(weight(shareOfB))));
  });
}

/**
 * The part of v that is tangent to the sphere at unit x: v − x (x·v).
 * @example hypersphere.tangentProjection(tensor([1, 0]), tensor([3, 4])) // [0, 4]
 */
export function tangentProjection(x: Tensor, v: Tensor, axis = -1): Tensor {
  requireBoth('tangentProjection', x, v);
  return scope(() => v.sub(x.mul(x.mul(v).sum(axis, true))));
}

/**
 * Unit `to` where it is at most `maxAngle` radians away from unit `from`, to the last bit; else the unit vector that far on
 * the great circle towards it. Of two opposite points, between which no circle is the shortest, it is `from`.
 * @example hypersphere.capAngle(tensor([1, 0]), tensor([0, 1]), Math.PI / 4) // [0.7071, 0.7071]
 */
export function capAngle(from: Tensor, to: Tensor, maxAngle: number, axis = -1): Tensor {
  requireBoth('capAngle', from, to);
  requireNumber('capAngle', 'maxAngle', maxAngle);
  return scope(() => {
    const [cosineOfMost, sineOfMost] = [Math.cos(maxAngle), Math.sin(maxAngle)];
    const cosine = from.mul(to).sum(axis, true);
    const aside = to.sub(from.mul(cosine));
    const sine = aside.square().sum(axis, true).sqrt();
    // The sine of the difference of both angles: no arc functions, which lose digits.
    const isTooFar = sine.mul(cosineOfMost).gt(cosine.mul(sineOfMost));
    const ahead = where(sine.eq(0), scalarLike(1, sine), scalarLike(cosineOfMost, sine));
    const capped = unit(from.mul(ahead).add(unit(aside, axis).mul(sineOfMost)), axis);
    return where(isTooFar, capped, to);
  });
}

/** @throws ArgumentError or DTypeError, in the name of `op`, unless both are tensors of floats. */
function requireBoth(op: string, a: Tensor, b: Tensor): void {
  requireFloats(op, a, 'the first of both');
  requireFloats(op, b, 'the second of both');
}

/** The angle with the last axis kept at size 1. */
function angle(a: Tensor, b: Tensor): Tensor {
  return length(a.sub(b))
    .div(length(a.add(b)))
    .atan()
    .mul(2);
}

/** ‖x‖, with derivative 0 where it is 0: that of the root would be infinite, and its product with 0 a NaN. */
function length(x: Tensor): Tensor {
  const square = x.square().sum(-1, true);
  const isZero = square.eq(0);
  return where(isZero, square, where(isZero, scalarLike(1, square), square).sqrt());
}
