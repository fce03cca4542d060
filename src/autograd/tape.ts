/**
 * The tape, define-by-run: every op on a tensor that needs a gradient leaves a node behind, which knows its
 * parents and keeps what its rule needs. Tensors hold nodes and nodes hold their parents, by reference count, so
 * that a history nobody differentiates is freed with its last tensor. Explained in docs/learn/02-tape.md.
 */
import { requireSynchronous } from '../tensor/checks/callback.js';
import {
  type OpAttributes,
  type OpName,
  type Recorder,
  setRecorder,
  unrecorded,
} from '../tensor/dispatch.js';
import { isFloat, type Tensor, type Trace } from '../tensor/index.js';
import { inspect, isWatching } from './anomaly.js';
import { KeptValues } from './kept-values.js';
import type { Gradients, Like, Rule } from './rule.js';
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

let recorded = 0;

/** How many nodes were recorded so far: those of a larger `serial` are younger. */
export function recordedNodes(): number {
  return recorded;
}

/** What a node is asked on the way back. */
export interface Pass {
  /** What the user called, for errors. */
  readonly op: string;
  /** Whether the gradients are to be differentiated in turn. */
  readonly withHistory: boolean;
  /** Whether anybody asks for the gradient of a parent. */
  readonly wants: (parent: History) => boolean;
}

/** What is known of an input without its values, and which of its contents were read. */
export interface Read extends Like {
  readonly version: number;
}

/** Something recorded, through which gradients flow back. */
export abstract class Node implements Trace {
  /** After its op, or `recompute` for a function that is run again; an op of the user's own may have any. */
  abstract readonly name: string;
  readonly serial = ++recorded;
  /** One per input, null where the input needs no gradient. */
  readonly parents: readonly (History | null)[];
  readonly likes: readonly Read[];
  private references = 1;

  protected constructor(inputs: readonly Read[], parents: readonly (History | null)[]) {
    this.parents = parents;
    for (const parent of parents) parent?.retain();
    this.likes = inputs.map(({ shape, dtype, version }) => ({ shape, dtype, version }));
  }

  get summary(): string {
    return `requiresGrad, from ${this.name}`;
  }

  /** What is kept for the derivative, null once it was freed: to look at, not to hold on to. */
  abstract get kept(): readonly Tensor[] | null;

  /** Which of the kept values is input `at`; null if that is not kept. */
  abstract keptInput(at: number): number | null;

  /**
   * The gradients of the inputs from that of the output; one that is a function is worked out only if it is wanted.
   * @throws LifetimeError when what it needs was freed or overwritten.
   */
  abstract backward(gradient: Tensor, pass: Pass): Gradients;

  /** Lets go of what is kept: this node can not be differentiated again. */
  abstract free(): void;

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

/** One recorded op. */
export class OpNode extends Node {
  private readonly rule: Rule<OpAttributes[OpName]>;
  private readonly saved: KeptValues;

  constructor(
    readonly name: OpName,
    inputs: readonly Tensor[],
    readonly attributes: OpAttributes[OpName],
    output: Tensor,
  ) {
    super(inputs, inputs.map(historyOf));
    this.rule = rules[name] as Rule<OpAttributes[OpName]>;
    this.saved = new KeptValues(name, needed(this.rule, inputs, output));
  }

  get kept(): readonly Tensor[] | null {
    return this.saved.current;
  }

  keptInput(at: number): number | null {
    const { saves } = this.rule;
    if (saves === 'inputs') return at;
    const place = typeof saves === 'string' ? -1 : saves.indexOf(at);
    return place < 0 ? null : place;
  }

  backward(gradient: Tensor, pass: Pass): Gradients {
    const { rule, attributes, likes } = this;
    if (rule.saves === 'nothing') return rule.backward(gradient, likes, attributes);
    const saved = this.savedTensors(pass);
    if (rule.saves === 'inputs') return rule.backward(gradient, saved, attributes);
    if (rule.saves === 'output') return rule.backward(gradient, saved[0], attributes);
    return rule.backward(gradient, saved, likes, attributes);
  }

  free(): void {
    this.saved.free();
  }

  /** The values that the rule needs, with their histories when the derivative is to be differentiated in turn. */
  private savedTensors({ op, withHistory }: Pass): readonly Tensor[] {
    if (!withHistory) return this.saved.read(op);
    const handles = this.saved.handles(op);
    const histories = needed<History | null>(this.rule, this.parents, this);
    handles.forEach((x, i) => {
      x.trace = histories[i];
      x.trace?.retain();
    });
    return handles;
  }
}

/** Of an op's inputs and output those whose values its rule needs. */
function needed<T>({ saves }: Rule<never>, inputs: readonly T[], output: T): readonly T[] {
  if (saves === 'inputs') return inputs;
  if (saves === 'output') return [output];
  return saves === 'nothing' ? [] : saves.map((at) => inputs[at]);
}

/** How a tensor came to be. */
export type History = Leaf | Node;

/** The history of a tensor, null where nothing flows back through it. */
export function historyOf(x: Tensor): History | null {
  return x.trace as History | null;
}

let enabled = true;

/**
 * True unless inside `noGrad`.
 * @example noGrad(() => isGradEnabled()) // false
 */
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

/**
 * Runs `f` without recording anything in it: for updates, evaluation and sampling. It holds until `f` returns: where `f`
 * returns a promise, as that of `x.data()`, what happens while that is awaited is recorded.
 * @throws ArgumentError for a function that is async.
 * @example
 * const x = tensor([1, 2]).setRequiresGrad();
 * noGrad(() => x.mul(2)).requiresGrad // false
 */
export function noGrad<T>(f: () => T): T {
  requireSynchronous('noGrad', f);
  return withGrad(false, f);
}

const recorder: Recorder = {
  wants(inputs) {
    if (!enabled) return false;
    for (const x of inputs) if (x.trace !== null) return true;
    return false;
  },

  apply(name, inputs, attributes, run) {
    const wanted = recorder.wants(inputs);
    // Without a history that goes in, none comes out.
    if (!wanted && !isWatching()) return run();
    // What happens inside an op (the definition of a fused one) is not recorded: the op itself is.
    const result = unrecorded(run);
    // Integers have no derivative; nothing flows back through a cast to them.
    if (wanted && isFloat(result.dtype)) {
      const node = new OpNode(name, inputs, attributes, result);
      result.trace?.release();
      result.trace = node;
    }
    inspect(name, result);
    return result;
  },
};

setRecorder(recorder);
