/** What a step asks for before its first parameter moves, so that one which is refused has changed nothing. */
import { requireFloats, requireLive } from '../../tensor/checks/values.js';
import { requireSameBackend } from '../../tensor/dispatch.js';
import { DTypeError, formatShape, ShapeError, type Tensor } from '../../tensor/index.js';
import type { OptimizerGroup } from './groups.js';

/** @throws ArgumentError, DTypeError, LifetimeError or ShapeError unless it is a scalar of floats. */
export function requireScale(gradientScale: Tensor): void {
  requireFloats('optimizer', gradientScale, 'gradientScale');
  if (gradientScale.size === 1) return;
  throw new ShapeError(`optimizer: gradientScale must be a scalar, got ${formatShape(gradientScale.shape)}`);
}

/** @throws LifetimeError for a parameter or a gradient that was disposed; BackendError, DTypeError where the scale does not fit. */
export function requireReady(groups: readonly OptimizerGroup[], gradientScale: Tensor | null): void {
  for (const { parameters } of groups) {
    for (const [, parameter] of parameters) {
      requireLive('optimizer', parameter);
      if (parameter.grad === null) continue;
      requireLive('optimizer', parameter.grad);
      if (gradientScale === null) continue;
      requireSameBackend('optimizer', [parameter, gradientScale]);
      if (gradientScale.dtype === parameter.dtype) continue;
      throw new DTypeError(
        `optimizer: gradientScale is ${gradientScale.dtype}, a parameter ${parameter.dtype}`,
      );
    }
  }
}
