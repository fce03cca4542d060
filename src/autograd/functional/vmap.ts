/** `vmap`, which makes a function of one example a function of a batch. Explained in docs/derivatives.md. */
import { requireCallback } from '../../tensor/checks/callback.js';
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { ArgumentError, formatShape, ShapeError, scope, stack, type Tensor } from '../../tensor/index.js';
import { fill } from '../../tensor/ops/fill.js';
import { normalizeAxis } from '../../tensor/shape.js';
import { noGrad } from '../tape.js';
import { called, requireInputs, type TensorFunction } from './grad.js';

/** Options of `vmap`. */
export interface VmapOptions {
  /**
   * The axis of every input along which its examples lie, null for one that all examples share; one number is for all
   * inputs. Default 0.
   */
  readonly inAxes?: number | readonly (number | null)[];
  /** The axis of the result along which the values lie, default 0. */
  readonly outAxis?: number;
}

const VMAP_OPTIONS: OptionNames<VmapOptions> = { inAxes: true, outAxis: true };

/**
 * f for one example, made a function of a batch: x ↦ the values of f at every example of x, side by side. A loop: f runs
 * once per example, so this saves writing, not time; ops that broadcast are faster. Of an empty batch f is called once
 * with zeros, to see the shape of its value. Differentiable as f is: `vmap((x) => grad(f)(x)[0])` has a gradient per
 * example.
 *
 * @throws ShapeError when the inputs have no such axis, different numbers of examples, or f values of different shapes;
 * ArgumentError where no input has examples.
 * @example const norms = vmap((row) => row.square().sum().sqrt())(tensor([[3, 4], [6, 8]])); // [5, 10]
 */
export function vmap(f: TensorFunction, options: VmapOptions = {}): (...inputs: Tensor[]) => Tensor {
  requireCallback('vmap', f, 'a function of tensors');
  requireKnown('vmap', options, VMAP_OPTIONS);
  const { inAxes = 0, outAxis = 0 } = options;
  return (...inputs) => {
    requireInputs('vmap', inputs);
    const axes = axesOf(inputs, inAxes);
    const count = exampleCount(inputs, axes);
    return scope(() => {
      if (count === 0) return emptyResult(f, inputs, axes, outAxis);
      const values = Array.from({ length: count }, (_, i) =>
        scope(() =>
          called(
            'vmap',
            f,
            inputs.map((x, at) => example(x, axes[at], i)),
          ),
        ),
      );
      return sideBySide(values, outAxis);
    });
  };
}

function axesOf(inputs: readonly Tensor[], inAxes: number | readonly (number | null)[]): (number | null)[] {
  const given = typeof inAxes === 'number' ? inputs.map(() => inAxes) : inAxes;
  if (!Array.isArray(given) || given.length !== inputs.length) {
    throw new ArgumentError(
      `vmap: inAxes must be a number, or a list of ${inputs.length}, one for each input`,
    );
  }
  return given.map((axis: number | null, i) =>
    axis === null ? null : normalizeAxis('vmap', axis, inputs[i].rank),
  );
}

function exampleCount(inputs: readonly Tensor[], axes: readonly (number | null)[]): number {
  const counts = inputs.flatMap(({ shape }, i) => {
    const axis = axes[i];
    return axis === null ? [] : [shape[axis]];
  });
  if (counts.length === 0) throw new ArgumentError('vmap: at least one input must have examples');
  if (counts.some((count) => count !== counts[0])) {
    throw new ShapeError(`vmap: the inputs have different numbers of examples: ${counts.join(', ')}`);
  }
  return counts[0];
}

/** Example `at` of x, without the axis of examples. */
function example(x: Tensor, axis: number | null, at: number): Tensor {
  if (axis === null) return x;
  return x.slice(axis, at, at + 1).reshape(withoutAxis(x, axis));
}

function withoutAxis({ shape }: Tensor, axis: number): number[] {
  return shape.filter((_, i) => i !== axis);
}

function sideBySide(values: readonly Tensor[], outAxis: number): Tensor {
  const [{ shape, dtype }] = values;
  for (const value of values) {
    if (formatShape(value.shape) === formatShape(shape) && value.dtype === dtype) continue;
    const [first, other] = [`${dtype} ${formatShape(shape)}`, `${value.dtype} ${formatShape(value.shape)}`];
    throw new ShapeError(`vmap: the values must have one shape and dtype, got ${first} and ${other}`);
  }
  const axis = normalizeAxis('vmap', outAxis, shape.length + 1);
  return stack(values, axis);
}

function emptyResult(
  f: TensorFunction,
  inputs: readonly Tensor[],
  axes: readonly (number | null)[],
  outAxis: number,
): Tensor {
  const examples = inputs.map((x, i) => {
    const axis = axes[i];
    return axis === null ? x : fill(x.backend, withoutAxis(x, axis), 0, x.dtype);
  });
  const value = noGrad(() => called('vmap', f, examples));
  const axis = normalizeAxis('vmap', outAxis, value.rank + 1);
  return fill(value.backend, [...value.shape.slice(0, axis), 0, ...value.shape.slice(axis)], 0, value.dtype);
}
