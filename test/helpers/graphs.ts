/** Recorded graphs as plain data, made by hand: what is drawn and printed of them needs no tensors. */
import type { Graph, GraphInput, GraphNode, KeptValue } from '../../src/autograd/explain/graph.js';

const output = { shape: [2], dtype: 'float32' } as const;

/** A leaf, where `op` is null, or an op that reads and keeps nothing but what `parts` say. */
export function graphNode(id: number, op: string | null, parts: Partial<GraphNode> = {}): GraphNode {
  return { id, op, attributes: '', name: null, ...output, inputs: [], kept: [], freed: false, ...parts };
}

/** A constant, where `from` is null. */
export function graphInput(from: number | null, name: string | null = null): GraphInput {
  return { from, ...output, name };
}

/** An output that is kept. */
export function keptOutput(bytes: number, countedAt: number): KeptValue {
  return { input: null, ...output, bytes, countedAt };
}

/** What the nodes keep in all is not worked out, but given. */
export function graphOfNodes(nodes: readonly GraphNode[], totals: Partial<Graph> = {}): Graph {
  return { nodes, bytes: 0, buffers: 0, leafBytes: 0, ...totals };
}
