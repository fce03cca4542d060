/** What all losses do alike: the mean, the sum or each by itself, and a check of shapes. */
import type { OptionNames } from '../../tensor/checks/options.js';
import { requireFloats, requireOneOf } from '../../tensor/checks/values.js';
import { formatShape, ShapeError, sameShape, type Tensor } from '../../tensor/index.js';

/** The `mean` of all losses, their `sum`, or `none`: one for each element. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Options of losses. */
export interface LossOptions {
  /** Default `mean`. Over nothing it is NaN. */
  readonly reduction?: Reduction;
}

export const LOSS_OPTIONS: OptionNames<LossOptions> = { reduction: true };

/** @throws ConfigError for another word. */
export function requireReduction(reduction: Reduction): void {
  requireOneOf('reduction', reduction, ['mean', 'sum', 'none']);
}

/** @throws ConfigError for another word. */
export function reduced(losses: Tensor, reduction: Reduction = 'mean'): Tensor {
  requireReduction(reduction);
  if (reduction === 'none') return losses;
  return reduction === 'sum' ? losses.sum() : losses.mean();
}

/** @throws ShapeError unless the shapes are the same: [N, 1] beside [N] would broadcast to all pairs, which nobody means. */
export function requireSameShapes(loss: string, input: Tensor, target: Tensor): void {
  requireFloats(loss, input);
  requireFloats(loss, target, 'the target');
  if (sameShape(input.shape, target.shape)) return;
  throw new ShapeError(
    `${loss}: input and target must have the same shape, got ${formatShape(input.shape)} and ${formatShape(target.shape)}`,
  );
}
