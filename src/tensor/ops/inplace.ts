/**
 * The only ops that change a tensor: parameters and optimizer state are updated in place. They are never
 * recorded; autograd notices by the version count when a tensor it had saved was overwritten.
 * Explained in docs/learn/11-training.md.
 */

import type { AdamSettings } from '../backend.js';
import { requireFloats, requireNumber, requireTensor, requireTensors } from '../checks/values.js';
import { fusedKernel, requireSameBackend, unrecorded, wrap } from '../dispatch.js';
import { DTypeError, ShapeError } from '../errors.js';
import { scope } from '../scope.js';
import { formatShape, normalizeAxis, sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { unit } from './fused.js';

/**
 * target ← source, of the same shape and dtype.
 * @example
 * const x = tensor([1, 2]);
 * assignInPlace(x, tensor([3, 4]));
 * x // [3, 4]
 */
export function assignInPlace(target: Tensor, source: Tensor): void {
  requireTensor('assignInPlace', 'the target', target);
  requireTensor('assignInPlace', 'the source', source);
  requireSameBackend('assignInPlace', [target, source]);
  requireMatch('assignInPlace', target, source);
  target.backend.kernels.assignInPlace(target, source);
  target.markChanged();
}

/**
 * x ← x / ‖x‖ along `axis`.
 * @example
 * const x = tensor([3, 4]);
 * unitInPlace(x);
 * x // [0.6, 0.8]
 */
export function unitInPlace(x: Tensor, axis = -1): void {
  requireFloats('unitInPlace', x);
  const along = normalizeAxis('unitInPlace', axis, x.rank);
  const kernel = fusedKernel('unitInPlace', x);
  if (kernel === undefined) {
    unrecorded(() => scope(() => assignInPlace(x, unit(x, along))));
    return;
  }
  kernel(x, along);
  x.markChanged();
}

/**
 * Σx² over everything, a scalar on the device.
 * @example sumSquares(tensor([[1, 2], [3, 4]])) // 30
 */
export function sumSquares(x: Tensor): Tensor {
  requireFloats('sumSquares', x);
  const kernel = fusedKernel('sumSquares', x);
  return kernel === undefined
    ? unrecorded(() => scope(() => x.square().sum()))
    : wrap(x.backend, kernel(x), []);
}

const ADAM_SETTINGS = ['learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay', 'step'] as const;

/**
 * One Adam step (AdamW when weightDecay > 0): with g = gradient·gradientScale, m and v become the moving averages
 * of g and g², and parameter −= learningRate · m̂ / (√v̂ + epsilon).
 * @example
 * const [p, g] = [tensor([1]), tensor([0.5])];
 * const settings = { learningRate: 0.1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, step: 1 };
 * adamStepInPlace(p, g, zeros([1]), zeros([1]), null, settings);
 * p // [0.9]
 */
export function adamStepInPlace(
  parameter: Tensor,
  gradient: Tensor,
  m: Tensor,
  v: Tensor,
  gradientScale: Tensor | null,
  settings: AdamSettings,
): void {
  const scales = gradientScale === null ? [] : [gradientScale];
  requireTensors('adamStepInPlace', 'its tensors', [parameter, gradient, m, v, ...scales]);
  requireFloats('adamStepInPlace', parameter, 'the parameter');
  requireSettings(settings);
  requireSameBackend('adamStepInPlace', [parameter, gradient, m, v, ...scales]);
  for (const other of [gradient, m, v]) requireMatch('adamStepInPlace', parameter, other);
  for (const scale of scales) requireScale(scale, parameter);
  const kernel = fusedKernel('adamStepInPlace', parameter);
  if (kernel === undefined) {
    unrecorded(() => scope(() => adamStepDefinition(parameter, gradient, m, v, gradientScale, settings)));
    return;
  }
  kernel(parameter, gradient, m, v, gradientScale, settings);
  for (const changed of [parameter, m, v]) changed.markChanged();
}

function requireSettings(settings: AdamSettings): void {
  for (const name of ADAM_SETTINGS) requireNumber('adamStepInPlace', name, settings?.[name]);
}

/** What `adamStepInPlace` means, as plain ops; with the same arguments. */
function adamStepDefinition(
  parameter: Tensor,
  gradient: Tensor,
  m: Tensor,
  v: Tensor,
  gradientScale: Tensor | null,
  settings: AdamSettings,
): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay, step } = settings;
  const g = gradientScale === null ? gradient : gradient.mul(gradientScale);
  assignInPlace(m, m.mul(beta1).add(g.mul(1 - beta1)));
  assignInPlace(v, v.mul(beta2).add(g.square().mul(1 - beta2)));
  const denominator = v.sqrt().affine(1 / Math.sqrt(1 - beta2 ** step), epsilon);
  const update = m.div(denominator).mul(learningRate / (1 - beta1 ** step));
  assignInPlace(parameter, parameter.mul(1 - learningRate * weightDecay).sub(update));
}

function requireMatch(op: string, target: Tensor, other: Tensor): void {
  if (!sameShape(target.shape, other.shape)) {
    throw new ShapeError(
      `${op}: shapes differ: ${formatShape(target.shape)} and ${formatShape(other.shape)}`,
    );
  }
  if (target.dtype !== other.dtype)
    throw new DTypeError(`${op}: dtypes differ: ${target.dtype} and ${other.dtype}`);
}

function requireScale(scale: Tensor, parameter: Tensor): void {
  if (scale.size !== 1) {
    throw new ShapeError(`adamStepInPlace: gradientScale must be a scalar, got ${formatShape(scale.shape)}`);
  }
  if (scale.dtype !== parameter.dtype) {
    throw new DTypeError(`adamStepInPlace: dtypes differ: ${parameter.dtype} and ${scale.dtype}`);
  }
}
