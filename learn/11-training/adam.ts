/** What Adam does with gradients of all sizes, and what its correction is for: `npx tsx learn/11-training/adam.ts`. */
import { Adam, Generator, init, Parameter, tensor } from '../../src/index.js';

await init('reference', { dtype: 'float64' });
const learningRate = 0.01;

console.log('how far a parameter moved, in learning rates:');
for (const size of [1e-4, 1, 1e4]) {
  const alike = moved(() => size);
  const random = new Generator(1);
  const mixed = moved(() => size * random.normal());
  const after = (moves: readonly number[]) =>
    [1, 10, 100].map((steps) => moves[steps - 1].toFixed(2)).join(', ');
  console.log(
    `gradients of size ${size}: after 1, 10, 100 steps ${after(alike)}; with signs at random ${after(mixed)}`,
  );
}

for (const [beta1, beta2] of [
  [0.9, 0.95],
  [0.9, 0.999],
]) {
  const first = (1 - beta1) / Math.sqrt(1 - beta2);
  console.log(
    `β = ${beta1}, ${beta2}: uncorrected, the first step would be ${first.toFixed(2)} learning rates`,
  );
}

/** Learning rates that Adam has moved a number by after each of 100 steps. */
function moved(gradient: () => number): number[] {
  const w = new Parameter(tensor([0]));
  const optimizer = new Adam([w], { learningRate });
  return Array.from({ length: 100 }, () => {
    w.mul(gradient()).sum().backward();
    optimizer.step();
    optimizer.zeroGrad();
    return Math.abs(w.sum().itemSync()) / learningRate;
  });
}
