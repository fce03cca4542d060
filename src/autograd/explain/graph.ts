/** The recorded graph as plain data: nothing in it holds a tensor, a buffer or the graph itself. */

import { described } from '../../tensor/checks/describe.js';
import { requireHandle } from '../../tensor/checks/values.js';
import { BYTES_PER_ELEMENT } from '../../tensor/dtype.js';
import {
  ArgumentError,
  type Buffer,
  type DType,
  formatShape,
  type Shape,
  type Tensor,
} from '../../tensor/index.js';
import type { Like } from '../rule.js';
import { type History, historyOf, Leaf, type Node, OpNode } from '../tape.js';

/** Tensors by name, such as `model.namedParameters()`. */
export type Names = Iterable<readonly [name: string, tensor: Tensor]>;

/** What an op read. */
export interface GraphInput {
  /** The node it came from; null for a constant, through which no gradient flows. */
  readonly from: number | null;
  readonly shape: Shape;
  readonly dtype: DType;
  /** Of a constant that was given a name and is kept. */
  readonly name: string | null;
}

/** A value that a node keeps for its derivative. */
export interface KeptValue {
  /** Which of the inputs it is, null for the output. */
  readonly input: number | null;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly bytes: number;
  /** The first node that keeps the same buffer: this one, unless the buffer was counted before. */
  readonly countedAt: number;
}

/** A leaf or a recorded op. */
export interface GraphNode {
  /** Counts from 1; what a node came from has lower numbers. */
  readonly id: number;
  /** Null for a leaf. */
  readonly op: string | null;
  /** What the op was told besides its inputs, as text: `axes [1]`. */
  readonly attributes: string;
  readonly name: string | null;
  /** Of the output. */
  readonly shape: Shape;
  readonly dtype: DType;
  readonly inputs: readonly GraphInput[];
  /** Every buffer once. */
  readonly kept: readonly KeptValue[];
  /** What it kept was freed by a backward pass. */
  readonly freed: boolean;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  /** In all buffers that the nodes keep for the backward pass, each counted once. */
  readonly bytes: number;
  readonly buffers: number;
  /** How many of these bytes are values of leaves, such as parameters, which stay in memory anyway. */
  readonly leafBytes: number;
}

/** Describes the histories in `order`, of which the last is the root's. */
export function graphOf(root: Tensor, order: readonly History[], names: Names): Graph {
  const [historyNames, bufferNames] = lookups(names);
  const ids = new Map(order.map((history, i) => [history, i + 1]));
  const outputs = outputsOf(order);
  const ledger = new Ledger();
  const nodes = order.map((history, i): GraphNode => {
    const { shape, dtype } = outputs.get(history) ?? root;
    const described = { id: i + 1, name: historyNames.get(history) ?? null, shape, dtype };
    if (history instanceof Leaf) {
      return { ...described, op: null, attributes: '', inputs: [], kept: [], freed: false };
    }
    return { ...described, ...describeOp(history, i + 1, ids, bufferNames, ledger) };
  });
  return { nodes, ...ledger.total() };
}

function describeOp(
  node: Node,
  id: number,
  ids: ReadonlyMap<History, number>,
  bufferNames: ReadonlyMap<Buffer, string>,
  ledger: Ledger,
): Pick<GraphNode, 'op' | 'attributes' | 'inputs' | 'kept' | 'freed'> {
  const saved = node.kept ?? [];
  const inputs = node.likes.map(({ shape, dtype }, at): GraphInput => {
    const parent = node.parents[at];
    const keptAt = node.keptInput(at);
    const buffer = keptAt === null ? undefined : saved[keptAt]?.buffer;
    const name = parent === null && buffer !== undefined ? (bufferNames.get(buffer) ?? null) : null;
    return { from: parent === null ? null : (ids.get(parent) ?? null), shape, dtype, name };
  });
  const kept = saved.flatMap(({ shape, dtype, buffer }, keptAt): KeptValue[] => {
    const input = node.likes.findIndex((_, at) => node.keptInput(at) === keptAt);
    const { bytes, countedAt } = ledger.enter(buffer, id, input >= 0 && isLeaf(node.parents[input]));
    if (saved.findIndex((other) => other.buffer === buffer) < keptAt) return [];
    return [{ input: input < 0 ? null : input, shape, dtype, bytes, countedAt }];
  });
  const attributes = node instanceof OpNode ? attributeText(node.attributes) : '';
  return { op: node.name, attributes, inputs, kept, freed: node.kept === null };
}

/** True of a leaf and of its reshaped views, which share its buffer. */
function isLeaf(history: History | null): boolean {
  let source = history;
  while (source instanceof OpNode && source.name === 'reshape') source = source.parents[0];
  return source instanceof Leaf;
}

/** The buffers kept so far, and by whom first. */
class Ledger {
  private readonly entries = new Map<Buffer, { bytes: number; countedAt: number; isLeaf: boolean }>();

  enter(buffer: Buffer, node: number, isLeaf: boolean): { bytes: number; countedAt: number } {
    const bytes = buffer.length * BYTES_PER_ELEMENT[buffer.dtype];
    const entry = this.entries.get(buffer) ?? { bytes, countedAt: node, isLeaf };
    entry.isLeaf ||= isLeaf;
    this.entries.set(buffer, entry);
    return entry;
  }

  total(): Omit<Graph, 'nodes'> {
    let [bytes, leafBytes] = [0, 0];
    for (const entry of this.entries.values()) {
      bytes += entry.bytes;
      if (entry.isLeaf) leafBytes += entry.bytes;
    }
    return { bytes, buffers: this.entries.size, leafBytes };
  }
}

/** Names by history, and by buffer for constants, which have none. */
function lookups(names: Names): [Map<History, string>, Map<Buffer, string>] {
  const histories = new Map<History, string>();
  const buffers = new Map<Buffer, string>();
  for (const entry of names) {
    const [name, tensor] = Array.isArray(entry) ? entry : [];
    requireHandle('explain', 'the second of each [name, tensor]', tensor);
    if (typeof name !== 'string')
      throw new ArgumentError(`explain: a name is a text, got ${described(name)}`);
    if (tensor.isDisposed) continue;
    const history = historyOf(tensor);
    if (history !== null && !histories.has(history)) histories.set(history, name);
    if (!buffers.has(tensor.buffer)) buffers.set(tensor.buffer, name);
  }
  return [histories, buffers];
}

/** Shape and dtype of what each history but the root's stands for, as those who read it remember them. */
function outputsOf(order: readonly History[]): Map<History, Like> {
  const outputs = new Map<History, Like>();
  for (const history of order) {
    if (history instanceof Leaf) continue;
    history.parents.forEach((parent, at) => {
      if (parent !== null) outputs.set(parent, history.likes[at]);
    });
  }
  return outputs;
}

/** Shape and dtype aside, which the output shows. */
function attributeText(attributes: object): string {
  return Object.entries(attributes)
    .filter(([key, value]) => value !== false && key !== 'shape' && key !== 'dtype')
    .map(([key, value]) => {
      if (value === true) return key;
      return `${key} ${Array.isArray(value) ? formatShape(value) : Number(value.toPrecision(4))}`;
    })
    .join(', ');
}
