/** What predicted probabilities are off by; `crossEntropy` has a file of its own. */

import { requireIgnoreIndex, requireInside } from '../../tensor/checks/inside.js';
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { requireFloats, requireIntegers, requireOneOf } from '../../tensor/checks/values.js';
import {
  formatShape,
  oneHot,
  onesLike,
  ShapeError,
  sameShape,
  scope,
  type Tensor,
  where,
  zerosLike,
} from '../../tensor/index.js';
import { CROSS_ENTROPY_OPTIONS, type CrossEntropyOptions, countedIn } from './cross-entropy.js';
import { LOSS_OPTIONS, type LossOptions, type Reduction, reduced, requireSameShapes } from './reduction.js';

/** Options of `binaryCrossEntropyWithLogits`. */
export interface BinaryCrossEntropyOptions extends LossOptions {
  /** What a target of 1 counts for, broadcast to the targets; default 1. For where one class is rare. */
  readonly posWeight?: Tensor | undefined;
}

const BCE_OPTIONS: OptionNames<BinaryCrossEntropyOptions> = { ...LOSS_OPTIONS, posWeight: true };

/**
 * −t log σ(x) − (1 − t) log(1 − σ(x)) in nats, for logits x and targets t from 0 to 1 of the same shape: how surprised one
 * is by yes or no. By default the mean, a scalar. Good where σ(x) itself would be 0 or 1.
 * @throws ShapeError for different shapes, DTypeError for integers, ConfigError for an unknown reduction.
 * @example binaryCrossEntropyWithLogits(tensor([0, 100]), tensor([1, 1])) // 0.3466
 */
export function binaryCrossEntropyWithLogits(
  logits: Tensor,
  targets: Tensor,
  options: BinaryCrossEntropyOptions = {},
): Tensor {
  requireKnown('binaryCrossEntropyWithLogits', options, BCE_OPTIONS);
  const { posWeight, reduction } = options;
  if (posWeight !== undefined) requireFloats('binaryCrossEntropyWithLogits', posWeight, 'posWeight');
  requireSameShapes('binaryCrossEntropyWithLogits', logits, targets);
  return scope(() => {
    // Two terms of one sign: nothing cancels.
    const yes = targets.mul(logits.neg().softplus());
    const no = targets.affine(-1, 1).mul(logits.softplus());
    return reduced((posWeight === undefined ? yes : yes.mul(posWeight)).add(no), reduction);
  });
}

/**
 * −logProbabilities[target]: what is left of the cross-entropy when the log softmax has been taken. logProbabilities
 * [..., V] and int32 targets [...] give a scalar, or [...] with reduction `none`. As with `crossEntropy`, the classes are
 * the last axis, targets that are `ignoreIndex` (default −1) count for nothing, and the mean over none is 0.
 * @throws DataError for any other target outside [0, V) where the backend is not `gpu`, ShapeError when the shapes do not go
 * together, DTypeError for targets that are not int32.
 * @example nllLoss(tensor([[-0.5, -2]]), tensor(Int32Array.of(1))) // 2
 */
export function nllLoss(
  logProbabilities: Tensor,
  targets: Tensor,
  options: CrossEntropyOptions = {},
): Tensor {
  requireKnown('nllLoss', options, CROSS_ENTROPY_OPTIONS);
  const { ignoreIndex = -1, reduction = 'mean' } = options;
  requireFloats('nllLoss', logProbabilities, 'the log probabilities');
  requireIntegers('nllLoss', 'the targets', targets);
  requireIgnoreIndex('nllLoss', ignoreIndex);
  const { shape, rank } = logProbabilities;
  if (rank === 0 || !sameShape(targets.shape, shape.slice(0, -1))) {
    throw new ShapeError(
      `nllLoss: wants log probabilities [..., V] and targets [...], got ${formatShape(shape)} and ${formatShape(targets.shape)}`,
    );
  }
  const limit = shape[rank - 1];
  requireInside('nllLoss', 'the targets', targets, { limit, of: 'classes', ignoreIndex });
  return scope(() => {
    // A select, not a product: 0 · −∞ would be NaN.
    const isTarget = oneHot(targets, limit);
    const picked = where(isTarget, logProbabilities, zerosLike(logProbabilities)).sum(-1).neg();
    const losses = where(targets.eq(ignoreIndex), zerosLike(picked), picked);
    if (reduction !== 'mean') return reduced(losses, reduction);
    return losses.sum().div(countedIn(targets, ignoreIndex, losses.dtype));
  });
}

/** Options of `klDivLoss`. */
export interface KLDivLossOptions {
  /** As with the other losses, and `batchMean`: the sum divided by the length of the first axis. Default `mean`. */
  readonly reduction?: Reduction | 'batchMean';
  /** The target too is given as logarithms, default false. */
  readonly logTarget?: boolean;
}

const KL_DIV_OPTIONS: OptionNames<KLDivLossOptions> = { reduction: true, logTarget: true };

/**
 * t (log t − input) in nats, the terms of the Kullback-Leibler divergence of the distribution `input`, given as log
 * probabilities, from the target t, probabilities of the same shape. As in PyTorch the mean is over all elements; only
 * `batchMean` is the divergence itself, averaged. Where t is 0, so is the term of log t.
 * @throws ShapeError for different shapes, DTypeError for integers, ConfigError for an unknown reduction.
 * @example klDivLoss(tensor([[0.5, 0.5]]).log(), tensor([[1, 0]]), { reduction: 'batchMean' }) // 0.6931
 */
export function klDivLoss(input: Tensor, target: Tensor, options: KLDivLossOptions = {}): Tensor {
  requireKnown('klDivLoss', options, KL_DIV_OPTIONS);
  const { reduction = 'mean', logTarget = false } = options;
  requireSameShapes('klDivLoss', input, target);
  requireOneOf('reduction', reduction, ['mean', 'batchMean', 'sum', 'none']);
  return scope(() => {
    const losses = logTarget
      ? target.exp().mul(target.sub(input))
      : target.mul(logOrZero(target)).sub(target.mul(input));
    if (reduction !== 'batchMean') return reduced(losses, reduction);
    return losses.sum().div(input.shape[0] ?? 1);
  });
}

/** log t, but 0 where t is 0. */
function logOrZero(target: Tensor): Tensor {
  return where(target.eq(0), onesLike(target), target).log();
}
