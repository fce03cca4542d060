/** A step on the circle and its gradient, every quantity on the way: `npx tsx learn/08-sphere/gradient.ts`. */
import { grad, hypersphere, init, sphereStep, type Tensor, tensor } from '../../src/index.js';

await init('reference', { dtype: 'float64' });
const h = tensor([1, 0]);
const target = tensor([0, 1]);
const alpha = tensor([0.5, 0.5]);

/** The loss is the first entry of the new point, so that g = (1, 0). */
const loss = (...inputs: [Tensor, Tensor, Tensor]) =>
  sphereStep(...inputs)
    .slice(0, 0, 1)
    .sum();

const shown = (x: Tensor) => `(${Array.from(x.dataSync(), (each) => each.toFixed(4)).join(', ')})`;

const x = hypersphere.lerp(h, target, alpha);
const n = x.square().sum().sqrt();
const y = sphereStep(h, target, alpha);
console.log(`x = ${shown(x)}, n = ${n.itemSync().toFixed(4)}, y = ${shown(y)}`);

const g = tensor([1, 0]);
const dx = hypersphere.tangentProjection(y, g).div(n);
console.log(`dx = ${shown(dx)}, y · dx = ${y.mul(dx).sum().itemSync().toFixed(4)}`);

const [dh, dTarget, dAlpha] = grad(loss)(h, target, alpha);
console.log(`dh = ${shown(dh)}, dt = ${shown(dTarget)}, dα = ${shown(dAlpha)}`);
