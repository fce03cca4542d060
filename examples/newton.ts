/**
 * Newton's method without a Hessian: a step solves H p = gradient by conjugate gradients, which ask only for products H v.
 * Each is a derivative of a derivative. Beside it gradient descent, on a problem whose directions differ in steepness.
 * Run it: npx tsx examples/newton.ts
 */
import { Generator, grad, init, jvp, noGrad, normal, scope, type Tensor, tensor, zeros } from 'spheregrad';

await init('reference', { dtype: 'float64' });

// Logistic regression: 200 points of 10 features, of which each is measured in a larger unit than the one before.
const generator = new Generator(1);
const units = Array.from({ length: 10 }, (_, i) => 1.5 ** -i);
const points = normal(generator, [200, 10]).mul(tensor(units));
const hidden = normal(generator, [10]);
const labels = points
  .matmul(hidden.reshape([10, 1]))
  .reshape([200])
  .add(normal(generator, [200]))
  .gt(0)
  .cast('float64');

/** The mean loss in nats of weights [10], with a little of their length, so that there is one minimum. */
function loss(weights: Tensor): Tensor {
  const odds = points.matmul(weights.reshape([10, 1])).reshape([200]);
  const each = odds.softplus().sub(odds.mul(labels)); // −log of the probability of the label
  return each.mean().add(weights.square().sum().mul(5e-4));
}
const gradient = (weights: Tensor) => grad(loss)(weights)[0];
/** H v, the change of the gradient along v: three times the price of a gradient, where H has a row for each weight. */
const hessianTimes = (weights: Tensor, v: Tensor) => jvp(gradient, [weights], [v]).tangent;
const dot = (a: Tensor, b: Tensor) => a.mul(b).sum().itemSync();
const isFlat = (g: Tensor) => Math.sqrt(dot(g, g)) < 1e-8;

/** p with H p = g: each turn goes along a direction that undoes nothing of those before (Hestenes and Stiefel 1952). */
function solve(weights: Tensor, g: Tensor): { p: Tensor; products: number } {
  let [p, residual, direction] = [zeros([10]), g, g];
  let products = 0;
  for (let rest = dot(g, g); Math.sqrt(rest) > 1e-3 * Math.sqrt(dot(g, g)); products++) {
    const turned = hessianTimes(weights, direction);
    const length = rest / dot(direction, turned);
    p = p.add(direction.mul(length));
    residual = residual.sub(turned.mul(length));
    const next = dot(residual, residual);
    direction = residual.add(direction.mul(next / rest));
    rest = next;
  }
  return { p, products };
}

let [newton, steps, products] = [zeros([10]), 0, 0];
for (let g = gradient(newton); !isFlat(g); g = gradient(newton), steps++) {
  console.log(
    `Newton, step ${steps}: loss ${loss(newton).itemSync().toFixed(10)}, |gradient| ${Math.sqrt(dot(g, g)).toExponential(1)}`,
  );
  const solved = solve(newton, g);
  newton = newton.sub(solved.p);
  products += solved.products;
}
console.log(
  `Newton: loss ${loss(newton).itemSync().toFixed(10)} after ${steps} steps, with ${products} products H v in all`,
);

// The longest step that cannot overshoot is 1 / the largest curvature: softplus'' ≤ 1/4, and a trace bounds eigenvalues.
const rate = 1 / (points.square().sum().itemSync() / (4 * 200) + 1e-3);
let [descent, count] = [zeros([10]), 0];
noGrad(() => {
  for (let g = gradient(descent); !isFlat(g) && count < 20_000; g = gradient(descent), count++) {
    descent = scope(() => descent.sub(g.mul(rate)));
  }
});
console.log(`gradient descent: loss ${loss(descent).itemSync().toFixed(10)} after ${count} steps`);
console.log(`weights differ by ${newton.sub(descent).abs().max().itemSync().toExponential(1)} at most`);
