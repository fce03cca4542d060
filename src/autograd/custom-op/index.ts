/** Ops of the user's own, with a derivative that the user writes. Explained in docs/derivatives.md. */

import { described } from '../../tensor/checks/describe.js';
import { type OptionNames, requireKnown } from '../../tensor/checks/options.js';
import { requireOneOf } from '../../tensor/checks/values.js';
import { isRecording, requireSameBackend } from '../../tensor/dispatch.js';
import { ArgumentError, isFloat, scope, Tensor } from '../../tensor/index.js';
import { inspect, unwatched } from '../anomaly.js';
import { type CustomContext, type CustomGradients, CustomNode, type Keeps } from './custom-node.js';
import { type HostLoop, loopRuns, runLoop } from './host-loop.js';

export type { CustomContext, CustomGradients, Keeps } from './custom-node.js';
export type { HostLoop, OnHost } from './host-loop.js';

/** What an op of one's own is made of. `Args` are its arguments: tensors, and anything else that is no tensor. */
export interface CustomOpDefinition<Args extends readonly unknown[]> {
  /** What errors, `explain` and `detectAnomaly` call it. */
  readonly name: string;
  /** The value, written in ops. None of them is recorded: the op as a whole is. May be left out where there is a `loop`. */
  readonly forward?: (...args: Args) => Tensor;
  /**
   * ∂L/∂x for every tensor x among the arguments, in their order, each of the shape of its x, from `gradient` = ∂L/∂y, y the
   * output: one tensor or null where there is a single x, else an array. Null stands where none flows, as always for
   * int32; a function is called only if somebody wants what it works out. Written in ops, so that it can be
   * differentiated in turn.
   */
  readonly backward: (gradient: Tensor, context: CustomContext<Args>) => CustomGradients;
  /** What of the call stays in memory for `backward`; default all of it. */
  readonly keeps?: Keeps;
  /** Works the value out in plain JavaScript where that can reach the memory: on the wasm and the reference backend. */
  readonly loop?: HostLoop<Args>;
}

/**
 * An op with a derivative of your own: a function of tensors and of whatever else it needs, that gradients flow through as
 * `backward` says.
 *
 * Its arguments come as they are, `op(x, 0.1)`, and `backward` finds them in its context: `(g, { args: [x, slope] })`. What
 * the tape keeps is freed as it is for other ops. `gradcheck(op, [x])` tells whether `backward` is right. On a gpu backend
 * `forward` runs, `loop` or not.
 *
 * @throws ArgumentError, then or later, naming the op: for a definition that lacks something, arguments without a tensor,
 * a function that is async, a `forward` that returns no tensor or uses one with a history that is not among its arguments;
 * ConfigError for a part of a definition that there is none of, or other `keeps`;
 * for gradients that are too few, too many or undefined, ShapeError and DTypeError for one that does not fit its tensor.
 * @example
 * const roundThrough = customOp({
 *   name: 'roundThrough',
 *   forward: (x: Tensor) => x.cast('int32').cast(x.dtype),
 *   backward: (gradient) => gradient, // as if y were x: straight through
 * });
 * grad((x) => roundThrough(x).sum())(tensor([1.7]))[0] // [1]
 */
export function customOp<Args extends readonly unknown[]>(
  definition: CustomOpDefinition<Args>,
): (...args: Args) => Tensor {
  checkDefinition(definition);
  return (...args) => apply(definition, args);
}

function apply<Args extends readonly unknown[]>(definition: CustomOpDefinition<Args>, args: Args): Tensor {
  const { name } = definition;
  const inputs = args.filter((arg) => arg instanceof Tensor);
  checkInputs(name, args, inputs);
  return scope(() => {
    const made = unwatched(() => computed(definition, args, inputs[0]));
    // A handle of its own: what `forward` returns may be an input, or somebody else's.
    const output = made.detach();
    if (isRecording(inputs) && isFloat(output.dtype)) {
      output.trace = new CustomNode(definition, args, inputs, output);
    }
    inspect(name, output);
    return output;
  });
}

function computed<Args extends readonly unknown[]>(
  { name, forward, loop }: CustomOpDefinition<Args>,
  args: Args,
  first: Tensor,
): Tensor {
  // Without histories: all that is recorded in `forward` comes of tensors that it was not given.
  const plain = args.map((arg) => (arg instanceof Tensor ? arg.detach() : arg)) as unknown as Args;
  if (loop !== undefined && loopRuns(first)) return runLoop(name, loop, plain);
  if (forward === undefined) {
    throw new ArgumentError(
      `${name}: its loop cannot run on the ${first.backend.name} backend; give it a forward too`,
    );
  }
  const made: unknown = forward(...plain);
  checkValue(name, made);
  requireSameBackend(name, [first, made]);
  return made;
}

const DEFINITION: OptionNames<CustomOpDefinition<readonly unknown[]>> = {
  ...{ name: true, forward: true, backward: true, keeps: true, loop: true },
};
const LOOP: OptionNames<HostLoop<readonly unknown[]>> = { shape: true, dtype: true, run: true };
const KEEPS: readonly Keeps[] = ['inputs', 'output', 'both', 'nothing'];

function checkDefinition(definition: unknown): void {
  const { name, forward, backward, keeps, loop } = (definition ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || name === '') {
    throw new ArgumentError('customOp: wants { name, forward, backward }, with a name that is a text');
  }
  if (typeof backward !== 'function') {
    throw new ArgumentError(`customOp ${name}: wants backward, a function from the gradient of the output`);
  }
  requireKnown(`customOp ${name}`, definition as object, DEFINITION as OptionNames<object>);
  if (keeps !== undefined) requireOneOf(`customOp ${name}: keeps`, keeps, KEEPS);
  const run = (loop as { run?: unknown } | undefined)?.run;
  if (loop === undefined ? typeof forward !== 'function' : typeof run !== 'function') {
    throw new ArgumentError(`customOp ${name}: wants forward, a function of tensors, or a loop { run }`);
  }
  if (loop !== undefined) requireKnown(`customOp ${name}: loop`, loop as object, LOOP as OptionNames<object>);
}

function checkInputs(name: string, args: readonly unknown[], inputs: readonly Tensor[]): void {
  if (inputs.length === 0) throw new ArgumentError(`${name}: wants a tensor among its arguments`);
  for (const arg of args) {
    if (Array.isArray(arg) && arg.some((item) => item instanceof Tensor)) {
      throw new ArgumentError(
        `${name}: tensors in an array would get no gradient; pass each as an argument: op(...tensors)`,
      );
    }
  }
  requireSameBackend(name, inputs);
}

function checkValue(name: string, made: unknown): asserts made is Tensor {
  if (made instanceof Promise) {
    throw new ArgumentError(`${name}: forward must be synchronous, it returned a promise`);
  }
  if (!(made instanceof Tensor)) {
    throw new ArgumentError(`${name}: forward must return a tensor, it returned ${described(made)}`);
  }
  if (made.trace !== null) {
    throw new ArgumentError(
      `${name}: forward uses a tensor that requires a gradient and is not among its arguments; pass it as one, or detach() it`,
    );
  }
}
