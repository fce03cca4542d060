/** Whole Jacobians of a few ops, from the engine: `npx tsx learn/07-fused-ops/jacobians.ts`. */
import { init, jacobian, logSoftmax, softmax, type Tensor, tensor, unit } from '../../src/index.js';

await init('reference', { dtype: 'float64' });

function print(title: string, f: (x: Tensor) => Tensor, x: Tensor): Tensor {
  const [J] = jacobian(f)(x);
  console.log(`${title}: y = ${rounded(f(x))}`);
  for (let row = 0; row < J.shape[0]; row++) console.log(`  ${rounded(J.slice(0, row, row + 1))}`);
  return J;
}

function rounded(x: Tensor): string {
  return Array.from(x.dataSync(), (each) => each.toFixed(3).padStart(7)).join('');
}

const x = tensor([3, 4]);
const ofUnit = print('unit of (3, 4)', unit, x);
console.log(`  times x: ${rounded(ofUnit.matmul(x.reshape([2, 1])))}`);

const scores = tensor([0, Math.log(2), Math.log(5)]);
const ofSoftmax = print('softmax of (0, log 2, log 5)', softmax, scores);
console.log(`  times (1, 1, 1): ${rounded(ofSoftmax.matmul(tensor([1, 1, 1], [3, 1])))}`);

print('log softmax of the same', logSoftmax, scores);
