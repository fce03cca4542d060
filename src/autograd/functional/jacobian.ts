/**
 * Whole Jacobians and Hessians, by a backward pass for each of their rows.
 * Explained in docs/learn/06-second-derivatives.md and docs/derivatives.md.
 */
import { requireCallback } from '../../tensor/checks/callback.js';
import { requireKnown } from '../../tensor/checks/options.js';
import { concat, type Shape, scope, type Tensor, tensor } from '../../tensor/index.js';
import { fill } from '../../tensor/ops/fill.js';
import { gradientsFor } from '../backward.js';
import { withGrad } from '../tape.js';
import {
  called,
  GRAD_OPTIONS,
  type Gradients,
  type GradOptions,
  isDifferentiated,
  requireSingle,
  requireVariables,
  type TensorFunction,
  variable,
} from './grad.js';

/** One for each pair of inputs. */
export type Hessian<Inputs extends readonly Tensor[]> = { -readonly [I in keyof Inputs]: Gradients<Inputs> };

/**
 * x ↦ ∂f/∂x for all inputs of a function of any shape: for each input a tensor [...y.shape, ...x.shape], zeros where y does
 * not depend on it. Row by row: one forward pass, and one backward pass for every element of y. Throws as `grad` does, but
 * for the shape of y.
 * @example const [J] = jacobian((x) => x.square())(tensor([1, 2])); // [[2, 0], [0, 4]]
 */
export function jacobian(
  f: TensorFunction,
  options: GradOptions = {},
): <Inputs extends readonly Tensor[]>(...inputs: Inputs) => Gradients<Inputs> {
  requireCallback('jacobian', f, 'a function of tensors');
  requireKnown('jacobian', options, GRAD_OPTIONS);
  return <Inputs extends readonly Tensor[]>(...inputs: Inputs) => {
    requireVariables('jacobian', inputs);
    return scope(() => {
      const createGraph = options.createGraph ?? isDifferentiated(inputs);
      const variables = inputs.map(variable);
      const y = withGrad(true, () => called('jacobian', f, variables));
      return derivatives('jacobian', y, variables, createGraph) as Gradients<Inputs>;
    });
  };
}

/**
 * The second derivatives of a scalar function by all pairs of inputs: `hessian(f)(x, y)[i][j]` has the shape of input i
 * followed by that of input j. One gradient, and one backward pass through it for every element of the inputs.
 *
 * Products with a vector need no Hessian: see `jvp`.
 * @throws ShapeError unless f has a single value.
 * @example const [[H]] = hessian((x) => x.pow(3).sum())(tensor([1, 2])); // [[6, 0], [0, 12]]
 */
export function hessian(
  f: TensorFunction,
  options: GradOptions = {},
): <Inputs extends readonly Tensor[]>(...inputs: Inputs) => Hessian<Inputs> {
  requireCallback('hessian', f, 'a function of tensors');
  requireKnown('hessian', options, GRAD_OPTIONS);
  return <Inputs extends readonly Tensor[]>(...inputs: Inputs) => {
    requireVariables('hessian', inputs);
    return scope(() => {
      const createGraph = options.createGraph ?? isDifferentiated(inputs);
      const variables = inputs.map(variable);
      const value = withGrad(true, () => called('hessian', f, variables));
      requireSingle('hessian', value);
      const slopes = gradientsFor('hessian', value, variables, { createGraph: true });
      return slopes.map((slope, i) =>
        slope === null
          ? variables.map((x) => zeros([...variables[i].shape, ...x.shape], x))
          : derivatives('hessian', slope, variables, createGraph),
      ) as Hessian<Inputs>;
    });
  };
}

/** ∂y/∂x for each of the variables, whose graph is kept. */
function derivatives(op: string, y: Tensor, variables: readonly Tensor[], createGraph: boolean): Tensor[] {
  const rows = Array.from({ length: y.size }, (_, element) =>
    scope(() => {
      const gradient = unitVector(y, element);
      return gradientsFor(op, y, variables, { gradient, createGraph, keepGraph: true });
    }),
  );
  return withGrad(createGraph, () =>
    variables.map((x, i) => {
      const shape = [...y.shape, ...x.shape];
      if (rows.every((row) => row[i] === null)) return zeros(shape, x);
      return scope(() =>
        concat(rows.map((row) => (row[i] ?? zeros(x.shape, x)).reshape([1, x.size]))).reshape(shape),
      );
    }),
  );
}

/** Of the shape of y, 1 at one element and 0 elsewhere. */
function unitVector({ shape, size, dtype, backend }: Tensor, element: number): Tensor {
  const values = new Float64Array(size);
  values[element] = 1;
  return tensor(values, shape, { dtype, backend });
}

function zeros(shape: Shape, { backend, dtype }: Tensor): Tensor {
  return fill(backend, shape, 0, dtype);
}
