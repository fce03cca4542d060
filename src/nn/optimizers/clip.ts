/** Gradients held below a common length, without the host ever learning it. Explained in docs/learn/11-training.md. */
import { noGrad } from '../../autograd/index.js';
import { shown } from '../../tensor/checks/describe.js';
import { requireTensors } from '../../tensor/checks/values.js';
import {
  assignInPlace,
  ConfigError,
  concat,
  scope,
  sumSquares,
  type Tensor,
  zeros,
} from '../../tensor/index.js';
import type { Parameter } from '../parameter.js';

/** How long the gradients are, and what to multiply them by. */
export interface ClipScale {
  /** ‖g‖₂ over all gradients together, a scalar on the device. */
  readonly norm: Tensor;
  /** min(1, maxNorm / (norm + 1e-6)), a scalar on the device. */
  readonly scale: Tensor;
}

/**
 * The factor that brings the common length of all gradients down to `maxNorm` (PyTorch's formula), for
 * `optimizer.step({ gradientScale })`. The gradients stay as they are, and nothing is read back. A gradient with a NaN makes both
 * results NaN; a length beyond the float range is Infinity, with scale 0.
 * @throws ConfigError unless maxNorm is at least 0.
 * @example
 * const w = new Parameter(tensor([3, 4]));
 * w.square().sum().backward(); // the gradient is [6, 8]
 * gradientClipScale([w], 1).scale // 0.1
 */
export function gradientClipScale(parameters: readonly Parameter[], maxNorm: number): ClipScale {
  if (!(typeof maxNorm === 'number' && maxNorm >= 0)) {
    throw new ConfigError(`gradient clipping: maxNorm must be at least 0, got ${shown(maxNorm)}`);
  }
  return noGrad(() =>
    scope(() => {
      const norm = gradientNorm(parameters);
      const scale = norm.add(1e-6).reciprocal().mul(maxNorm).minimum(1);
      return { norm, scale };
    }),
  );
}

/**
 * Scales all gradients in place so that their common length is at most `maxNorm`, and returns the length before.
 * See `gradientClipScale`, which saves a pass over the gradients.
 * @example
 * const w = new Parameter(tensor([3, 4]));
 * w.square().sum().backward(); // the gradient is [6, 8]
 * clipGradNorm([w], 1) // 10
 * w.grad // [0.6, 0.8]
 */
export function clipGradNorm(parameters: readonly Parameter[], maxNorm: number): Tensor {
  return noGrad(() =>
    scope(() => {
      const { norm, scale } = gradientClipScale(parameters, maxNorm);
      for (const gradient of gradients(parameters)) scope(() => assignInPlace(gradient, gradient.mul(scale)));
      return norm;
    }),
  );
}

/**
 * ‖g‖₂ over all gradients together, a scalar on the device; 0 without any.
 * @example
 * const w = new Parameter(tensor([3, 4]));
 * w.square().sum().backward(); // the gradient is [6, 8]
 * gradientNorm([w]) // 10
 */
export function gradientNorm(parameters: readonly Parameter[]): Tensor {
  return noGrad(() =>
    scope(() => {
      const squares = gradients(parameters).map((gradient) => sumSquares(gradient).reshape([1]));
      if (squares.length === 0) return zeros([]);
      return concat(squares).sum().sqrt();
    }),
  );
}

function gradients(parameters: readonly Parameter[]): Tensor[] {
  requireTensors('gradients', 'the parameters', parameters);
  return parameters.flatMap(({ grad }) => (grad === null ? [] : [grad]));
}
