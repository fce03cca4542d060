/** What the tape holds of an expression: `npx tsx learn/02-tape/recorded.ts`. */
import { explain, init, scope, tensor } from '../../src/index.js';

await init('reference', { dtype: 'float64' });
const x = tensor([0.5, -1, 2]);
const w = tensor([1, 2, 3]).setRequiresGrad();
const loss = scope(() => w.mul(x).tanh().add(1).square().sum());
console.log(
  String(
    explain(loss, [
      ['w', w],
      ['x', x],
    ]),
  ),
);
loss.backward();
console.log('\nAfter the backward pass:');
console.log(
  String(
    explain(loss, [
      ['w', w],
      ['x', x],
    ]),
  ),
);
