import { describe, expect, it } from 'vitest';
import {
  ConfigError,
  Generator,
  grad,
  gradcheck,
  liveBuffers,
  normal,
  ShapeError,
  scope,
  type Tensor,
  tensor,
  withBackend,
  zeros,
} from '../../../src/index.js';
import {
  binaryCrossEntropyWithLogits,
  crossEntropy,
  huberLoss,
  klDivLoss,
  type LossOptions,
  l1Loss,
  mseLoss,
  nllLoss,
  type Reduction,
  smoothL1Loss,
} from '../../../src/nn/index.js';
import type * as classification from '../../../src/nn/losses/classification.js';
import type * as regression from '../../../src/nn/losses/regression.js';
import { backends, reference64, toleranceOf } from '../../helpers/kernels/backends.js';
import { expectClose } from '../../helpers/values/close.js';
import { property, type TensorDraw } from '../../helpers/values/draw.js';
import { EXACT, relative } from '../../helpers/values/tolerance.js';

/** Of one loss: what to call, and what it is for one pair of numbers. */
interface Loss {
  readonly f: (input: Tensor, target: Tensor, options: LossOptions) => Tensor;
  readonly of: (input: number, target: number) => number;
  /** Default: normal values. */
  readonly targets?: (draw: TensorDraw, shape: readonly number[]) => Tensor;
  readonly inputs?: (draw: TensorDraw, shape: readonly number[]) => Tensor;
}

const probabilities = (draw: TensorDraw, shape: readonly number[]) =>
  draw.values(shape, (x) => draw.pick(0, 1, 1 / (1 + Math.exp(-x))));
/** log σ(x), where σ(x) itself would be 0. */
const logSigmoid = (x: number) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
const huber = (e: number, delta: number) =>
  Math.abs(e) <= delta ? (e * e) / 2 : delta * (Math.abs(e) - delta / 2);
const wide = (draw: TensorDraw, shape: readonly number[]) =>
  draw.values(shape, (x) => draw.pick(1, 30, 300) * x);
const tLogT = (t: number) => (t === 0 ? 0 : t * Math.log(t));

/** nllLoss picks; what it is made of has tests of its own below. */
type Elementwise = Exclude<keyof typeof regression | keyof typeof classification, 'nllLoss'>;

const LOSSES: { readonly [N in Elementwise]: readonly Loss[] } = {
  mseLoss: [{ f: mseLoss, of: (x, t) => (x - t) ** 2 }],
  l1Loss: [{ f: l1Loss, of: (x, t) => Math.abs(x - t) }],
  huberLoss: [
    { f: huberLoss, of: (x, t) => huber(x - t, 1) },
    { f: (x, t, options) => huberLoss(x, t, { ...options, delta: 0.4 }), of: (x, t) => huber(x - t, 0.4) },
  ],
  smoothL1Loss: [
    { f: smoothL1Loss, of: (x, t) => huber(x - t, 1) },
    { f: (x, t, options) => smoothL1Loss(x, t, { ...options, beta: 2 }), of: (x, t) => huber(x - t, 2) / 2 },
    { f: (x, t, options) => smoothL1Loss(x, t, { ...options, beta: 0 }), of: (x, t) => Math.abs(x - t) },
  ],
  binaryCrossEntropyWithLogits: [
    {
      f: binaryCrossEntropyWithLogits,
      of: (x, t) => -t * logSigmoid(x) - (1 - t) * logSigmoid(-x),
      inputs: wide,
      targets: probabilities,
    },
    {
      f: (x, t, options) => binaryCrossEntropyWithLogits(x, t, { ...options, posWeight: tensor(3) }),
      of: (x, t) => -3 * t * logSigmoid(x) - (1 - t) * logSigmoid(-x),
      targets: probabilities,
    },
  ],
  klDivLoss: [
    { f: klDivLoss, of: (x, t) => tLogT(t) - t * x, targets: probabilities },
    {
      f: (x, t, options) => klDivLoss(x, t, { ...options, logTarget: true }),
      of: (x, t) => Math.exp(t) * (t - x),
    },
  ],
};
const cases = Object.entries(LOSSES).flatMap(([name, losses]) => losses.map((loss) => [name, loss] as const));

function reducedBy(reduction: Reduction, losses: readonly number[]): readonly number[] {
  const sum = losses.reduce((a, b) => a + b, 0);
  return reduction === 'none' ? losses : [reduction === 'sum' ? sum : sum / losses.length];
}

