import {
  DTypeError,
  formatShape,
  LifetimeError,
  onesLike,
  outsideScopes,
  ShapeError,
  sameShape,
  scope,
  type Tensor,
} from '../tensor/index.js';
import { inspect, unwatched } from './anomaly.js';
import { type History, historyOf, Leaf, Node, withGrad } from './tape.js';

export interface BackwardOptions {
  /** The gradient of the root, of its shape; default 1, for which the root must have a single element. */
  readonly gradient?: Tensor | undefined;
  /** Record the derivatives themselves, so that they can be differentiated; implies `keepGraph`. Default false. */
  readonly createGraph?: boolean;
  /** Keep what the tape saved, so that the pass can be repeated. Default false. */
  readonly keepGraph?: boolean;
}

/** What a walk back is after. */
interface Walk {
  readonly targets: ReadonlySet<History>;
  /** Gets the whole gradient of a target, a leaf's as soon as all parts of it are there. */
  readonly reached: (target: History, gradient: Tensor) => void;
}

/**
 * Adds to `.grad` of every leaf that `root` depends on. Frees what the tape saved as it goes. After an error some of
 * the leaves have their gradient and some not.
 * @throws ShapeError unless the root has one element or a gradient of its shape is given; LifetimeError when what
 * it needs was freed or overwritten.
 */
export function backward(root: Tensor, options: BackwardOptions = {}): void {
  const order = historyOrder('backward', root);
  const { createGraph = false } = options;
  const targets = new Set(order.filter((history) => history instanceof Leaf));
  // Not kept for the end: gradients that are added to earlier ones would be there twice.
  const reached = (leaf: History, gradient: Tensor) => accumulate(leaf as Leaf, gradient, createGraph);
  scope(() => propagate(root, order, { targets, reached }, options));
}

/**
 * The gradients of `root` with respect to each of `inputs`, which need not be leaves; null where it does not
 * depend on one. Leaves `.grad` alone.
 */
export function gradients(
  root: Tensor,
  inputs: readonly Tensor[],
  options: BackwardOptions = {},
): (Tensor | null)[] {
  const targets = inputs.map((x) => liveHistory('backward', x));
  return scope(() => {
    const order = historyOrder('backward', root);
    const found = gradientsOf(root, order, new Set(targets.filter((history) => history !== null)), options);
    return targets.map((target) => (target === null ? null : (found.get(target)?.alias() ?? null)));
  });
}

/** @throws LifetimeError for a disposed tensor: its history went with it, which must not pass for having none. */
function liveHistory(op: string, x: Tensor): History | null {
  if (x.isDisposed) {
    throw new LifetimeError(
      `${op}: the tensor ${formatShape(x.shape)} was disposed; return it from its scope or keep() it`,
    );
  }
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
  root: Tensor,
  order: readonly History[],
  targets: ReadonlySet<History>,
  options: BackwardOptions,
): Map<History, Tensor> {
  const found = new Map<History, Tensor>();
  propagate(root, order, { targets, reached: (target, gradient) => found.set(target, gradient) }, options);
  return found;
}

/** Walks back from `root`. */
function propagate(
  root: Tensor,
  order: readonly History[],
  { targets, reached }: Walk,
  options: BackwardOptions,
): void {
  const { createGraph = false, keepGraph = createGraph } = options;
  const wanted = leadingTo(order, targets);
  const missing = partsOfLeaves(order, wanted);
  const pending = new Map<History, Tensor>();
  const start = historyOf(root);
  if (start !== null) pending.set(start, seed(root, options.gradient, createGraph));
  const arrive = (history: History): Tensor | undefined => {
    const gradient = pending.get(history);
    pending.delete(history);
    if (gradient !== undefined && targets.has(history)) reached(history, gradient);
    return gradient;
  };
  withGrad(createGraph, () => {
    for (let i = order.length - 1; i >= 0; i--) {
      const history = order[i];
      if (!wanted.has(history)) continue;
      const gradient = arrive(history);
      if (gradient === undefined || !(history instanceof Node)) continue;
      const passed = derive(history, gradient, wanted, createGraph);
      history.parents.forEach((parent, at) => {
        const part = passed[at];
        if (parent !== null && part !== null) add(pending, parent, part);
        if (parent instanceof Leaf && countDown(missing, parent) === 0) arrive(parent);
      });
      if (!keepGraph) history.free();
      if (!targets.has(history)) gradient.dispose();
    }
  });
}

/** How many parts make up the gradient of each leaf that is wanted. */
function partsOfLeaves(order: readonly History[], wanted: ReadonlySet<History>): Map<Leaf, number> {
  const parts = new Map<Leaf, number>();
  for (const history of order) {
    if (!wanted.has(history)) continue;
    for (const parent of history.parents) {
      if (parent instanceof Leaf && wanted.has(parent)) parts.set(parent, (parts.get(parent) ?? 0) + 1);
    }
  }
  return parts;
}

function countDown(missing: Map<Leaf, number>, leaf: Leaf): number {
  const left = (missing.get(leaf) ?? 0) - 1;
  missing.set(leaf, left);
  return left;
}

/** The histories on a way from the root to a target. */
function leadingTo(order: readonly History[], targets: ReadonlySet<History>): Set<History> {
  const wanted = new Set<History>();
  for (const history of order) {
    const leads = history.parents.some((parent) => parent !== null && wanted.has(parent));
    if (leads || targets.has(history)) wanted.add(history);
  }
  return wanted;
}

/** Applies the rule of one node: a gradient for each parent that is wanted. */
function derive(
  node: Node,
  gradient: Tensor,
  wanted: ReadonlySet<History>,
  withHistory: boolean,
): (Tensor | null)[] {
  return scope(() => {
    const passed = unwatched(() => {
      const parts = node.backward(gradient, withHistory, (parent) => wanted.has(parent));
      return node.parents.map((parent, i) => {
        const part = parts[i];
        if (parent === null || !wanted.has(parent) || part === null) return null;
        // A handle of its own: a rule may pass the gradient on as it is, or the same one twice.
        return (typeof part === 'function' ? part() : part).alias();
      });
    });
    for (const part of passed) if (part !== null) inspect(`the derivative of ${node.name}`, part);
    return passed;
  });
}

function add(pending: Map<History, Tensor>, history: History, part: Tensor): void {
  const before = pending.get(history);
  pending.set(history, before === undefined ? part : before.add(part));
  if (before !== undefined) {
    before.dispose();
    part.dispose();
  }
}

/** Takes the gradient over. */
function accumulate(leaf: Leaf, gradient: Tensor, withHistory: boolean): void {
  const before = leaf.grad;
  leaf.grad = outsideScopes(() =>
    withGrad(withHistory, () => (before === null ? gradient.alias() : before.add(gradient))),
  );
  before?.dispose();
  gradient.dispose();
}

function seed(root: Tensor, gradient: Tensor | undefined, withHistory: boolean): Tensor {
  if (gradient === undefined) {
    if (root.size !== 1) {
      throw new ShapeError(
        `backward: a tensor of shape ${formatShape(root.shape)} needs a gradient; only a single element starts from 1`,
      );
    }
    return onesLike(root);
  }
  if (!sameShape(gradient.shape, root.shape)) {
    throw new ShapeError(
      `backward: the gradient is ${formatShape(gradient.shape)}, the tensor ${formatShape(root.shape)}`,
    );
  }
  if (gradient.dtype !== root.dtype) {
    throw new DTypeError(`backward: the gradient is ${gradient.dtype}, the tensor ${root.dtype}`);
  }
  return withHistory ? gradient.alias() : gradient.detach();
}
