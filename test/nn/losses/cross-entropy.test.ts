import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../../src/autograd/index.js';
import {
  type CrossEntropyOptions,
  crossEntropy,
  crossEntropyInBlocks,
  logitBlocks,
} from '../../../src/nn/losses/cross-entropy.js';
import {
  DTypeError,
  liveBuffers,
  ones,
  ShapeError,
  scope,
  type Tensor,
  tensor,
  withBackend,
} from '../../../src/tensor/index.js';
import { backends, reference64, toleranceOf } from '../../helpers/kernels/backends.js';
import { floats } from '../../helpers/values/arbitraries.js';
import { expectClose } from '../../helpers/values/close.js';
import { property } from '../../helpers/values/draw.js';
import { rowsOf, softmax } from '../../helpers/values/plain.js';
import { relative } from '../../helpers/values/tolerance.js';

interface Case {
  readonly classes: number;
  readonly logits: number[];
  readonly targets: number[];
  readonly ignoreIndex: number;
}

const cases: fc.Arbitrary<Case> = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.nat(6), fc.constantFrom(1, 30, 1e4), fc.constantFrom(-1, -100, 0))
  .chain(([classes, rows, limit, ignoreIndex]) => {
    const target = fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 0, max: classes - 1 }) },
      { weight: 1, arbitrary: fc.constant(ignoreIndex) },
    );
    return fc.record({
      classes: fc.constant(classes),
      logits: floats(rows * classes, limit),
      targets: fc.array(target, { minLength: rows, maxLength: rows }),
      ignoreIndex: fc.constant(ignoreIndex),
    });
  });

/** −log softmax(logits)[target] of one row: log Σ exp(z − largest) + largest − z[target]. */
function rowLoss(row: number[], target: number): number {
  const largest = Math.max(...row);
  return Math.log(row.reduce((sum, z) => sum + Math.exp(z - largest), 0)) + largest - row[target];
}

function lossesOf({ classes, logits, targets, ignoreIndex }: Case): number[] {
  const rows = rowsOf(logits, classes);
  return targets.map((target, i) => (target === ignoreIndex ? 0 : rowLoss(rows[i], target)));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0);
}

describe.each(backends)('crossEntropy on %s', (_, backend) => {
  /** The loss, and the gradient of its sum with respect to the logits. */
  function run(given: Case, reduction: CrossEntropyOptions['reduction']) {
    const { classes, targets, ignoreIndex } = given;
    return withBackend(backend, () =>
      scope(() => {
        const logits = tensor(given.logits, [targets.length, 1, classes]).setRequiresGrad();
        const labels = tensor(Int32Array.from(targets), [targets.length, 1]);
        const loss = crossEntropy(logits, labels, { ignoreIndex, ...(reduction && { reduction }) });
        loss.sum().backward();
        return { shape: loss.shape, values: loss.dataSync(), gradient: logits.grad!.dataSync() };
      }),
    );
  }

  it('none, sum and mean are the naive losses, one per target, added up, and over those that count', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const wanted = lossesOf(given);
        const counted = given.targets.filter((target) => target !== given.ignoreIndex).length;
        const each = run(given, 'none');
        expect(each.shape).toEqual([given.targets.length, 1]);
        expectClose(each.values, wanted, toleranceOf(backend));
        expectClose(run(given, 'sum').values, [sumOf(wanted)], toleranceOf(backend));
        const mean = run(given, undefined);
        expect(mean.shape).toEqual([]);
        expectClose(mean.values, [sumOf(wanted) / Math.max(1, counted)], toleranceOf(backend));
      }),
    );
  });

  it('has the gradient (softmax − one-hot) / count, 0 on ignored rows', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const { classes, targets, ignoreIndex } = given;
        const counted = targets.filter((target) => target !== ignoreIndex).length;
        const wanted = rowsOf(given.logits, classes).flatMap((row, i) =>
          softmax(row).map((p, j) =>
            targets[i] === ignoreIndex ? 0 : (p - (j === targets[i] ? 1 : 0)) / counted,
          ),
        );
        expectClose(run(given, 'mean').gradient, wanted, toleranceOf(backend));
      }),
    );
  });

  it('is 0 with gradient 0 where everything is ignored, and where there is nothing', () => {
    const ignored = { classes: 2, logits: [1, 2, 3, 4], targets: [-1, -1], ignoreIndex: -1 };
    for (const given of [ignored, { ...ignored, logits: [], targets: [] }]) {
      const { values, gradient } = run(given, 'mean');
      expect([...values]).toEqual([0]);
      expect([...gradient].map(Math.abs)).toEqual(given.logits.map(() => 0));
    }
  });

  it('stays finite for huge logits and shows a NaN', () => {
    const huge = { classes: 3, logits: [1e30, -1e30, 0], ignoreIndex: -1 };
    expect([...run({ ...huge, targets: [0] }, 'mean').values]).toEqual([0]);
    expectClose(run({ ...huge, targets: [1] }, 'mean').values, [2e30], relative(1e-6));
    expect(run({ ...huge, logits: [Number.NaN, 0, 0], targets: [1] }, 'mean').values[0]).toBeNaN();
  });

  it('takes logits of a single target, and one that is not ignored by default', () => {
    withBackend(backend, () => {
      const loss = crossEntropy(tensor([0, 0]), tensor(1, [], { dtype: 'int32' }));
      expectClose(loss.dataSync(), [Math.LN2], relative(1e-6));
    });
  });
});

