import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../src/autograd/index.js';
import { type CrossEntropyOptions, crossEntropy } from '../../src/nn/losses.js';
import { DTypeError, ShapeError, scope, tensor, withBackend } from '../../src/tensor/index.js';
import { backends, reference64, toleranceOf } from '../helpers/kernels/backends.js';
import { floats } from '../helpers/values/arbitraries.js';
import { expectClose } from '../helpers/values/close.js';
import { rowsOf, softmax } from '../helpers/values/plain.js';
import { relative } from '../helpers/values/tolerance.js';

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

describe('what does not fit', () => {
  it('is refused with both shapes', () => {
    withBackend(reference64, () => {
      const targets = tensor(Int32Array.of(0, 1));
      expect(() => crossEntropy(tensor([[1, 2]]), targets)).toThrow(ShapeError);
      expect(() => crossEntropy(tensor([[1, 2]]), targets)).toThrow(/\[1, 2\].*\[2\]/);
      expect(() => crossEntropy(tensor(3), targets)).toThrow(ShapeError);
      expect(() => crossEntropy(tensor([[], []]), targets)).toThrow(ShapeError);
      expect(() => crossEntropy(tensor([[1], [2]]), tensor([0, 0]))).toThrow(DTypeError);
    });
  });
});
