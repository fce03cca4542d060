/** Chapter 13, exercise 2: the checks. */
import { Generator } from '../../src/index.js';
import { type Check, close, holds, refuses } from '../exercises/check.js';

/** What exercise-2.ts and solution-2.ts export. */
export interface Exercise {
  readonly GradientSum: new (
    rows: readonly number[],
    length: number,
  ) => {
    arrive(member: number, gradient: Float32Array): void;
    total(): Float32Array;
  };
}

/** Of a batch of eleven. */
const ROWS = [2, 3, 3, 3];
const LENGTH = 50;

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'the total is the gradient of the mean over the batch',
    run({ GradientSum }) {
      const gradients = gradientsOf(1);
      const wanted = Array.from({ length: LENGTH }, (_, i) =>
        gradients.reduce((sum, each, member) => sum + (ROWS[member] / 11) * each[i], 0),
      );
      const hint = 'a share counts by its rows over those of the batch';
      close(totalOf(GradientSum, gradients, [0, 1, 2, 3]), wanted, 'the total', hint, 1e-6);
    },
  },
  {
    name: 'it is the same to the last bit in each of the 24 orders of four members',
    run({ GradientSum }) {
      for (const seed of [1, 2, 3]) {
        const gradients = gradientsOf(seed);
        const first = totalOf(GradientSum, gradients, [0, 1, 2, 3]);
        for (const order of ordersOf([0, 1, 2, 3])) {
          const came = totalOf(GradientSum, gradients, order);
          const i = came.findIndex((each, at) => !Object.is(each, first[at]));
          const values = `${came[i]}, when they came as 0, 1, 2, 3 it was ${first[i]}`;
          const hint = 'do not add before you know what comes first';
          holds(i < 0, `members came as ${order.join(', ')} and element ${i} is ${values}; ${hint}`);
        }
      }
    },
  },
  {
    name: 'a member that has arrived may write something else where its gradient was',
    run({ GradientSum }) {
      const sum = new GradientSum([1, 1], 1);
      const own = Float32Array.of(4);
      sum.arrive(1, own);
      own[0] = 1000;
      sum.arrive(0, Float32Array.of(2));
      close(sum.total(), [3], 'the total of 2 and 4, over one row each', 'keep a copy');
    },
  },
  {
    name: 'there is no total before all have arrived',
    run({ GradientSum }) {
      const sum = new GradientSum([1, 1, 1], 1);
      sum.arrive(0, Float32Array.of(1));
      sum.arrive(2, Float32Array.of(1));
      refuses(() => sum.total(), /./, 'total() with member 1 missing');
    },
  },
];

/** One for each member, whose sums come out of numbers of very different size. */
function gradientsOf(seed: number): Float32Array[] {
  const random = new Generator(seed);
  return ROWS.map(() => Float32Array.from(random.normals(LENGTH), (each, i) => each * 10 ** (i % 5)));
}

function totalOf(
  GradientSum: Exercise['GradientSum'],
  gradients: readonly Float32Array[],
  order: readonly number[],
): Float32Array {
  const sum = new GradientSum(ROWS, LENGTH);
  for (const member of order) sum.arrive(member, gradients[member]);
  return sum.total();
}

function ordersOf(members: readonly number[]): number[][] {
  if (members.length === 0) return [[]];
  return members.flatMap((first) =>
    ordersOf(members.filter((each) => each !== first)).map((rest) => [first, ...rest]),
  );
}
