/** Who keeps a buffer alive, and what the tape notices: `npx tsx learn/02-tape/lifetimes.ts`. */
import { assignInPlace, init, liveBuffers, scope, tensor, zerosLike } from '../../src/index.js';

await init('reference', { dtype: 'float64' });
const w = tensor([1, 2, 3]).setRequiresGrad();
const x = tensor([0.5, -1, 2]);
const before = liveBuffers();

function report(what: string): void {
  console.log(`${what}: ${liveBuffers() - before}`);
}

// Every op returns a tensor, and here nobody lets go of those in the middle.
const first = w.mul(x).tanh().sum();
report('without a scope');
for (let i = 0; i < 9; i++) w.mul(x).tanh().sum();
report('ten times');

const second = scope(() => w.mul(x).tanh().sum());
report('with a scope');
second.dispose();
report('its result disposed');

assignInPlace(x, zerosLike(x));
try {
  first.backward();
} catch (error) {
  console.log(String(error));
}
