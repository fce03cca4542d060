/** Chapter 6, exercise 2: the checks. */
import { grad, type Tensor, tensor } from '../../src/index.js';
import { loss, start } from '../06-second-derivatives/problem.js';
import { type Check, close, equal, holds } from '../exercises/check.js';

/** What exercise-2.ts and solution-2.ts export. */
export interface Exercise {
  conjugateGradients(times: (v: Tensor) => Tensor, b: Tensor): Tensor;
  newtonStep(f: (x: Tensor) => Tensor, x: Tensor): Tensor;
}

const MATRIX = [
  [4, 1, 0, 1],
  [1, 3, 1, 0],
  [0, 1, 5, 2],
  [1, 0, 2, 6],
];
const SOLUTION = [1, -2, 0.5, 3];

/** A v, and how often it was asked for. */
function counting(rows: readonly (readonly number[])[]) {
  const matrix = tensor(rows.map((row) => [...row]));
  const counted = { calls: 0, times: (v: Tensor) => matrix.matmul(v.reshape([v.size, 1])).reshape(v.shape) };
  return {
    counted,
    times: (v: Tensor) => {
      counted.calls++;
      return counted.times(v);
    },
  };
}

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'conjugateGradients solves four equations',
    run({ conjugateGradients }) {
      const { counted, times } = counting(MATRIX);
      const x = conjugateGradients(times, counted.times(tensor(SOLUTION)));
      close(x.dataSync(), SOLUTION, 'the solution', 'a step of r·r / d·A d along d, then r, then the next d');
    },
  },
  {
    name: 'it takes as many products as there are unknowns, at most',
    run({ conjugateGradients }) {
      const { counted, times } = counting(MATRIX);
      conjugateGradients(times, counted.times(tensor(SOLUTION)));
      holds(counted.calls <= 4, `four unknowns took ${counted.calls} products`);
    },
  },
  {
    name: 'it ends when there is nothing left',
    run({ conjugateGradients }) {
      const zero = conjugateGradients(counting(MATRIX).times, tensor([0, 0, 0, 0]));
      close(zero.dataSync(), [0, 0, 0, 0], 'the solution for b = 0', '0 / 0 is NaN: look before you divide');
      const twice = counting([
        [2, 0, 0],
        [0, 2, 0],
        [0, 0, 2],
      ]);
      close(
        conjugateGradients(twice.times, tensor([2, 4, 6])).dataSync(),
        [1, 2, 3],
        'the solution of 2 x = b',
      );
      equal(twice.counted.calls, 1, 'the products for 2 x = b', 'the first direction leads there');
    },
  },
  {
    name: 'newtonStep finds the bottom of a bowl at once',
    run({ newtonStep }) {
      const { counted } = counting(MATRIX);
      const bowl = (x: Tensor) =>
        x
          .mul(counted.times(x))
          .sum()
          .div(2)
          .sub(x.mul(counted.times(tensor(SOLUTION))).sum());
      close(
        newtonStep(bowl, tensor([9, 9, -9, 9])).dataSync(),
        SOLUTION,
        'one step from (9, 9, −9, 9)',
        'H p = −g',
      );
    },
  },
  {
    name: 'newtonStep finds the least of the loss of the chapter in six steps',
    run({ newtonStep }) {
      let w = start();
      for (let i = 0; i < 6; i++) w = newtonStep(loss, w);
      close(grad(loss)(w)[0].dataSync(), [0, 0, 0], 'the gradient after six steps', '', 1e-12);
    },
  },
];
