/**
 * The backward pass: from a result back through all that the tape recorded, with gradients added up on the way.
 * Explained in docs/learn/03-backward.md and docs/learn/06-second-derivatives.md.
 */
import { type OptionNames, requireKnown } from '../tensor/checks/options.js';
import { requireTensor, requireTensors } from '../tensor/checks/values.js';
import {
  ArgumentError,
  DTypeError,
  formatShape,
  isFloat,
  onesLike,
  outsideScopes,
  ShapeError,
  sameShape,
  scope,
  type Tensor,
} from '../tensor/index.js';
import { inspect, isWatching, unwatched } from './anomaly.js';
import type { Gradients } from './rule.js';
import { type History, historyOf, Leaf, Node, type Pass, withGrad } from './tape.js';

/** Options of `backward` and `gradients`. */
export interface BackwardOptions {
  /** The gradient of the root, of its shape; default 1, for which the root must have a single element. */
  readonly gradient?: Tensor | undefined;
  /** Record the derivatives themselves, so that they can be differentiated; implies `keepGraph`. Default false. */
  readonly createGraph?: boolean;
  /** Keep what the tape saved, so that the pass can be repeated. Default false. */
  readonly keepGraph?: boolean;
}

const BACKWARD_OPTIONS: OptionNames<BackwardOptions> = { gradient: true, createGraph: true, keepGraph: true };

/** What a walk back is after. */
interface Walk {
  readonly targets: ReadonlySet<History>;
  /** Gets the whole gradient of a target, in no scope, a leaf's as soon as all parts of it are there. */
  readonly reached: (target: History, gradient: Tensor) => void;
}

/** A history on a way from the root to a target. */
interface Stop {
  readonly history: History;
  readonly isTarget: boolean;
  /** Those of its parents that are stops too, null for the others. */
  readonly parents: readonly (Stop | null)[];
  /** How many parts of its gradient are still to come. */
  missing: number;
  /** Those that came, added up to one between the nodes. They are in no scope: the walk frees them. */
  readonly parts: Tensor[];
}

/**
 * Adds to `.grad` of every leaf that `root` depends on. Frees what the tape saved as it goes. After an error some of
 * the leaves have their gradient and some not.
 * @throws ArgumentError for a root that came from nothing that requires a gradient; ShapeError unless it has one element
 * or a gradient of its shape is given; LifetimeError when what it needs was freed or overwritten.
 * @example
 * const x = tensor([1, 2]).setRequiresGrad();
 * backward(x.square().sum());
 * x.grad // [2, 4]
 */
export function backward(root: Tensor, options: BackwardOptions = {}): void {
  requireKnown('backward', options, BACKWARD_OPTIONS);
  const order = historyOrder('backward', root);
  if (order.length === 0) throw withoutHistory(root);
  const { createGraph = false } = options;
  const targets = new Set(order.filter((history) => history instanceof Leaf));
  // Not kept for the end: gradients that are added to earlier ones would be there twice.
  const reached = (leaf: History, gradient: Tensor) => accumulate(leaf as Leaf, gradient, createGraph);
  scope(() => propagate('backward', root, order, { targets, reached }, options));
}

/**
 * The gradients of `root` with respect to each of `inputs`, which need not be leaves; null where it does not
 * depend on one. Leaves `.grad` alone.
 * @example
 * const x = tensor([1, 2]).setRequiresGrad();
 * const y = x.square();
 * gradients(y.mul(3).sum(), [y])[0] // [3, 3]
 */
export function gradients(
  root: Tensor,
  inputs: readonly Tensor[],
  options: BackwardOptions = {},
): (Tensor | null)[] {
  requireKnown('gradients', options, BACKWARD_OPTIONS);
  requireTensors('gradients', 'the inputs', inputs);
  return gradientsFor('gradients', root, inputs, options);
}

/** `gradients` under the name of what the user called, for errors. */
export function gradientsFor(
  op: string,
  root: Tensor,
  inputs: readonly Tensor[],
  options: BackwardOptions,
): (Tensor | null)[] {
  const targets = inputs.map((x) => liveHistory(op, x));
  return scope(() => {
    const order = historyOrder(op, root);
    const found = gradientsOf(
      op,
      root,
      order,
      new Set(targets.filter((history) => history !== null)),
      options,
    );
    return targets.map((target) => (target === null ? null : (found.get(target)?.alias() ?? null)));
  });
}

function withoutHistory({ shape, dtype }: Tensor): ArgumentError {
  const what = `backward: the tensor ${formatShape(shape)} came from nothing that requires a gradient`;
  return new ArgumentError(
    isFloat(dtype)
      ? `${what}; make what is trained a Parameter, or call setRequiresGrad() on it, before it is used and outside noGrad`
      : `${what}: it is ${dtype}, and integers have no derivative`,
  );
}

/** @throws LifetimeError for a disposed tensor: its history went with it, which must not pass for having none. */
function liveHistory(op: string, x: Tensor): History | null {
  requireTensor(op, 'its input', x);
  return historyOf(x);
}

/**
 * Everything `root` came from, each history after those it came from (a loop: graphs get deep), the last of its
 * `parents` first.
 * @throws LifetimeError naming `op` when the root was disposed of.
 */
