/** The derivative that is derived by hand, against the one that the tape finds in the definition: `npx tsx learn/07-fused-ops/agree.ts`. */
import { Generator, grad, init, normal, scope, softmax, type Tensor, unit } from '../../src/index.js';
import { softmaxDefinition, unitDefinition } from '../../src/tensor/ops/fused.js';

await init('reference', { dtype: 'float64' });
const generator = new Generator(1);
const DRAWS = 300;

/** The largest difference between the gradients of both, over rows of random numbers, sizes and shapes. */
function largestDifference(fused: (x: Tensor) => Tensor, definition: (x: Tensor) => Tensor): number {
  let largest = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    scope(() => {
      const shape = [1 + generator.integer(4), 1 + generator.integer(20)];
      const x = normal(generator, shape).mul(10 ** (generator.integer(5) - 2));
      const g = normal(generator, shape);
      const [byHand] = grad((x) => fused(x).mul(g).sum())(x);
      const [byTape] = grad((x) => definition(x).mul(g).sum())(x);
      const scale = Math.max(1, byTape.abs().max().itemSync());
      largest = Math.max(largest, byHand.sub(byTape).abs().max().itemSync() / scale);
    });
  }
  return largest;
}

console.log(`unit:    ${largestDifference(unit, unitDefinition).toExponential(1)}`);
console.log(`softmax: ${largestDifference(softmax, softmaxDefinition).toExponential(1)}`);
