/** Derivatives of functions, as in JAX: nothing is marked, nothing accumulates. */
import { isFloat, keep, scope, type Tensor, zerosLike } from '../tensor/index.js';
import { gradients } from './backward.js';
import { isGradEnabled, withGrad } from './tape.js';

/** A function of tensors whose value is a single tensor. */
export type TensorFunction = (...inputs: Tensor[]) => Tensor;

export interface GradOptions {
  /**
   * Record the derivative itself, so that it can be differentiated in turn. Default: only if an input has a
   * history already, which is so inside another `grad`, and not inside `noGrad`. Set it when the function closes
   * over parameters that the derivative is to be differentiated by.
   */
  readonly createGraph?: boolean;
}

/** One for each input, in their order. */
export type Gradients<Inputs extends readonly Tensor[]> = { -readonly [I in keyof Inputs]: Tensor };

/** x ↦ df/dx for all inputs of a scalar function; zeros where f does not depend on one. */
export function grad(
  f: TensorFunction,
  options?: GradOptions,
): <Inputs extends readonly Tensor[]>(...inputs: Inputs) => Gradients<Inputs> {
  const evaluate = valueAndGrad(f, options);
  return (...inputs) =>
    scope(() => {
      return evaluate(...inputs).gradients;
    });
}

/** The value of a scalar function and its derivatives in one pass. */
export function valueAndGrad(
  f: TensorFunction,
  options: GradOptions = {},
): <Inputs extends readonly Tensor[]>(...inputs: Inputs) => { value: Tensor; gradients: Gradients<Inputs> } {
  return <Inputs extends readonly Tensor[]>(...inputs: Inputs) =>
    scope(() => {
      const createGraph = options.createGraph ?? isDifferentiated(inputs);
      const variables = inputs.map(variable);
      const value = withGrad(true, () => f(...variables));
      const found = gradients(value, variables, { createGraph });
      return {
        value: createGraph ? value.alias() : value.detach(),
        gradients: found.map((gradient, i) => gradient ?? zerosLike(inputs[i])) as Gradients<Inputs>,
      };
    });
}

/**
 * The value of f at `inputs` and the pull-back of a gradient g of its output: g ↦ gᵀ·∂f/∂x for every x. The
 * pull-back may be called again and again; `dispose` frees what it holds.
 */
export function vjp<Inputs extends readonly Tensor[]>(
  f: TensorFunction,
  ...inputs: Inputs
): { value: Tensor; pullback: (g: Tensor) => Gradients<Inputs>; dispose: () => void } {
  const createGraph = isDifferentiated(inputs);
  const { root, variables } = scope(() => {
    const variables = inputs.map(variable);
    // A handle of our own: f may return a tensor that is somebody else's to dispose of.
    return { root: withGrad(true, () => f(...variables)).alias(), variables };
  });
  for (const x of [root, ...variables]) keep(x);
  return {
    value: createGraph ? root.alias() : root.detach(),
    pullback: (g) =>
      scope(() => {
        const found = gradients(root, variables, { gradient: g, createGraph, keepGraph: true });
        return found.map((gradient, i) => gradient ?? zerosLike(variables[i])) as Gradients<Inputs>;
      }),
    dispose: () => {
      for (const x of [root, ...variables]) x.dispose();
    },
  };
}

function isDifferentiated(inputs: readonly Tensor[]): boolean {
  return isGradEnabled() && inputs.some((x) => x.trace !== null);
}

/**
 * A handle on x with a history of its own, so that f(x, x) has two derivatives; it still leads back to the
 * history of x, so that an outer derivative passes through. Integers stay without one.
 */
function variable(x: Tensor): Tensor {
  if (x.trace !== null) return withGrad(true, () => x.reshape(x.shape));
  return x.detach().setRequiresGrad(isFloat(x.dtype));
}
