/** Fits a line to five points by gradient descent: `npx tsx learn/00-first-tensor/line.ts`. */
import { assignInPlace, init, liveBuffers, noGrad, scope, tensor } from '../../src/index.js';

await init('reference', { dtype: 'float64' });
const x = tensor([0, 1, 2, 3, 4]);
const wanted = tensor([1, 3, 5, 7, 9]); // 2 x + 1
const weight = tensor(0).setRequiresGrad();
const bias = tensor(0).setRequiresGrad();
const RATE = 0.05;

for (let step = 0; step <= 200; step++) {
  const loss = scope(() => {
    const error = x.mul(weight).add(bias).sub(wanted);
    const mean = error.square().mean();
    mean.backward();
    return mean;
  });
  if (step % 50 === 0)
    console.log(`step ${step}: loss ${loss.itemSync().toFixed(5)}, ${liveBuffers()} buffers`);
  loss.dispose();
  noGrad(() =>
    scope(() => {
      for (const parameter of [weight, bias]) {
        if (parameter.grad === null) throw new Error('no gradient came');
        assignInPlace(parameter, parameter.sub(parameter.grad.mul(RATE)));
        parameter.grad = null;
      }
    }),
  );
}
console.log(`${weight.itemSync().toFixed(2)} x + ${bias.itemSync().toFixed(2)}`);
