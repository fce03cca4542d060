/** Chapter 0: the checks. */
import { liveBuffers, type Tensor, tensor } from '../../src/index.js';
import { type Check, close, equal } from '../exercises/check.js';

/** What exercise.ts and solution.ts export. */
export interface Exercise {
  distance(a: Tensor, b: Tensor): Tensor;
  gradientAt(f: (x: Tensor) => Tensor, point: readonly number[]): number[];
}

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'distance has the right value and no axes',
    run({ distance }) {
      const d = distance(tensor([0, 3, 1]), tensor([4, 0, 1]));
      equal(d.shape, [], 'the shape of the distance', 'sum() over all axes leaves none');
      close(d.itemSync(), 5, 'the distance of [0, 3, 1] and [4, 0, 1]');
    },
  },
  {
    name: 'distance frees what it makes on the way',
    run({ distance }) {
      const [a, b] = [tensor([1, 2]), tensor([2, 1])];
      const before = liveBuffers();
      const d = distance(a, b);
      equal(
        liveBuffers() - before,
        1,
        'the number of buffers that a call adds',
        'the result is one; see scope',
      );
      close(d.itemSync(), Math.SQRT2, 'the distance of [1, 2] and [2, 1]');
      close(a.dataSync(), [1, 2], 'the first vector afterwards');
    },
  },
  {
    name: 'gradientAt finds gradients',
    run({ gradientAt }) {
      close(
        gradientAt((x) => x.square().sum(), [1, -2, 3]),
        [2, -4, 6],
        'the gradient of Σ x² at [1, −2, 3]',
      );
      close(
        gradientAt((x) => x.mul(x.exp()).sum(), [0]),
        [1],
        'the gradient of Σ x eˣ at [0]',
      );
    },
  },
  {
    name: 'gradientAt leaves nothing behind',
    run({ gradientAt }) {
      const before = liveBuffers();
      gradientAt((x) => x.square().sum(), [1, 2]);
      equal(
        liveBuffers() - before,
        0,
        'the number of buffers left',
        'the point, its gradient, and all that f made',
      );
    },
  },
  {
    name: 'the gradient of the distance is a unit vector that points away',
    run({ distance, gradientAt }) {
      const from = tensor([1, 1]);
      close(
        gradientAt((x) => distance(x, from), [4, 5]),
        [0.6, 0.8],
        'the gradient, at [4, 5], of the distance from [1, 1]',
      );
    },
  },
];