export function historyOrder(
  op: string,
  root: Tensor,
  parents = (history: History) => history.parents,
): History[] {
  const order: History[] = [];
  const seen = new Set<History>();
  const start = liveHistory(op, root);
  const stack: { history: History; done: boolean }[] =
    start === null ? [] : [{ history: start, done: false }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { history, done } = top;
    if (done) order.push(history);
    else if (!seen.has(history)) {
      seen.add(history);
      stack.push({ history, done: true });
      for (const parent of parents(history))
        if (parent !== null) stack.push({ history: parent, done: false });
    }
  }
  return order;
}

/** The gradients of `root` that reach the targets, by a walk through the histories in `order`. */
export function gradientsOf(
  op: string,
  root: Tensor,
  order: readonly History[],
  targets: ReadonlySet<History>,
  options: BackwardOptions,
): Map<History, Tensor> {
  const found = new Map<History, Tensor>();
  const reached = (target: History, gradient: Tensor) => {
    found.set(target, gradient.alias());
    gradient.dispose();
  };
  propagate(op, root, order, { targets, reached }, options);
  return found;
}

/** Walks back from `root`. */
function propagate(
  op: string,
  root: Tensor,
  order: readonly History[],
  { targets, reached }: Walk,
  options: BackwardOptions,
): void {
  const { createGraph = false, keepGraph = createGraph } = options;
  const start = historyOf(root);
  if (start === null) return;
  const stops = stopsOnTheWay(order, targets);
  const gradient = seed(op, root, options.gradient, createGraph);
  stops.get(start)?.parts.push(gradient.alias(false));
  const asked: Pass = { op, withHistory: createGraph, wants: (history) => stops.has(history) };
  const arrive = ({ history, isTarget, parts }: Stop): void => {
    const gradient = parts.pop();
    if (isTarget && gradient !== undefined) reached(history, gradient);
    else gradient?.dispose();
  };
  const pass = (stop: Stop): void => {
    const { history, parents, parts } = stop;
    if (parts.length > 0 && history instanceof Node) {
      derive(history, parents, parts[0], asked);
      for (const parent of parents) {
        if (parent !== null && --parent.missing === 0 && parent.history instanceof Leaf) arrive(parent);
      }
      if (!keepGraph) history.free();
    }
    arrive(stop);
  };
  try {
    withGrad(createGraph, () => {
      for (const stop of [...stops.values()].reverse()) pass(stop);
    });
  } finally {
    for (const { parts } of stops.values()) for (const part of parts) part.dispose();
  }
}

/** The stops among the histories in `order`, in that order. */
function stopsOnTheWay(order: readonly History[], targets: ReadonlySet<History>): Map<History, Stop> {
  const stops = new Map<History, Stop>();
  for (const history of order) {
    const parents = history.parents.map((parent) => (parent === null ? null : (stops.get(parent) ?? null)));
    const isTarget = targets.has(history);
    if (!isTarget && parents.every((parent) => parent === null)) continue;
    for (const parent of parents) if (parent !== null) parent.missing++;
    stops.set(history, { history, isTarget, parents, missing: 0, parts: [] });
  }
  return stops;
}

/** Applies the rule of one node: adds to the gradient of each parent that is a stop, as far as the rule has one. */
function derive(node: Node, parents: readonly (Stop | null)[], gradient: Tensor, pass: Pass): void {
  // What the rule makes on the way is gone before anything is added up.
  scope(() => {
    const parts = unwatched(() => {
      const all = node.backward(gradient, pass);
      return parents.map((parent, i) => (parent === null ? null : workedOut(all[i])));
    });
    for (let i = 0; i < parents.length; i++) {
      const part = parts[i];
      if (part === null) continue;
      if (isWatching()) inspect(`the derivative of ${node.name}`, part);
      // A handle of its own: a rule may pass the gradient on as it is, or the same one twice.
      parents[i]?.parts.push(part.alias(false));
    }
  });
  for (const parent of parents) if (parent !== null) addUp(parent.parts);
}

function workedOut(part: Gradients[number]): Tensor | null {
  return typeof part === 'function' ? part() : part;
}

/** Leaves one of the parts: their sum. */
function addUp(parts: Tensor[]): void {
  while (parts.length > 1) {
    const [first, second] = parts;
    scope(() => {
      parts.splice(0, 2, first.add(second).alias(false));
    });
    first.dispose();
    second.dispose();
  }
}

/** Takes the gradient over. */
function accumulate(leaf: Leaf, gradient: Tensor, withHistory: boolean): void {
  const before = leaf.grad;
  if (before === null) {
    leaf.grad = gradient;
    return;
  }
  try {
    leaf.grad = outsideScopes(() => withGrad(withHistory, () => before.add(gradient)));
    before.dispose();
  } finally {
    gradient.dispose();
  }
}

function seed(op: string, root: Tensor, gradient: Tensor | undefined, withHistory: boolean): Tensor {
  if (gradient === undefined) {
    if (root.size !== 1) {
      throw new ShapeError(
        `${op}: a tensor of shape ${formatShape(root.shape)} needs a gradient; only a single element starts from 1`,
      );
    }
    return onesLike(root);
  }
  requireTensor(op, 'the gradient', gradient);
  if (!sameShape(gradient.shape, root.shape)) {
    throw new ShapeError(
      `${op}: the gradient is ${formatShape(gradient.shape)}, the tensor ${formatShape(root.shape)}`,
    );
  }
  if (gradient.dtype !== root.dtype) {
    throw new DTypeError(`${op}: the gradient is ${gradient.dtype}, the tensor ${root.dtype}`);
  }
  return withHistory ? gradient.alias() : gradient.detach();
}
