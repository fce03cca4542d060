/** Chapter 6, exercise 1: the checks. */
import { hessian, type Tensor, tensor } from '../../src/index.js';
import { type Check, close, equal } from '../exercises/check.js';

/** What exercise.ts and solution.ts export. */
export interface Exercise {
  hessianVector(f: (x: Tensor) => Tensor, x: Tensor, v: Tensor): Tensor;
  newtonStep(f: (x: Tensor) => Tensor, x: Tensor): Tensor;
}

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'hessianVector of Σ x³ is 6 x v',
    run({ hessianVector }) {
      const product = hessianVector((x) => x.pow(3).sum(), tensor([1, -2, 3]), tensor([1, 1, 0.5]));
      close(product.dataSync(), [6, -12, 9], 'H v at (1, −2, 3) for v = (1, 1, ½)');
    },
  },
  {
    name: 'hessianVector mixes elements that f mixes',
    run({ hessianVector }) {
      const f = (x: Tensor) => x.sin().sum().mul(x.square().sum()).tanh();
      const [x, v] = [tensor([0.3, -0.1, 0.4]), tensor([1, 2, -1])];
      const [[table]] = hessian(f)(x);
      const wanted = table.matmul(v.reshape([3, 1])).dataSync();
      close(
        hessianVector(f, x, v).dataSync(),
        wanted,
        'H v',
        'multiply the gradient with v and sum before you differentiate again',
      );
    },
  },
  {
    name: 'hessianVector keeps the shape of x',
    run({ hessianVector }) {
      const x = tensor([
        [1, 2],
        [3, 4],
      ]);
      equal(
        hessianVector((y) => y.square().sum(), x, x).shape,
        [2, 2],
        'the shape of H v for x of shape [2, 2]',
      );
    },
  },
  {
    name: 'hessianVector calls f once',
    run({ hessianVector }) {
      let calls = 0;
      const f = (x: Tensor) => {
        calls++;
        return x.tanh().sum();
      };
      hessianVector(f, tensor([1, 2, 3]), tensor([1, 0, 0]));
      equal(calls, 1, 'the number of calls of f', 'no differences: one walk through the recorded walk');
    },
  },
  {
    name: 'newtonStep finds the bottom of a parabola at once',
    run({ newtonStep }) {
      const parabola = (x: Tensor) => x.square().mul(3).sub(x.mul(12));
      close(newtonStep(parabola, tensor(100)).itemSync(), 2, 'one step from 100 on 3x² − 12x');
    },
  },
  {
    name: 'newtonStep doubles the digits of the least of eˣ − 2x, which is log 2',
    run({ newtonStep }) {
      let x = tensor(0);
      const off: number[] = [];
      for (let i = 0; i < 5; i++) {
        x = newtonStep((y) => y.exp().sub(y.mul(2)), x);
        off.push(Math.abs(x.itemSync() - Math.LN2));
      }
      close(off, [0.30685, 0.04261, 0.00089, 4e-7, 0], 'the distance after each of five steps', '', 1e-5);
      close(off[4], 0, 'the distance after the fifth step', '', 1e-12);
    },
  },
];
