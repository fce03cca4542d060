/** The straight line, brought back to the sphere, against the great circle: `npx tsx learn/08-sphere/paths.ts`. */
import { Generator, hypersphere, init, normal, type Tensor, tensor } from '../../src/index.js';

const { geodesicDistance, lerp, slerp, tangentProjection, unit } = hypersphere;
await init('reference', { dtype: 'float64' });

const inDegrees = (angle: Tensor) => (angle.itemSync() * 180) / Math.PI;

/** The point of the circle of unit vectors in the plane at so many degrees. */
function at(degrees: number): Tensor {
  const angle = (degrees * Math.PI) / 180;
  return tensor([Math.cos(angle), Math.sin(angle)]);
}

console.log('how far towards a target, in degrees: by the line / along the circle');
const SHARES = [0.05, 0.25, 0.5, 0.75];
console.log(`target at   ${SHARES.map((share) => `α = ${share}`.padEnd(15)).join('')}`.trimEnd());
const h = at(0);
for (const degrees of [10, 45, 90, 135, 170]) {
  const moved = SHARES.map((share) => {
    const byLine = inDegrees(geodesicDistance(h, unit(lerp(h, at(degrees), share))));
    const alongCircle = inDegrees(geodesicDistance(h, slerp(h, at(degrees), share)));
    return `${byLine.toFixed(2)} / ${alongCircle.toFixed(2)}`.padEnd(15);
  });
  console.log(`${`${degrees}°`.padEnd(12)}${moved.join('')}`.trimEnd());
}

const D = 128;
const generator = new Generator(1);
const [from, target] = [0, 1].map(() => unit(normal(generator, [D])));
// The plane of the great circle: `from`, and what of the target is tangent there.
const aside = unit(tangentProjection(from, target));

/** The angle between y and the plane. */
function above(y: Tensor): number {
  const within = Math.hypot(y.mul(from).sum().itemSync(), y.mul(aside).sum().itemSync());
  return (Math.acos(Math.min(1, within)) * 180) / Math.PI;
}

console.log(`\nin ${D} dimensions, α of`);
for (const spread of [0, 0.5, 1]) {
  const alpha = tensor(Array.from({ length: D }, () => 0.25 * (1 + spread * (2 * generator.uniform() - 1))));
  const y = unit(lerp(from, target, alpha));
  const length = y.square().sum().sqrt().itemSync();
  console.log(
    `0.25 ± ${(100 * spread).toFixed(0)} %: ${inDegrees(geodesicDistance(from, y)).toFixed(1)}° from h, ` +
      `${above(y).toFixed(2)}° off the great circle, length ${length.toFixed(6)}`,
  );
}
