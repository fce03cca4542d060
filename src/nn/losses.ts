import { crossEntropyRows, formatShape, ShapeError, sameShape, scope, type Tensor } from '../tensor/index.js';

export interface CrossEntropyOptions {
  /** Positions with this target count for nothing, default −1. */
  readonly ignoreIndex?: number;
  /** `mean` over the targets that are not ignored (default), their `sum`, or `none`: one loss per target. */
  readonly reduction?: 'mean' | 'sum' | 'none';
}

/**
 * Cross-entropy in nats, −log softmax(logits)[target]: logits [..., V] and int32 targets [...] give a scalar, or
 * [...] with reduction `none`; the op `crossEntropyRows` works out the losses. Where all targets are ignored (or there
 * are none) the mean is 0, with gradient 0, not NaN as in PyTorch: a batch that teaches nothing changes nothing.
 * Targets must lie in [0, V) or be `ignoreIndex`; they are on the device and not checked, and one elsewhere has
 * neither loss nor gradient but counts in the mean.
 * @throws ShapeError when the shapes of logits and targets do not go together.
 */
export function crossEntropy(logits: Tensor, targets: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { ignoreIndex = -1, reduction = 'mean' } = options;
  const classes = logits.shape[logits.rank - 1];
  if (logits.rank === 0 || !sameShape(targets.shape, logits.shape.slice(0, -1))) {
    throw new ShapeError(
      `crossEntropy: wants logits [..., V] and targets [...], got ${formatShape(logits.shape)} and ${formatShape(targets.shape)}`,
    );
  }
  return scope(() => {
    const flatTargets = targets.reshape([targets.size]);
    const losses = crossEntropyRows(logits.reshape([targets.size, classes]), flatTargets, ignoreIndex);
    if (reduction === 'none') return losses.reshape(targets.shape);
    const total = losses.sum();
    if (reduction === 'sum') return total;
    const counted = targets.ne(ignoreIndex).cast(losses.dtype).sum();
    return total.div(counted.maximum(1));
  });
}
