import { requireCallback } from '../../tensor/checks/callback.js';
import { described } from '../../tensor/checks/describe.js';
import {
  ArgumentError,
  DTypeError,
  formatShape,
  isFloat,
  ShapeError,
  sameShape,
  scope,
  Tensor,
  zerosLike,
} from '../../tensor/index.js';
import { gradientsFor } from '../backward.js';
import { withGrad } from '../tape.js';
import {
  called,
  isDifferentiated,
  requireVariables,
  settled,
  type TensorFunction,
  variable,
} from './grad.js';

/**
 * The value of f at `inputs` and how it changes along `tangents`: Σ ∂f/∂x · t over all inputs x and their tangents t, of
 * the shape of the value. A tangent of null counts as zeros, as does that of an int32 input.
 * Explained in docs/learn/06-second-derivatives.md and docs/derivatives.md.
 *
 * The Jacobian times a vector by two reverse passes: the first makes g ↦ gᵀ·∂f/∂x, which is linear in g, and the
 * transpose of that is what is wanted. So it costs about three times what the gradient of f does, and as much memory as a
 * second derivative; a product with a Hessian is the jvp of a gradient.
 *
 * @throws ArgumentError unless there is a tangent for every input, ShapeError and DTypeError for one that does not fit.
 * @example
 * const cubes = (x: Tensor) => x.pow(3).sum();
 * jvp(cubes, [tensor([1, 2])], [tensor([1, 0])]).tangent // 3
 * jvp((x) => grad(cubes)(x)[0], [tensor([1, 2])], [tensor([1, 0])]).tangent // [6, 0], the Hessian times [1, 0]
 */
export function jvp(
  f: TensorFunction,
  inputs: readonly Tensor[],
  tangents: readonly (Tensor | null)[],
): { value: Tensor; tangent: Tensor } {
  requireCallback('jvp', f, 'a function of tensors');
  checkTangents(inputs, tangents);
  return scope(() => {
    const given = tangents.filter((tangent) => tangent !== null);
    const createGraph = isDifferentiated([...inputs, ...given]);
    const variables = inputs.map(variable);
    const value = withGrad(true, () => called('jvp', f, variables));
    // Any g would do: the pull-back is linear in it.
    const g = zerosLike(value);
    const tangent = isFloat(value.dtype)
      ? withGrad(true, () => pushed(value, variables, tangents, g.setRequiresGrad(), createGraph))
      : null;
    return { value: settled(value, createGraph), tangent: tangent ?? zerosLike(value) };
  });
}

/** The derivative by g of Σ (gᵀ·∂value/∂x) · t; null where that does not depend on g. */
function pushed(
  value: Tensor,
  variables: readonly Tensor[],
  tangents: readonly (Tensor | null)[],
  g: Tensor,
  createGraph: boolean,
): Tensor | null {
  const pulled = gradientsFor('jvp', value, variables, { gradient: g, createGraph: true });
  const products = pulled.flatMap((part, i) => {
    const tangent = tangents[i];
    return part === null || tangent === null ? [] : [part.mul(tangent).sum()];
  });
  if (products.length === 0) return null;
  const total = products.reduce((sum, product) => sum.add(product));
  return gradientsFor('jvp', total, [g], { createGraph })[0];
}

function checkTangents(inputs: readonly Tensor[], tangents: readonly (Tensor | null)[]): void {
  if (!Array.isArray(inputs) || !Array.isArray(tangents) || inputs.length !== tangents.length) {
    throw new ArgumentError(
      'jvp: wants a list of inputs and a list of tangents, one for each: jvp(f, [x], [v])',
    );
  }
  requireVariables('jvp', inputs);
  tangents.forEach((tangent, i) => {
    const x = inputs[i];
    if (tangent === null) return;
    if (!(tangent instanceof Tensor)) {
      throw new ArgumentError(`jvp: tangent ${i} must be a tensor or null, got ${described(tangent)}`);
    }
    if (!sameShape(tangent.shape, x.shape)) {
      throw new ShapeError(
        `jvp: tangent ${i} is ${formatShape(tangent.shape)}, its input ${formatShape(x.shape)}`,
      );
    }
    if (tangent.dtype !== x.dtype) {
      throw new DTypeError(`jvp: tangent ${i} is ${tangent.dtype}, its input ${x.dtype}`);
    }
  });
}
