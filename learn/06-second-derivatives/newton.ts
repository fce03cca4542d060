/**
 * Newton's method beside gradient descent: `npx tsx learn/06-second-derivatives/newton.ts`.
 * Explained in docs/learn/06-second-derivatives.md.
 */
import { Matrix, solve } from 'ml-matrix';
import { grad, hessian, init, type Tensor, tensor } from '../../src/index.js';
import { loss, start } from './problem.js';

await init('reference', { dtype: 'float64' });

/** w − H⁻¹ g. */
function newtonStep(w: Tensor): Tensor {
  const [slope] = grad(loss)(w);
  const [[curvature]] = hessian(loss)(w);
  const matrix = Matrix.from1DArray(w.size, w.size, Array.from(curvature.dataSync()));
  const right = Matrix.columnVector(Array.from(slope.dataSync()));
  return w.sub(tensor(solve(matrix, right).to1DArray()));
}

function descentStep(w: Tensor): Tensor {
  return w.sub(grad(loss)(w)[0].mul(8));
}

/** The weights after each step, those of the start first. */
function walk(step: (w: Tensor) => Tensor, count: number): Tensor[] {
  const passed = [start()];
  for (let i = 0; i < count; i++) passed.push(step(passed[i]));
  return passed;
}

const newton = walk(newtonStep, 8);
const best = newton[8];

function report(passed: readonly Tensor[], at: readonly number[]): void {
  for (const i of at) {
    const distance = passed[i].sub(best).norm().itemSync();
    console.log(
      `step ${String(i).padStart(4)}: loss ${loss(passed[i]).itemSync().toFixed(10)}, distance ${distance.toExponential(1)}`,
    );
  }
}

console.log("Newton's method");
report(newton, [0, 1, 2, 3, 4, 5]);
console.log('gradient descent');
report(walk(descentStep, 1000), [1, 10, 100, 1000]);
