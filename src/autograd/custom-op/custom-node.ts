/**
 * One call of a custom op on the tape: what it keeps, and the check of what its derivative returns.
 * Explained in docs/derivatives.md.
 */
import { described } from '../../tensor/checks/describe.js';
import { requireSameBackend } from '../../tensor/dispatch.js';
import {
  ArgumentError,
  DTypeError,
  formatShape,
  isFloat,
  LifetimeError,
  ShapeError,
  sameShape,
  Tensor,
} from '../../tensor/index.js';
import { KeptValues } from '../kept-values.js';
import type { Gradients, Like } from '../rule.js';
import { historyOf, Node, type Pass } from '../tape.js';

/** What of a call is kept for its derivative. */
export type Keeps = 'inputs' | 'output' | 'both' | 'nothing';

/** What a derivative has to go by, besides the gradient of the output. */
export interface CustomContext<Args extends readonly unknown[]> {
  /** The arguments of the call; where inputs are not kept, the tensors among them have shape and dtype but no values. */
  readonly args: Args;
  /** The output. @throws LifetimeError where it is not kept. */
  readonly output: Tensor;
}

/** One for each tensor among the arguments. */
export type CustomGradients = Tensor | null | Gradients;

interface Derivative<Args extends readonly unknown[]> {
  readonly name: string;
  readonly backward: (gradient: Tensor, context: CustomContext<Args>) => CustomGradients;
  readonly keeps?: Keeps;
}

/** One call of a custom op, recorded. */
export class CustomNode<Args extends readonly unknown[]> extends Node {
  readonly name: string;
  private readonly saved: KeptValues;
  private readonly keepsInputs: boolean;
  private readonly keepsOutput: boolean;
  /** The arguments, of the tensors only what is known without their values. */
  private readonly args: Args;

  constructor(
    private readonly definition: Derivative<Args>,
    args: Args,
    inputs: readonly Tensor[],
    output: Tensor,
  ) {
    super(inputs, inputs.map(historyOf));
    const { name, keeps = 'both' } = definition;
    this.name = name;
    this.keepsInputs = keeps === 'both' || keeps === 'inputs';
    this.keepsOutput = keeps === 'both' || keeps === 'output';
    this.args = args.map((arg) => (arg instanceof Tensor ? husk(arg) : arg)) as unknown as Args;
    this.saved = new KeptValues(name, [
      ...(this.keepsInputs ? inputs : []),
      ...(this.keepsOutput ? [output] : []),
    ]);
  }

  get kept(): readonly Tensor[] | null {
    return this.saved.current;
  }

  keptInput(at: number): number | null {
    return this.keepsInputs ? at : null;
  }

  backward(gradient: Tensor, pass: Pass): Gradients {
    const { name, definition, likes } = this;
    const returned: unknown = definition.backward(gradient, this.context(pass));
    if (returned instanceof Promise) {
      throw new ArgumentError(`${name}: backward must be synchronous, it returned a promise`);
    }
    const found = Array.isArray(returned) ? returned : [returned];
    if (found.length !== likes.length) {
      throw new ArgumentError(
        `${name}: backward must return a gradient or null for each of ${likes.length} tensors, it returned ${found.length}`,
      );
    }
    return found.map((part: unknown, at) => {
      const check = (value: unknown) => checkGradient(name, value, likes[at], at, gradient);
      return typeof part === 'function' ? () => check(part()) : check(part);
    }) as Gradients;
  }

  free(): void {
    this.saved.free();
  }

  /** With `withHistory` its tensors have the histories they had, so that the derivative can be differentiated in turn. */
  private context({ op, withHistory }: Pass): CustomContext<Args> {
    const { name, keepsOutput } = this;
    const handles = this.saved.handles(op);
    const output = keepsOutput ? handles[handles.length - 1] : null;
    const inputs = this.keepsInputs ? handles.slice(0, this.likes.length) : [];
    if (withHistory) {
      inputs.forEach((x, i) => {
        x.trace = this.parents[i];
      });
      if (output !== null) output.trace = this;
      for (const x of handles) x.trace?.retain();
    }
    let next = 0;
    const args = this.args.map((arg) => {
      if (!(arg instanceof Tensor)) return arg;
      return inputs[next++] ?? arg;
    }) as unknown as Args;
    return {
      args,
      get output() {
        if (output !== null) return output;
        throw new LifetimeError(`${name}: its output is not kept; ask for it with keeps: 'both' or 'output'`);
      },
    };
  }
}

/** A tensor that has let go of its values. */
function husk(x: Tensor): Tensor {
  const handle = x.detach(x.shape, false);
  handle.dispose();
  return handle;
}

function checkGradient(
  name: string,
  value: unknown,
  like: Like,
  at: number,
  gradient: Tensor,
): Tensor | null {
  if (value === null) return null;
  const which = `${name}: the gradient of tensor ${at}`;
  if (!(value instanceof Tensor)) {
    throw new ArgumentError(`${which} must be a tensor, or null where none flows, got ${described(value)}`);
  }
  if (!isFloat(like.dtype)) {
    throw new DTypeError(`${which} must be null: it is ${like.dtype}, and integers have no derivative`);
  }
  if (!sameShape(value.shape, like.shape)) {
    throw new ShapeError(`${which} is ${formatShape(value.shape)}, the tensor ${formatShape(like.shape)}`);
  }
  if (value.dtype !== like.dtype) {
    throw new DTypeError(`${which} is ${value.dtype}, the tensor ${like.dtype}`);
  }
  requireSameBackend(name, [gradient, value]);
  return value;
}
