/** Chapter 7, exercise 2: the checks. */
import { Generator, grad, jacobian, normal, type Tensor, uniform } from '../../src/index.js';
import { type Check, close, holds } from '../exercises/check.js';

/** What exercise-2.ts and solution-2.ts export. */
export interface Exercise {
  sharesBackward(g: Tensor, x: Tensor): Tensor;
  unseen(x: Tensor): Tensor;
}

const HINT = 'this Jacobian is not its own transpose: dxⱼ = Σᵢ gᵢ ∂yᵢ/∂xⱼ goes down a column';

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'sharesBackward is the gradient that grad finds, of a row and of several',
    run({ sharesBackward }) {
      for (const shape of [[3], [2, 4]]) {
        const [g, x] = drawn(shape);
        const [wanted] = grad((x) => shares(x).mul(g).sum())(x);
        close(sharesBackward(g, x).dataSync(), wanted.dataSync(), 'the gradient of x / Σ x', HINT);
      }
    },
  },
  {
    name: 'of one number nothing is left',
    run({ sharesBackward }) {
      const [g, x] = drawn([1]);
      close(sharesBackward(g, x).dataSync(), [0], 'the gradient of x / x', 'its share is 1, whatever x is');
    },
  },
  {
    name: 'the Jacobian takes what is unseen to 0',
    run({ unseen }) {
      const [, x] = drawn([4]);
      const v = unseen(x);
      holds(v.abs().max().itemSync() > 1e-6, 'unseen returned 0: every Jacobian takes that to 0');
      const [J] = jacobian(shares)(x);
      const moved = J.matmul(v.reshape([4, 1])).dataSync();
      close(moved, [0, 0, 0, 0], 'how the shares move', 'after which change of x are all shares as before?');
    },
  },
];

function shares(x: Tensor): Tensor {
  return x.div(x.sum(-1, true));
}

function drawn(shape: readonly number[]): [g: Tensor, x: Tensor] {
  const generator = new Generator(shape.length);
  return [normal(generator, shape), uniform(generator, shape).add(0.1)];
}
