/** Chapter 5, exercise 1: the checks. */
import { type Tensor, tensor } from '../../src/index.js';
import { type Check, close, holds, refuses } from '../exercises/check.js';

/** What exercise.ts and solution.ts export. */
export interface Exercise {
  differences(f: (x: Tensor) => Tensor, x: Tensor, step: number): number[];
  check(f: (x: Tensor) => Tensor, x: Tensor): number;
}

const halfSquare = (x: Tensor) => x.mul(x.detach());
/** What the check says of an element. */
const REFUSED = /element \d+ is/;

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'differences gives the derivative by every element',
    run({ differences }) {
      const f = (x: Tensor) => x.square().mul(x).sum();
      close(differences(f, tensor([1, -2, 0.5]), 1e-4), [3, 12, 0.75], 'the derivative of Σ x³', '', 1e-7);
      const matrix = tensor([
        [1, 2],
        [3, 4],
      ]);
      const product = (x: Tensor) =>
        x
          .slice(0, 0, 1)
          .mul(x.slice(0, 1, 2))
          .sum();
      const hint = 'is the shape of x kept, and is one element moved at a time?';
      close(differences(product, matrix, 1e-4), [3, 4, 1, 2], 'that of x₀₀ x₁₀ + x₀₁ x₁₁', hint, 1e-7);
    },
  },
  {
    name: 'differences looks to both sides',
    run({ differences }) {
      const hint = 'the error of the central formula is 0 for a parabola';
      close(
        differences((x) => x.square().sum(), tensor([3]), 0.5),
        [6],
        'that of x² by a step of ½',
        hint,
      );
    },
  },
  {
    name: 'check accepts right derivatives',
    run({ check }) {
      for (const [name, f] of Object.entries(RIGHT)) {
        const error = check(f, tensor([0.5, -1.2, 2]));
        holds(
          error <= 1e-8,
          `the error of ${name} came out as ${error}, 1e-8 can be had: which step is best?`,
        );
      }
    },
  },
  {
    name: 'check refuses half the derivative, even of one element in three',
    run({ check }) {
      refuses(() => check(halfSquare, tensor([1, 2, 3])), REFUSED, 'x · x with one x taken for a constant');
      const one = (x: Tensor) =>
        x
          .square()
          .mul(tensor([1, 0, 1]))
          .add(halfSquare(x).mul(tensor([0, 1, 0])));
      refuses(() => check(one, tensor([1, 2, 3])), /element 1 is/, 'the same in element 1 alone');
    },
  },
  {
    name: 'check refuses what vanishes in a sum',
    run({ check }) {
      const hint = 'the elements of a softmax always add up to 1; weight them';
      const stuck = (x: Tensor) => x.softmax().detach().add(x.mul(0));
      refuses(() => check(stuck, tensor([1, 2])), REFUSED, 'a softmax whose derivative is 0', hint);
    },
  },
  {
    name: 'check refuses NaN',
    run({ check }) {
      const hint = 'every comparison with NaN is false';
      refuses(() => check((x) => x.log(), tensor([-1])), REFUSED, 'the logarithm of −1', hint);
    },
  },
  {
    name: 'check goes back once, however many outputs there are',
    run({ check }) {
      let calls = 0;
      const wide = (x: Tensor) => {
        calls++;
        return x
          .reshape([2, 1])
          .mul(tensor(Array.from({ length: 40 }, (_, i) => i / 40)))
          .tanh();
      };
      check(wide, tensor([0.5, -1]));
      holds(calls <= 10, `80 outputs of 2 inputs called f ${calls} times; 5 are enough`);
    },
  },
];

const RIGHT: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  'tanh x': (x) => x.tanh(),
  'x eˣ': (x) => x.mul(x.exp()),
  softmax: (x) => x.softmax(),
  'the sum of squares': (x) => x.square().sum(),
};