describe.each(backends)('crossEntropyInBlocks on %s', (_, backend) => {
  it('is the mean over all rows, with its gradients, in however many blocks', () => {
    withBackend(backend, () =>
      property((draw) => {
        scope(() => {
          const [size, classes] = [draw.integer(1, 4), draw.integer(1, 6)];
          const shape = draw.pick([draw.integer(0, 9)], [draw.integer(1, 3), draw.integer(1, 4)]);
          const h = draw.values([...shape, size]).setRequiresGrad();
          const head = draw.values([size, classes]).setRequiresGrad();
          const targets = tensor(draw.integers(shape, classes, -1), shape);
          const logits = (some: Tensor) => some.matmul(head);
          const whole = crossEntropy(logits(h), targets);
          const blocks = crossEntropyInBlocks(h, targets, logits, draw.integer(1, targets.size + 2));
          expectClose(blocks, whole, toleranceOf(backend));
          const wanted = gradients(whole, [h, head]);
          gradients(blocks, [h, head]).forEach((found, i) => {
            expectClose(found!, wanted[i]!, toleranceOf(backend));
          });
        });
      }),
    );
  });

  it('makes the logits of one block at a time', () => {
    withBackend(backend, () =>
      scope(() => {
        const h = ones([5, 2]).setRequiresGrad();
        const made: number[] = [];
        const logits = (some: Tensor) => {
          made.push(some.shape[0]);
          return some;
        };
        const targets = tensor(Int32Array.of(0, 1, 1, 0, 1));
        const before = liveBuffers();
        const loss = crossEntropyInBlocks(h, targets, logits, 3);
        expect(made).toEqual([2, 2, 1]);
        // Three pieces of h and of the targets each, the loss, and what it was divided from and by.
        expect(liveBuffers() - before).toBe(9);
        loss.backward();
        expect(made).toEqual([2, 2, 1, 2, 2, 1]);
      }),
    );
  });
});

describe('logitBlocks', () => {
  it('keeps a block below 32 MiB, but for a single row, and one block where all fit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 20 }),
        fc.integer({ min: 1, max: 2 ** 25 }),
        (rows, classes) => {
          const blocks = logitBlocks(rows, classes);
          const length = Math.ceil(rows / blocks);
          expect(length === 1 || 4 * length * classes <= 2 ** 25 + 4 * classes).toBe(true);
          expect(blocks === 1).toBe(rows <= 1 || 4 * rows * classes <= 2 ** 25);
        },
      ),
    );
  });
});

describe('what does not fit', () => {
  it('is refused with both shapes', () => {
    withBackend(reference64, () => {
      const targets = tensor(Int32Array.of(0, 1));
      expect(() => crossEntropy(tensor([[1, 2]]), targets)).toThrow(ShapeError);
      expect(() => crossEntropy(tensor([[1, 2]]), targets)).toThrow(/\[1, 2\].*\[2\]/);
      expect(() => crossEntropy(tensor(3), targets)).toThrow(ShapeError);
      expect(() => crossEntropyInBlocks(tensor([[1, 2]]), targets, (h) => h, 2)).toThrow(/\[1, 2\].*\[2\]/);
      expect(() => crossEntropy(tensor([[], []]), targets)).toThrow(ShapeError);
      expect(() => crossEntropy(tensor([[1], [2]]), tensor([0, 0]))).toThrow(DTypeError);
    });
  });
});
