/** Parameters and their gradients by hand, and derivatives that know nothing of autograd. */
import { fivePoint } from '../../../src/autograd/gradcheck.js';
import { Parameter } from '../../../src/nn/index.js';
import { assignInPlace, type Backend, scope, tensor, withBackend } from '../../../src/tensor/index.js';

export function parameterOf(backend: Backend, values: readonly number[]): Parameter {
  return withBackend(backend, () => Parameter.from(() => tensor(values)));
}

/** Makes `gradient` the gradient of the parameter, by a backward pass. */
export function setGradient(parameter: Parameter, gradient: readonly number[]): void {
  parameter.zeroGrad();
  scope(() => {
    const slope = tensor(gradient, parameter.shape, { dtype: parameter.dtype, backend: parameter.backend });
    parameter.mul(slope).sum().backward();
  });
}

/** The derivative of f by one element of a parameter by the five-point formula, moving it in place and back. */
export function differenceAt(f: () => number, parameter: Parameter, element: number, step: number): number {
  const values = [...parameter.dataSync()];
  const moveTo = (x: number) =>
    scope(() => assignInPlace(parameter, tensor(values.with(element, x), parameter.shape)));
  const slope = fivePoint(
    (x) => {
      moveTo(x);
      return f();
    },
    values[element],
    step,
  );
  moveTo(values[element]);
  return slope;
}
