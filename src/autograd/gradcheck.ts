/**
 * The check of derivatives by differences: `gradcheck`, and the five-point formula that it takes slopes by.
 * Explained in docs/learn/05-is-it-right.md.
 */
import { requireCallback } from '../tensor/checks/callback.js';
import { type OptionNames, requireKnown } from '../tensor/checks/options.js';
import { requireNotNegative, requirePositive } from '../tensor/checks/values.js';
import {
  ArgumentError,
  DTypeError,
  formatShape,
  isFloat,
  NumericError,
  scope,
  type Tensor,
  tensor,
} from '../tensor/index.js';
import { called, requireVariables, type TensorFunction, valueAndGrad } from './functional/grad.js';
import { noGrad } from './tape.js';

/** Options of `gradcheck`. */
export interface GradcheckOptions {
  /** Largest error allowed, relative to the largest derivative of the same input (at least 1). Default 1e-6. */
  readonly tolerance?: number;
  /** Step of the differences, relative to max(1, |x|). Default 1e-3, right for the five-point formula. */
  readonly step?: number;
}

const GRADCHECK_OPTIONS: OptionNames<GradcheckOptions> = { tolerance: true, step: true };

/**
 * Compares the derivatives of f at `inputs` with central differences, element by element, and returns the largest
 * relative error. f may return any shape: what is differentiated, and what an error tells the slopes of, is a weighted sum
 * of its elements in row-major order, Σ (1 + sin i)·yᵢ for i = 1, 2, …, so that no error hides behind another. Integer
 * inputs beside others are passed through. f must be smooth around the inputs.
 * @throws NumericError naming the input, the element and both slopes; DTypeError unless the inputs are float64,
 * because differences in float32 cannot see 1e-6, or where f returns integers.
 * @example
 * await init('reference', { dtype: 'float64' });
 * gradcheck((x) => x.tanh(), [tensor([0.5, -1])]) < 1e-6 // true
 */
export function gradcheck(
  f: TensorFunction,
  inputs: readonly Tensor[],
  options: GradcheckOptions = {},
): number {
  requireKnown('gradcheck', options, GRADCHECK_OPTIONS);
  const { tolerance = 1e-6, step = 1e-3 } = options;
  requireNotNegative('gradcheck: tolerance', tolerance);
  requirePositive('gradcheck: step', step);
  requireCallback('gradcheck', f, 'a function of tensors');
  if (!Array.isArray(inputs)) throw new ArgumentError('gradcheck: wants a list of inputs: gradcheck(f, [x])');
  requireVariables('gradcheck', inputs);
  for (const { dtype } of inputs) {
    if (dtype === 'float32')
      throw new DTypeError(
        "gradcheck: wants float64 inputs, got float32; init('reference', { dtype: 'float64' })",
      );
  }
  return scope(() => {
    const scalar: TensorFunction = (...xs) => {
      const y = called('gradcheck', f, xs);
      if (!isFloat(y.dtype)) {
        throw new DTypeError(`gradcheck: the function must return floats, it returned ${y.dtype}`);
      }
      return weightedSum(y);
    };
    const found = valueAndGrad(scalar)(...inputs).gradients;
    let largest = 0;
    inputs.forEach((input, at) => {
      if (input.dtype !== 'float64') return;
      const analytic = Array.from(found[at].dataSync());
      const numeric = differences(scalar, inputs, at, step);
      const scale = analytic.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      analytic.forEach((value, element) => {
        const error = Math.abs(value - numeric[element]) / scale;
        // Written so that NaN fails.
        if (!(error <= tolerance)) throw mismatch(at, input, element, value, numeric[element]);
        largest = Math.max(largest, error);
      });
    });
    return largest;
  });
}

/** Σ wᵢ yᵢ with weights that are all different, so that no error can hide behind a symmetry. */
export function weightedSum(y: Tensor): Tensor {
  const weights = Float64Array.from({ length: y.size }, (_, i) => 1 + Math.sin(i + 1));
  return y.mul(tensor(weights, y.shape, { dtype: y.dtype, backend: y.backend })).sum();
}

/** The derivative of a function of one number: (8 (f(x + h) − f(x − h)) − (f(x + 2h) − f(x − 2h))) / 12h, exact to h⁴. */
export function fivePoint(f: (x: number) => number, x: number, h: number): number {
  return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h);
}

/** Derivatives by one input, element by element. */
function differences(f: TensorFunction, inputs: readonly Tensor[], at: number, step: number): number[] {
  const input = inputs[at];
  const values = Float64Array.from(input.dataSync());
  const valueAt = (element: number, x: number): number => {
    const moved = Float64Array.from(values);
    moved[element] = x;
    return noGrad(() =>
      scope(() => {
        const other = tensor(moved, input.shape, { dtype: 'float64', backend: input.backend });
        return f(...inputs.map((same, i) => (i === at ? other : same))).itemSync();
      }),
    );
  };
  return Array.from(values, (x, element) =>
    fivePoint((moved) => valueAt(element, moved), x, step * Math.max(1, Math.abs(x))),
  );
}

function mismatch(
  at: number,
  input: Tensor,
  element: number,
  analytic: number,
  numeric: number,
): NumericError {
  return new NumericError(
    `gradcheck: input ${at} ${formatShape(input.shape)}, element ${element}: the derivative is ${analytic}, differences give ${numeric}, both of Σ (1 + sin i)·yᵢ over the elements y₁, y₂, … of the output`,
  );
}
