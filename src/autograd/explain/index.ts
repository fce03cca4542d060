/**
 * `explain`: what the tape recorded of a tensor, to be printed, drawn or read by a program.
 * Explained in docs/learn/02-tape.md.
 */
import { requireIterable } from '../../tensor/checks/values.js';
import type { Tensor } from '../../tensor/index.js';
import { historyOrder } from '../backward.js';
import { type Graph, type GraphNode, graphOf, type Names } from './graph.js';
import { graphSVG } from './svg.js';
import { graphText } from './text.js';

export type { GraphInput, GraphNode, KeptValue } from './graph.js';

/** No more nodes are listed one by one. */
const MOST_LINES = 100;

const inspect: unique symbol = Symbol.for('nodejs.util.inspect.custom');

/** What is recorded of a tensor, as plain data: it keeps nothing alive, and stays as it was when it was made. */
export class Explanation implements Graph {
  /** Leaves and ops; what a node came from stands before it, and the root last. Empty where nothing was recorded. */
  readonly nodes: readonly GraphNode[];
  /** In all that is kept for the backward pass, each buffer counted once, however many nodes keep it. */
  readonly bytes: number;
  /** Of these there are so many. */
  readonly buffers: number;
  /** How many of the bytes are values of leaves, such as parameters: they stay in memory anyway. */
  readonly leafBytes: number;

  constructor({ nodes, bytes, buffers, leafBytes }: Graph) {
    this.nodes = nodes;
    this.bytes = bytes;
    this.buffers = buffers;
    this.leafBytes = leafBytes;
  }

  /** A line per node; of more than `most`, default 100, only the first and the last, and a summary by op. */
  toString(most = MOST_LINES): string {
    return graphText(this, most);
  }

  /** A drawing to save as a file or put into a page: inputs above, the root below, sharing drawn once. */
  toSVG(): string {
    return graphSVG(this);
  }

  /** What Node's console asks for; where nesting ends (`depth` below 0) the first line. */
  [inspect](depth: number): string {
    return depth < 0 ? `[Explanation of ${this.nodes.length} nodes]` : this.toString();
  }
}

/**
 * The graph recorded for `root`: which ops it came from and what each keeps for the backward pass. Looking changes
 * nothing. Leaves go by the names given, if any; a name for a constant shows where its value is kept.
 *
 * @throws LifetimeError when `root` was disposed of.
 * @example
 * const [x, w] = [ones([2, 3]), ones([2, 3]).setRequiresGrad()];
 * console.log(String(explain(x.mul(w).tanh().sum(), [['x', x], ['w', w]])));
 * // 3 ops on 1 leaf, keeps 72 B in 3 buffers (of which 24 B are leaves)
 * // node                 output  from   keeps for backward
 * // #1 leaf w            [2, 3]
 * // #2 mul               [2, 3]  x, #1  x: 24 B, #1: 24 B
 * // #3 tanh              [2, 3]  #2     output: 24 B
 * // #4 sum(axes [0, 1])  []      #3     nothing
 */
export function explain(root: Tensor, names: Names = []): Explanation {
  // As an expression is read: what came from the first input stands before what came from the second.
  requireIterable('explain', 'names as a list of [name, tensor]', names);
  const order = historyOrder('explain', root, ({ parents }) => [...parents].reverse());
  return new Explanation(graphOf(root, order, names));
}
