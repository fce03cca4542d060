/** The gradient of a batch, from the shares of two members: `npx tsx learn/13-threads-and-gpu/shares.ts`. */
import { init, Parameter, scope, tensor } from '../../src/index.js';

await init('reference', { dtype: 'float64' });
const inputs = [1, 2, 3, 4, 5];
const targets = [2, 1, 4, 3, 9];

/** ∂/∂w of the mean of (w x − y)² over rows from `first` to before `end`, times `weight`, at w = 1. */
function gradient(first: number, end: number, weight: number): number {
  const w = new Parameter(tensor([1]));
  scope(() => {
    const error = w.mul(tensor(inputs.slice(first, end))).sub(tensor(targets.slice(first, end)));
    error.square().mean().mul(weight).sum().backward();
  });
  return w.grad!.dataSync()[0];
}

const [a, b] = [gradient(0, 2, 2 / 5), gradient(2, 5, 3 / 5)];
console.log(`all five rows: ${gradient(0, 5, 1).toFixed(3)}`);
console.log(`shares of 2 and 3 rows, weighted: ${a.toFixed(3)} + ${b.toFixed(3)} = ${(a + b).toFixed(3)}`);
console.log(`not weighted, their mean: ${((gradient(0, 2, 1) + gradient(2, 5, 1)) / 2).toFixed(3)}`);
