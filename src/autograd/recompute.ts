import { requireCallback } from '../tensor/checks/callback.js';
import { ArgumentError, LifetimeError, scope, type Tensor } from '../tensor/index.js';
import { gradientsOf, historyOrder } from './backward.js';
import { called, requireInputs } from './functional/grad.js';
import { KeptValues } from './kept-values.js';
import type { Gradients } from './rule.js';
import {
  type History,
  historyOf,
  Leaf,
  Node,
  type Pass,
  type Read,
  recordedNodes,
  withGrad,
} from './tape.js';

/**
 * f(...inputs), of which the tape keeps nothing but the inputs: the backward pass runs f again (gradient checkpointing,
 * Chen et al. 2016, arXiv:1604.06174). Gradients are those of f itself, to the bit, and reach the inputs and every leaf
 * that f uses, such as parameters. f must compute the same both times: nothing random in it.
 * Explained in docs/learn/09-attention.md and docs/memory.md.
 *
 * @throws ArgumentError when f uses a tensor with a history that is neither among its inputs nor a leaf.
 * @example
 * const x = tensor([1, 2]).setRequiresGrad();
 * recompute((h) => h.tanh().square(), x).sum().backward(); // for less memory, and one more forward pass
 * x.grad // [0.6397, 0.1362]
 */
export function recompute(f: (...inputs: Tensor[]) => Tensor, ...inputs: Tensor[]): Tensor {
  requireCallback('recompute', f, 'a function of tensors');
  requireInputs('recompute', inputs);
  return scope(() => {
    const before = recordedNodes();
    const variables = inputs.map((x) => (x.trace === null ? x : asLeaf(x.detach())));
    const result = scope(() => called('recompute', f, variables));
    if (!(result.trace instanceof Node)) return given(result, variables, inputs);
    const output = result.detach();
    output.trace = new RecomputedNode(
      f,
      inputs,
      usedLeaves(orderSince(before, result, variables), variables),
    );
    return output;
  });
}

/** What f returns untouched: an input, or something else that it did not make. */
function given(result: Tensor, variables: readonly Tensor[], inputs: readonly Tensor[]): Tensor {
  const at = variables.findIndex(({ trace }) => trace !== null && trace === result.trace);
  return at < 0 ? result : inputs[at].alias();
}

/** The leaves that f uses without being given them, and what it read of each. */
type UsedLeaves = ReadonlyMap<Leaf, Read>;

/** A function of tensors, as if it were one op. */
class RecomputedNode extends Node {
  readonly name = 'recompute';
  private readonly saved: KeptValues;
  private readonly inputCount: number;

  constructor(
    private readonly f: (...inputs: Tensor[]) => Tensor,
    inputs: readonly Tensor[],
    used: UsedLeaves,
  ) {
    super([...inputs, ...used.values()], [...inputs.map(historyOf), ...used.keys()]);
    this.inputCount = inputs.length;
    this.saved = new KeptValues(this.name, inputs);
  }

  get kept(): readonly Tensor[] | null {
    return this.saved.current;
  }

  keptInput(at: number): number | null {
    return at < this.inputCount ? at : null;
  }

  backward(gradient: Tensor, { op, withHistory, wants }: Pass): Gradients {
    const { parents, f } = this;
    const inputs = this.saved.handles(op);
    return withGrad(true, () => {
      const before = recordedNodes();
      const variables = inputs.map((x, i) => variable(x, parents[i], withHistory));
      const result = scope(() => f(...variables));
      const order = orderSince(before, result, variables);
      this.requireUnchanged(op, usedLeaves(order, variables));
      const targets = parents.map((parent, i) => {
        if (parent === null || !wants(parent)) return null;
        return i < variables.length ? historyOf(variables[i]) : parent;
      });
      const found = gradientsOf(op, result, order, new Set(targets.filter((target) => target !== null)), {
        gradient,
        createGraph: withHistory,
      });
      return targets.map((target) => (target === null ? null : (found.get(target) ?? null)));
    });
  }

  free(): void {
    this.saved.free();
  }

  /** The leaves are not kept: that f read the same of them again is seen when it has run. */
  private requireUnchanged(op: string, used: UsedLeaves): void {
    this.parents.forEach((parent, at) => {
      if (at < this.inputCount || !(parent instanceof Leaf)) return;
      const again = used.get(parent);
      if (again === undefined || again.version === this.likes[at].version) return;
      throw new LifetimeError(`${op}: a tensor that ${this.name} uses was changed in place since`);
    });
  }
}

/** An input of f with a history that ends in it, or with `withHistory` leads on to where it came from. */
function variable(x: Tensor, history: History | null, withHistory: boolean): Tensor {
  if (history === null) return x;
  if (!withHistory) return asLeaf(x);
  x.trace = history;
  history.retain();
  return x.reshape(x.shape);
}

function asLeaf(x: Tensor): Tensor {
  x.trace = new Leaf();
  return x;
}

/** What f recorded since `before`, up to its inputs. @throws ArgumentError where it leads on to what was there earlier. */
function orderSince(before: number, result: Tensor, variables: readonly Tensor[]): History[] {
  const inputs = new Set(variables.map(historyOf));
  return historyOrder('recompute', result, (history) => {
    if (inputs.has(history) || history instanceof Leaf) return [];
    if (history.serial > before) return history.parents;
    throw new ArgumentError(
      `recompute: the function uses the result of an earlier ${history.name}, which is not among its inputs; pass it as one`,
    );
  });
}

/** The leaves in `order` that are no inputs. */
function usedLeaves(order: readonly History[], variables: readonly Tensor[]): UsedLeaves {
  const inputs = new Set(variables.map(historyOf));
  const used = new Map<Leaf, Read>();
  for (const node of order) {
    if (!(node instanceof Node)) continue;
    node.parents.forEach((leaf, at) => {
      if (leaf instanceof Leaf && !inputs.has(leaf) && !used.has(leaf)) used.set(leaf, node.likes[at]);
    });
  }
  return used;
}
