/**
 * The tape, define-by-run: every op on a tensor that needs a gradient leaves a node behind, which knows its
 * parents and keeps what its rule needs. Tensors hold nodes and nodes hold their parents, by reference count, so
 * that a history nobody differentiates is freed with its last tensor.
 */
import {
  isFloat,
  LifetimeError,
  type OpAttributes,
  type OpName,
  type Recorder,
  setRecorder,
  type Tensor,
  type Trace,
  unrecorded,
} from '../tensor/index.js';
import { inspect } from './anomaly.js';
import type { Like, Rule } from './rule.js';
import { rules } from './rules.js';

/** The start of a history: a tensor that the user wants gradients for. */
export class Leaf implements Trace {
  readonly summary = 'requiresGrad';
  readonly parents: readonly History[] = [];
  grad: Tensor | null = null;
  private references = 1;

  retain(): void {
    this.references++;
  }

  release(): void {
    if (--this.references === 0) this.grad?.dispose();
  }
}

/** One recorded op. */
export class Node implements Trace {
  /** One per input, null where the input needs no gradient. */
  readonly parents: readonly (History | null)[];
  readonly likes: readonly Like[];
  private saved: readonly Tensor[] | null;
  private readonly versions: readonly number[];
  private references = 1;

  constructor(
    readonly name: OpName,
    inputs: readonly Tensor[],
    readonly attributes: OpAttributes[OpName],
    output: Tensor,
  ) {
    this.parents = inputs.map(historyOf);
    for (const parent of this.parents) parent?.retain();
    this.likes = inputs.map(({ shape, dtype }) => ({ shape, dtype }));
    const { saves } = this.rule;
    const values = saves === 'inputs' ? inputs : saves === 'output' ? [output] : [];
    // Bare handles, in no scope and without history: the node's own parents are the history.
    this.saved = values.map((x) => x.detach(x.shape, false));
    this.versions = values.map((x) => x.version);
  }

  get summary(): string {
    return `requiresGrad, from ${this.name}`;
  }

  get rule(): Rule<OpAttributes[OpName]> {
    return rules[this.name] as Rule<OpAttributes[OpName]>;
  }

  /**
   * The values that the rule needs, with their histories when the derivative is to be differentiated in turn.
   * @throws LifetimeError after they were freed or overwritten.
   */
  savedTensors(withHistory: boolean): Tensor[] {
    if (this.saved === null) {
      throw new LifetimeError(
        `backward: the values saved for ${this.name} were freed by an earlier backward pass; ask for keepGraph there`,
      );
    }
    return this.saved.map((x, i) => {
      if (x.version !== this.versions[i]) {
        throw new LifetimeError(`backward: a tensor that ${this.name} saved was changed in place since`);
      }
      const copy = x.detach();
      if (withHistory) {
        copy.trace = this.rule.saves === 'output' ? this : this.parents[i];
        copy.trace?.retain();
      }
      return copy;
    });
  }

  /** What is kept for the rule, null once it was freed: to look at, not to hold on to. */
  get kept(): readonly Tensor[] | null {
    return this.saved;
  }

  /** Lets go of the saved values: this node can not be differentiated again. */
  free(): void {
    for (const x of this.saved ?? []) x.dispose();
    this.saved = null;
  }

  retain(): void {
    this.references++;
  }

  // A loop, because a history may be longer than the stack is deep.
  release(): void {
    const pending: Trace[] = [this];
    for (let trace = pending.pop(); trace !== undefined; trace = pending.pop()) {
      if (!(trace instanceof Node)) trace.release();
      else if (--trace.references === 0) {
        trace.free();
        for (const parent of trace.parents) if (parent !== null) pending.push(parent);
      }
    }
  }
}

/** How a tensor came to be. */
export type History = Leaf | Node;

/** The history of a tensor, null where nothing flows back through it. */
export function historyOf(x: Tensor): History | null {
  return x.trace as History | null;
}

let enabled = true;

/** True unless inside `noGrad`. */
export function isGradEnabled(): boolean {
  return enabled;
}

/** Runs `f` with recording switched on or off. */
export function withGrad<T>(on: boolean, f: () => T): T {
  const previous = enabled;
  enabled = on;
  try {
    return f();
  } finally {
    enabled = previous;
  }
}

/** Runs `f` without recording anything in it: for updates, evaluation and sampling. */
export function noGrad<T>(f: () => T): T {
  return withGrad(false, f);
}

const recorder: Recorder = {
  wants: (inputs) => enabled && inputs.some((x) => x.trace !== null),

  apply(name, inputs, attributes, run) {
    // What happens inside an op (the definition of a fused one) is not recorded: the op itself is.
    const result = unrecorded(run);
    // Integers have no derivative; nothing flows back through a cast to them.
    if (recorder.wants(inputs) && isFloat(result.dtype)) {
      const node = new Node(name, inputs, attributes, result);
      result.trace?.release();
      result.trace = node;
    }
    inspect(name, result);
    return result;
  },
};

setRecorder(recorder);
