import { requireCallback } from '../tensor/checks/callback.js';
import { ArgumentError, scope, type Tensor } from '../tensor/index.js';
import { gradientsOf, historyOrder } from './backward.js';
import { called, requireInputs } from './functional/grad.js';
import { KeptValues } from './kept-values.js';
import type { Gradients, Like } from './rule.js';
import { type History, historyOf, Leaf, Node, type Pass, recordedNodes, withGrad } from './tape.js';

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

/** A leaf that f uses without being given it. */
interface UsedLeaf {
  readonly leaf: Leaf;
  readonly like: Like;
  /** Where a derivative in f needs it; kept so that a change in place is noticed. */
  readonly value: Tensor | null;
}

/** A function of tensors, as if it were one op. */
class RecomputedNode extends Node {
  readonly name = 'recompute';
  private readonly saved: KeptValues;
  /** For each parent, which of the kept values it is. */
  private readonly keptAt: readonly (number | null)[];
  private readonly inputCount: number;

  constructor(
    private readonly f: (...inputs: Tensor[]) => Tensor,
    inputs: readonly Tensor[],
    used: readonly UsedLeaf[],
  ) {
    super(
      [...inputs, ...used.map(({ like }) => like)],
      [...inputs.map(historyOf), ...used.map(({ leaf }) => leaf)],
    );
    const values = [...inputs, ...used.map(({ value }) => value)];
    this.inputCount = inputs.length;
    this.saved = new KeptValues(
      this.name,
      values.filter((value) => value !== null),
    );
    let next = 0;
    this.keptAt = values.map((value) => (value === null ? null : next++));
  }

  get kept(): readonly Tensor[] | null {
    return this.saved.current;
  }

  keptInput(at: number): number | null {
    return this.keptAt[at];
  }

  backward(gradient: Tensor, { op, withHistory, wants }: Pass): Gradients {
    const { parents, f } = this;
    const inputs = this.saved.handles(op).slice(0, this.inputCount);
    return withGrad(true, () => {
      const before = recordedNodes();
      const variables = inputs.map((x, i) => variable(x, parents[i], withHistory));
      const result = scope(() => f(...variables));
      const targets = parents.map((parent, i) => {
        if (parent === null || !wants(parent)) return null;
        return i < variables.length ? historyOf(variables[i]) : parent;
      });
      const found = gradientsOf(
        op,
        result,
        orderSince(before, result, variables),
        new Set(targets.filter((target) => target !== null)),
        { gradient, createGraph: withHistory },
      );
      return targets.map((target) => (target === null ? null : (found.get(target) ?? null)));
    });
  }

  free(): void {
    this.saved.free();
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

/** The leaves in `order` that are no inputs, with what the nodes that use them know of each. */
function usedLeaves(order: readonly History[], variables: readonly Tensor[]): UsedLeaf[] {
  const inputs = new Set(variables.map(historyOf));
  const used = new Map<Leaf, UsedLeaf>();
  for (const node of order) {
    if (!(node instanceof Node)) continue;
    node.parents.forEach((leaf, at) => {
      if (!(leaf instanceof Leaf) || inputs.has(leaf)) return;
      const keptAt = node.keptInput(at);
      const value = keptAt === null ? null : (node.kept?.[keptAt] ?? null);
      used.set(leaf, { leaf, like: node.likes[at], value: used.get(leaf)?.value ?? value });
    });
  }
  return [...used.values()];
}
