/** What is copied forwards is summed backwards: `npx tsx learn/04-rules/copies.ts`. */
import { init, type Tensor, tensor, vjp } from '../../src/index.js';

await init('reference', { dtype: 'float64' });
const a = tensor([[1], [2]]);
const b = tensor([10, 20, 30]);
const { value, pullback } = vjp((x, y) => x.mul(y), a, b);
const g = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const [byA, byB] = pullback(g);
for (const [name, x] of Object.entries({ a, b, y: value, g, '∂L/∂a': byA, '∂L/∂b': byB })) print(name, x);

function print(name: string, x: Tensor): void {
  console.log(`${name.padEnd(5)}  [${x.shape}]`.padEnd(14) + Array.from(x.dataSync()).join(' '));
}
