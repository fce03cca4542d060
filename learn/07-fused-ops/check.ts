/** Chapter 7, exercise 1: the checks. */
import { BackendError, Generator, grad, normal, softmax, type Tensor, unit } from '../../src/index.js';
import { type Check, close, holds } from '../exercises/check.js';

/** What exercise.ts and solution.ts export. */
export interface Exercise {
  softmaxBackward(g: Tensor, y: Tensor): Tensor;
  unitBackward(g: Tensor, x: Tensor): Tensor;
}

const SHAPES = [[3], [2, 4], [2, 1, 3]];
const OF_SOFTMAX = 'multiply diag(y) − y yᵀ by g, term by term';
const OF_UNIT = 'multiply I − y yᵀ by g, term by term, and divide by ‖x‖';
/** The Jacobian of a row so long has ten thousand million entries. */
const LONG = 100_000;

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'softmaxBackward is the gradient that grad finds',
    run({ softmaxBackward }) {
      for (const shape of SHAPES) {
        const [g, x] = drawn(shape);
        compare(softmaxBackward(g, softmax(x)), slope(softmax, g, x), 'softmax', OF_SOFTMAX);
      }
    },
  },
  {
    name: 'unitBackward is the gradient that grad finds',
    run({ unitBackward }) {
      for (const shape of SHAPES) {
        const [g, x] = drawn(shape);
        compare(unitBackward(g, x), slope(unit, g, x), 'unit', OF_UNIT);
      }
    },
  },
  {
    name: 'neither makes the Jacobian',
    run({ softmaxBackward, unitBackward }) {
      const [g, x] = drawn([LONG]);
      const y = softmax(x);
      const [bySoftmax, byUnit] = [() => softmaxBackward(g, y), () => unitBackward(g, x)].map(attempt);
      compare(bySoftmax, slope(softmax, g, x), `softmax of ${LONG} numbers`, OF_SOFTMAX);
      compare(byUnit, slope(unit, g, x), `unit of ${LONG} numbers`, OF_UNIT);
    },
  },
  {
    name: 'both can be differentiated in turn',
    run({ softmaxBackward, unitBackward }) {
      const [g, x] = drawn([4]);
      const hint = 'are they made of ops alone, with no dataSync or detach in between?';
      const second = (backward: (x: Tensor) => Tensor) => grad((x) => backward(x).square().sum())(x)[0];
      const wanted = (f: (x: Tensor) => Tensor) =>
        second((x) => grad((x) => f(x).mul(g).sum(), { createGraph: true })(x)[0]);
      const ofSoftmax = second((x) => softmaxBackward(g, softmax(x)));
      compare(ofSoftmax, wanted(softmax), 'softmaxBackward, differentiated', hint);
      compare(
        second((x) => unitBackward(g, x)),
        wanted(unit),
        'unitBackward, differentiated',
        hint,
      );
    },
  },
];

function drawn(shape: readonly number[]): [g: Tensor, x: Tensor] {
  const generator = new Generator(shape.length);
  return [normal(generator, shape), normal(generator, shape)];
}

function slope(f: (x: Tensor) => Tensor, g: Tensor, x: Tensor): Tensor {
  return grad((x) => f(x).mul(g).sum())(x)[0];
}

function compare(came: Tensor, wanted: Tensor, what: string, hint: string): void {
  const shapes = `the gradient of ${what} has shape [${came.shape}], wanted [${wanted.shape}]`;
  holds(
    String(came.shape) === String(wanted.shape),
    `${shapes}; sums want to keep their axis: sum(-1, true)`,
  );
  const difference = came.sub(wanted).abs().max().itemSync();
  if (came.size > 10) close(difference, 0, `the largest error in the gradient of ${what}`, hint);
  else close(came.dataSync(), wanted.dataSync(), `the gradient of ${what}`, hint);
}

/** What f returns, or why it cannot be afforded. */
function attempt(f: () => Tensor): Tensor {
  try {
    return f();
  } catch (error) {
    const isTooLarge = error instanceof RangeError || error instanceof BackendError;
    holds(
      !isTooLarge,
      `for ${LONG} numbers the Jacobian does not fit in memory: find y (y·g) as y times a number`,
    );
    throw error;
  }
}
