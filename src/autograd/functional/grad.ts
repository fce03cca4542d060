/** Derivatives of functions, as in JAX: nothing is marked, nothing accumulates. Explained in docs/derivatives.md. */

import { requireCallback } from '../../tensor/checks/callback.js';
import { described } from '../../tensor/checks/describe.js';
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { requireLive } from '../../tensor/checks/values.js';
import {
  ArgumentError,
  DTypeError,
  formatShape,
  isFloat,
  keep,
  ShapeError,
  scope,
  Tensor,
  zerosLike,
} from '../../tensor/index.js';
import { gradientsFor } from '../backward.js';
import { isGradEnabled, withGrad } from '../tape.js';

/** A function of tensors whose value is a single tensor. */
export type TensorFunction = (...inputs: Tensor[]) => Tensor;

/** Options of `grad`, `valueAndGrad` and the transforms made of them. */
export interface GradOptions {
  /**
   * Record the derivative itself, so that it can be differentiated in turn. Default: only if an input has a
   * history already, which is so inside another `grad`, and not inside `noGrad`. Set it when the function closes
   * over parameters that the derivative is to be differentiated by.
   */
  readonly createGraph?: boolean;
}

export const GRAD_OPTIONS: OptionNames<GradOptions> = { createGraph: true };

/** One for each input, in their order. */
export type Gradients<Inputs extends readonly Tensor[]> = { -readonly [I in keyof Inputs]: Tensor };

/**
 * x ↦ df/dx for all inputs of a scalar function; zeros where f does not depend on one, as for integers, which may stand
 * beside floats.
 * @throws ArgumentError for no inputs, inputs that are no tensors or an f that is async or returns none, DTypeError for
 * nothing but integers, ShapeError for an f that returns more than a single value.
 * @example
 * const [slope] = grad((x) => x.pow(3).sum())(tensor([2])); // [12]
 * const second = grad((x) => grad((y) => y.pow(3).sum())(x)[0].sum());
 * second(tensor([2]))[0] // [12]
 */
export function grad(
  f: TensorFunction,
  options?: GradOptions,
): <Inputs extends readonly Tensor[]>(...inputs: Inputs) => Gradients<Inputs> {
  requireCallback('grad', f, 'a function of tensors');
  if (options !== undefined) requireKnown('grad', options, GRAD_OPTIONS);
  return (...inputs) => scope(() => differentiate('grad', f, inputs, options).gradients);
}

/**
 * The value of a scalar function and its derivatives in one pass. Throws as `grad` does.
 * @example
 * const { value, gradients } = valueAndGrad((x) => x.square().sum())(tensor([1, 2]));
 * value // 5
 * gradients[0] // [2, 4]
 */
export function valueAndGrad(
  f: TensorFunction,
  options: GradOptions = {},
): <Inputs extends readonly Tensor[]>(...inputs: Inputs) => { value: Tensor; gradients: Gradients<Inputs> } {
  requireCallback('valueAndGrad', f, 'a function of tensors');
  requireKnown('valueAndGrad', options, GRAD_OPTIONS);
  return (...inputs) => scope(() => differentiate('valueAndGrad', f, inputs, options));
}

function differentiate<Inputs extends readonly Tensor[]>(
  op: string,
  f: TensorFunction,
  inputs: Inputs,
  options: GradOptions = {},
): { value: Tensor; gradients: Gradients<Inputs> } {
  requireVariables(op, inputs);
  const createGraph = options.createGraph ?? isDifferentiated(inputs);
  const variables = inputs.map(variable);
  const value = withGrad(true, () => called(op, f, variables));
  requireSingle(op, value);
  const found = gradientsFor(op, value, variables, { createGraph });
  return {
    value: settled(value, createGraph),
    gradients: found.map((gradient, i) => gradient ?? zerosLike(inputs[i])) as Gradients<Inputs>,
  };
}

/**
 * The value of f at `inputs` and the pull-back of a gradient g of its output: g ↦ gᵀ·∂f/∂x for every x. The
 * pull-back may be called again and again; `dispose` frees what it holds.
 * @example
 * const { value, pullback, dispose } = vjp((x) => x.square(), tensor([1, 2]));
 * value // [1, 4]
 * pullback(tensor([1, 10]))[0] // [2, 40]
 * dispose();
 */
