/**
 * Cross-entropy from logits, also from more of them than should be made at once.
 * Explained in docs/learn/07-fused-ops.md.
 */
import { recompute } from '../../autograd/index.js';
import { requireIgnoreIndex, requireInside } from '../../tensor/checks/inside.js';
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { requireFloats, requireFunction, requireIntegers, requireWhole } from '../../tensor/checks/values.js';
import {
  crossEntropyRows,
  type DType,
  formatShape,
  ShapeError,
  sameShape,
  scope,
  type Tensor,
} from '../../tensor/index.js';
import { type Reduction, requireReduction } from './reduction.js';

/** Options of `crossEntropy` and `nllLoss`. */
export interface CrossEntropyOptions {
  /** Positions with this target count for nothing, default −1. */
  readonly ignoreIndex?: number;
  /** `mean` over the targets that are not ignored (default), their `sum`, or `none`: one loss per target. */
  readonly reduction?: Reduction;
}

export const CROSS_ENTROPY_OPTIONS: OptionNames<CrossEntropyOptions> = { ignoreIndex: true, reduction: true };

/**
 * Cross-entropy in nats, −log softmax(logits)[target]: logits [..., V] and int32 targets [...] give a scalar, or
 * [...] with reduction `none`; the op `crossEntropyRows` works out the losses. Where all targets are ignored (or there
 * are none) the mean is 0, with gradient 0, not NaN as in PyTorch: a batch that teaches nothing changes nothing.
 * Targets must lie in [0, V) or be `ignoreIndex`. On `gpu`, where to look at them would mean waiting for the device, one
 * elsewhere has neither loss nor gradient but counts in the mean.
 * @throws DataError for such a target on the other backends, ShapeError when the shapes of logits and targets do not go
 * together.
 * @example crossEntropy(tensor([[0, 0], [0, 100]]), tensor(Int32Array.of(0, 1))) // 0.3466
 */
export function crossEntropy(logits: Tensor, targets: Tensor, options: CrossEntropyOptions = {}): Tensor {
  requireKnown('crossEntropy', options, CROSS_ENTROPY_OPTIONS);
  const { ignoreIndex = -1, reduction = 'mean' } = options;
  requireReduction(reduction);
  requireFloats('crossEntropy', logits, 'the logits');
  requireIntegers('crossEntropy', 'the targets', targets);
  requireIgnoreIndex('crossEntropy', ignoreIndex);
  const classes = logits.shape[logits.rank - 1];
  if (logits.rank === 0 || classes === 0 || !sameShape(targets.shape, logits.shape.slice(0, -1))) {
    throw new ShapeError(
      `crossEntropy: wants logits [..., V] and targets [...], got ${formatShape(logits.shape)} and ${formatShape(targets.shape)}`,
    );
  }
  requireInside('crossEntropy', 'the targets', targets, { limit: classes, of: 'classes', ignoreIndex });
  return scope(() => {
    const flatTargets = targets.reshape([targets.size]);
    const losses = crossEntropyRows(logits.reshape([targets.size, classes]), flatTargets, ignoreIndex);
    if (reduction === 'none') return losses.reshape(targets.shape);
    const total = losses.sum();
    if (reduction === 'sum') return total;
    return total.div(countedIn(targets, ignoreIndex, losses.dtype));
  });
}

/** How many targets a mean is over, at least 1. */
export function countedIn(targets: Tensor, ignoreIndex: number, dtype: DType): Tensor {
  return targets.ne(ignoreIndex).cast(dtype).sum().maximum(1);
}

/** 32 MiB of logits; more are not made at once. */
const MOST_LOGITS = 2 ** 23;

/**
 * In how many blocks of rows to make logits [rows, classes]: where up to twice as many as it takes divide the rows
 * evenly, so many, because blocks of one size can have each other's memory.
 * @example logitBlocks(1024, 50257) // 8
 */
export function logitBlocks(rows: number, classes: number): number {
  requireWhole('rows', rows, 0, { most: 2 ** 32 });
  requireWhole('classes', classes, 0, { most: 2 ** 32 });
  const least = Math.max(1, Math.min(rows, Math.ceil((rows * classes) / MOST_LOGITS)));
  for (let blocks = least; blocks <= 2 * least; blocks++) if (rows % blocks === 0) return blocks;
  return least;
}

/**
 * The mean of crossEntropy(logits(h), targets) for h [..., d] and int32 targets [...], with −1 ignored, where the logits
 * [..., classes] may be too many to make at once: then rows [n, d] of h take turns, and what `logits` makes of them is
 * made again for the backward pass.
 * @throws ShapeError when the shapes of h and targets do not go together.
 * @example
 * const [h, head] = [ones([4, 2]), ones([3, 2])];
 * const logits = (some: Tensor) => some.matmul(head, { transposeB: true });
 * crossEntropyInBlocks(h, tensor(Int32Array.of(0, 1, 2, 0)), logits, 2) // 1.0986
 */
export function crossEntropyInBlocks(
  h: Tensor,
  targets: Tensor,
  logits: (h: Tensor) => Tensor,
  blocks: number,
): Tensor {
  requireFloats('crossEntropy', h, 'the hidden states');
  requireIntegers('crossEntropy', 'the targets', targets);
  requireFunction('crossEntropy', 'logits', logits);
  // An infinite number of them would never come to an end.
  requireWhole('blocks', blocks, 1);
  if (h.rank === 0 || !sameShape(targets.shape, h.shape.slice(0, -1))) {
    throw new ShapeError(
      `crossEntropy: wants hidden states [..., d] and targets [...], got ${formatShape(h.shape)} and ${formatShape(targets.shape)}`,
    );
  }
  if (blocks <= 1 || targets.size === 0) return scope(() => crossEntropy(logits(h), targets));
  return scope(() => {
    const rows = h.reshape([targets.size, h.shape[h.rank - 1]]);
    const flatTargets = targets.reshape([targets.size]);
    const length = Math.ceil(targets.size / blocks);
    const sums: Tensor[] = [];
    for (let start = 0; start < targets.size; start += length) {
      const end = Math.min(start + length, targets.size);
      sums.push(
        recompute(
          (some, wanted) => crossEntropy(logits(some), wanted, { reduction: 'sum' }),
          rows.slice(0, start, end),
          flatTargets.slice(0, start, end),
        ),
      );
    }
    const total = sums.reduce((sum, next) => sum.add(next));
    return total.div(countedIn(targets, -1, total.dtype));
  });
}