describe.each(backends)('losses on %s', (_, backend) => {
  it.each(cases)('%s is what it is element by element', (_, { f, of, ...drawn }) => {
    withBackend(backend, () =>
      property((draw) => {
        const before = liveBuffers();
        scope(() => {
          const shape = draw.shape();
          const x = drawn.inputs?.(draw, shape) ?? draw.values(shape);
          const t = drawn.targets?.(draw, shape) ?? draw.values(shape);
          const reduction = draw.pick<Reduction>('mean', 'sum', 'none');
          const loss = f(x, t, draw.pick(true, false) || reduction !== 'mean' ? { reduction } : {});
          const targets = t.dataSync();
          const each = Array.from(x.dataSync(), (value, i) => of(value, targets[i]));
          expect(loss.shape).toEqual(reduction === 'none' ? shape : []);
          expectClose(loss.dataSync(), reducedBy(reduction, each), toleranceOf(backend));
        });
        expect(liveBuffers()).toBe(before);
      }, 60),
    );
  });

  it('nllLoss of a log softmax is the cross-entropy', () => {
    withBackend(backend, () =>
      property((draw) => {
        scope(() => {
          const [shape, classes] = [draw.shape(2), draw.integer(1, 4)];
          const logits = draw.values([...shape, classes]);
          const ignoreIndex = draw.pick(-1, 0, 2);
          const targets = draw.indices(shape, classes, ignoreIndex === -1 ? -1 : 0);
          const options = { ignoreIndex, reduction: draw.pick<Reduction>('mean', 'sum', 'none') };
          const loss = nllLoss(logits.logSoftmax(), targets, options);
          expectClose(loss, crossEntropy(logits, targets, options), toleranceOf(backend));
          const plain = draw.indices(shape, classes);
          expectClose(
            nllLoss(logits, plain),
            nllLoss(logits, plain, { ignoreIndex: -1, reduction: 'mean' }),
            EXACT,
          );
        });
      }, 60),
    );
  });
});

describe('losses', () => {
  const inDouble = <T>(f: () => T) => withBackend(reference64, () => scope(f));

  it.each(cases)('%s has the derivative that differences show', (_, { f, ...drawn }) => {
    inDouble(() =>
      property((draw) => {
        const shape = [draw.integer(1, 3), 2];
        // Far from the corners: errors of l1 of at least 0.3, and none near a delta.
        const t = drawn.targets?.(draw, shape) ?? draw.values(shape);
        const x = t.add(draw.values(shape, (e) => draw.pick(0.3, 0.7, 1.3, 2.5) * Math.sign(e)));
        const reduction = draw.pick<Reduction>('mean', 'sum', 'none');
        gradcheck((y) => f(y, t, { reduction }), [x]);
      }, 20),
    );
  });

  it('have one slope where a parabola goes over into a line, and a finite one at infinity', () => {
    inDouble(() => {
      const slopes = (f: (x: Tensor) => Tensor, x: Tensor) =>
        Array.from(grad((y) => f(y).sum())(x)[0].dataSync());
      const errors = tensor([-Infinity, -2, 0, 2, Infinity]);
      expect(slopes((x) => huberLoss(x, zeros([5]), { delta: 2, reduction: 'none' }), errors)).toEqual([
        -2, -2, 0, 2, 2,
      ]);
      expect(slopes((x) => l1Loss(x, zeros([5]), { reduction: 'none' }), errors)).toEqual([-1, -1, 0, 1, 1]);
    });
  });

  it('of yes and no keep their digits where the probability is 0 or 1', () => {
    inDouble(() => {
      const loss = binaryCrossEntropyWithLogits(tensor([40, -40, 1000, -1000]), tensor([1, 0, 0, 1]), {
        reduction: 'none',
      });
      expectClose(loss, [Math.exp(-40), Math.exp(-40), 1000, 1000], relative(1e-14, 0));
    });
  });

  it('of distributions are averaged over rows by batchMean', () => {
    inDouble(() => {
      const [x, t] = [
        normal(new Generator(1), [3, 4]).logSoftmax(),
        normal(new Generator(2), [3, 4]).softmax(),
      ];
      const sum = klDivLoss(x, t, { reduction: 'sum' });
      expectClose(klDivLoss(x, t, { reduction: 'batchMean' }), sum.div(3), relative(1e-14));
    });
  });

  it('take nothing for a mean of nothing, but for ignored targets', () => {
    inDouble(() => {
      expect(mseLoss(zeros([0]), zeros([0])).itemSync()).toBeNaN();
      const targets = tensor(Int32Array.of(-1, -1));
      const logits = zeros([2, 3]);
      expect(nllLoss(logits, targets).itemSync()).toBe(0);
      expect(Array.from(grad((x) => nllLoss(x, targets))(logits)[0].dataSync(), (v) => v + 0)).toEqual([
        0, 0, 0, 0, 0, 0,
      ]);
    });
  });

  it('refuse what does not fit', () => {
    inDouble(() => {
      const [row, column] = [zeros([3]), zeros([3, 1])];
      const two = { mseLoss, l1Loss, huberLoss, smoothL1Loss, binaryCrossEntropyWithLogits, klDivLoss };
      for (const [name, loss] of Object.entries(two)) {
        expect(() => loss(row, column)).toThrow(
          new ShapeError(`${name}: input and target must have the same shape, got [3] and [3, 1]`),
        );
        const words = name === 'klDivLoss' ? 'mean, batchMean, sum or none' : 'mean, sum or none';
        const unknown = () => loss(row, row, { reduction: 'average' as never });
        expect(unknown).toThrow(ConfigError);
        expect(unknown).toThrow(`reduction must be ${words}, got average`);
      }
      expect(() => nllLoss(row, row.cast('int32'))).toThrow(
        new ShapeError('nllLoss: wants log probabilities [..., V] and targets [...], got [3] and [3]'),
      );
      expect(() => nllLoss(column, row)).toThrow('nllLoss: the targets must be int32');
      expect(() => huberLoss(row, row, { delta: 0 })).toThrow('delta must be a positive number, got 0');
      expect(() => smoothL1Loss(row, row, { beta: -1 })).toThrow(
        'beta must be a number of at least 0, got -1',
      );
    });
  });
});