export function vjp<Inputs extends readonly Tensor[]>(
  f: TensorFunction,
  ...inputs: Inputs
): {
  value: Tensor;
  /** g of the shape of the value ↦ gᵀ·∂f/∂x for every x. */
  pullback: (g: Tensor) => Gradients<Inputs>;
  /** Frees what the pull-back holds. */
  dispose: () => void;
} {
  requireCallback('vjp', f, 'a function of tensors');
  requireVariables('vjp', inputs);
  const createGraph = isDifferentiated(inputs);
  const { root, variables } = scope(() => {
    const variables = inputs.map(variable);
    // A handle of our own: f may return a tensor that is somebody else's to dispose of.
    return { root: withGrad(true, () => called('vjp', f, variables)).alias(), variables };
  });
  for (const x of [root, ...variables]) keep(x);
  return {
    value: settled(root, createGraph),
    pullback: (g) =>
      scope(() => {
        const found = gradientsFor('vjp', root, variables, { gradient: g, createGraph, keepGraph: true });
        return found.map((gradient, i) => gradient ?? zerosLike(variables[i])) as Gradients<Inputs>;
      }),
    dispose: () => {
      for (const x of [root, ...variables]) x.dispose();
    },
  };
}

/** True where what is worked out from these inputs is to be differentiated in turn. */
export function isDifferentiated(inputs: readonly Tensor[]): boolean {
  return isGradEnabled() && inputs.some((x) => x.trace !== null);
}

/**
 * A handle on x with a history of its own, so that f(x, x) has two derivatives; it still leads back to the
 * history of x, so that an outer derivative passes through. Integers stay without one.
 */
export function variable(x: Tensor): Tensor {
  if (x.trace !== null) return withGrad(true, () => x.reshape(x.shape));
  return x.detach().setRequiresGrad(isFloat(x.dtype));
}

/** The value of f. @throws ArgumentError naming `op` unless it is a tensor. */
export function called(op: string, f: TensorFunction, inputs: readonly Tensor[]): Tensor {
  const value: unknown = f(...inputs);
  if (value instanceof Tensor) return value;
  const rule = value instanceof Promise ? 'must be synchronous, it' : 'must return a tensor, it';
  throw new ArgumentError(`${op}: the function ${rule} returned ${described(value)}`);
}

/** @throws ShapeError unless a value has one element. */
export function requireSingle(op: string, { size, shape }: Tensor): void {
  if (size === 1) return;
  throw new ShapeError(
    `${op}: the function must return a single value, got shape ${formatShape(shape)}; sum() it, or see jacobian`,
  );
}

/** A value to hand out: with its history where it is to be differentiated, else without. */
export function settled(value: Tensor, createGraph: boolean): Tensor {
  return createGraph ? value.alias() : value.detach();
}

/** @throws ArgumentError unless all inputs are tensors. */
export function requireInputs(op: string, inputs: readonly unknown[]): asserts inputs is readonly Tensor[] {
  const at = inputs.findIndex((x) => !(x instanceof Tensor));
  if (at < 0) return;
  throw new ArgumentError(`${op}: input ${at} must be a tensor, got ${described(inputs[at])}; see tensor()`);
}

/**
 * For derivatives by them. Integers may be among them, as the targets of a loss.
 * @throws ArgumentError unless all are tensors, and there is one, DTypeError unless one is of floats, LifetimeError for one
 * that was disposed.
 */
export function requireVariables(
  op: string,
  inputs: readonly unknown[],
): asserts inputs is readonly Tensor[] {
  requireInputs(op, inputs);
  if (inputs.length === 0) throw new ArgumentError(`${op}: wants an input to differentiate by, got none`);
  for (const x of inputs) requireLive(op, x);
  if (inputs.some(({ dtype }) => isFloat(dtype))) return;
  throw new DTypeError(
    `${op}: wants a float tensor to differentiate by, got int32: integers have no derivative; use .cast('float32')`,
  );
}
