/** Chapter 4, exercise 1: the checks. */
import { type Shape, sizeOf, type Tensor, tensor, vjp } from '../../src/index.js';
import { type Check, close, equal } from '../exercises/check.js';

/** What exercise.ts and solution.ts export. */
export interface Exercise {
  sumTo(g: Tensor, shape: Shape): Tensor;
  mulRule(g: Tensor, a: Tensor, b: Tensor): readonly [Tensor, Tensor];
}

/** 1, 2, 3, … */
function counted(shape: Shape): Tensor {
  return tensor(
    Array.from({ length: sizeOf(shape) }, (_, i) => i + 1),
    shape,
  );
}

function sums({ sumTo }: Exercise, from: Shape, to: Shape, wanted: readonly number[], hint: string): void {
  const total = sumTo(counted(from), to);
  const what = `1, 2, 3, … of shape [${from}] summed to [${to}]`;
  equal(total.shape, to, `the shape of ${what}`, hint);
  close(total.dataSync(), wanted, what, hint);
}

const PAIRS: readonly (readonly [Shape, Shape])[] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [[2, 1], [3]],
  [[], [2, 2]],
  [
    [4, 1, 2],
    [1, 3, 1],
  ],
];

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'sumTo leaves a gradient alone that has the shape already',
    run(exercise) {
      sums(exercise, [2, 3], [2, 3], [1, 2, 3, 4, 5, 6], 'nothing was repeated');
    },
  },
  {
    name: 'sumTo sums over the axes that are missing at the front',
    run(exercise) {
      sums(exercise, [2, 3], [3], [5, 7, 9], 'a row that was repeated for every row of g');
      sums(exercise, [2, 2, 2], [2], [16, 20], 'shapes are aligned at their last axes');
      sums(exercise, [2, 3], [], [21], 'a single number was repeated everywhere');
    },
  },
  {
    name: 'sumTo sums over the axes that were of size 1',
    run(exercise) {
      sums(exercise, [2, 3], [2, 1], [6, 15], 'the axis stays, with size 1');
      sums(exercise, [2, 3], [1, 3], [5, 7, 9], 'the axis stays, with size 1');
      sums(exercise, [2, 2, 3], [2, 1], [30, 48], 'one axis is missing, another has size 1');
    },
  },
  {
    name: 'mulRule returns what the engine does',
    run({ mulRule }) {
      for (const [left, right] of PAIRS) {
        const [a, b] = [counted(left).mul(0.1), counted(right).mul(-0.3)];
        const { value, pullback, dispose } = vjp((x, y) => x.mul(y), a, b);
        const g = counted(value.shape).sin();
        const wanted = pullback(g);
        dispose();
        const found = mulRule(g, a, b);
        ['a', 'b'].forEach((name, i) => {
          const what = `∂L/∂${name} of a [${left}] times b [${right}]`;
          equal(
            found[i].shape,
            wanted[i].shape,
            `the shape of ${what}`,
            'a gradient has the shape of its tensor',
          );
          close(found[i].dataSync(), wanted[i].dataSync(), what, 'dy = b da + a db');
        });
      }
    },
  },
];
