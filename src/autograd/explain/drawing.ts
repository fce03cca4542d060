/** What is drawn of a recorded graph: boxes with lines of text, and edges between them. */
import type { Graph, GraphInput, GraphNode } from './graph.js';
import type { Box, Edge } from './layout.js';
import { clipped, formatBytes, keptText, outputText, title } from './text.js';

/** All characters are as wide: 0.6 of their height, in every monospaced font, and a little. */
export const FONT_SIZE = 12;
export const CHARACTER_WIDTH = 7.4;
export const LINE_HEIGHT = 16;
const PADDING = 10;
/** The tooltip has the rest of a line. */
const MOST_CHARACTERS = 32;

/** A node, or a constant, which has a box for every op that reads it. */
export interface DrawnBox extends Box {
  readonly kind: 'op' | 'leaf' | 'constant';
  readonly isFreed: boolean;
  /** The first one is what it is called. */
  readonly lines: readonly string[];
  readonly tooltip: string;
  /** What it keeps and no node before it. */
  readonly bytes: number;
}

export interface DrawnEdge extends Edge {
  readonly hasGradient: boolean;
}

export interface Drawing {
  readonly boxes: readonly DrawnBox[];
  readonly edges: readonly DrawnEdge[];
}

export function drawingOf({ nodes }: Graph): Drawing {
  const boxes: DrawnBox[] = [];
  const edges: DrawnEdge[] = [];
  const boxOfNode = new Map<number, number>();
  for (const node of nodes) {
    const sources = node.inputs.map((input) => {
      if (input.from !== null) return { from: boxOfNode.get(input.from) ?? 0, hasGradient: true };
      boxes.push(constantBox(input));
      return { from: boxes.length - 1, hasGradient: false };
    });
    for (const source of sources) edges.push({ ...source, to: boxes.length });
    boxOfNode.set(node.id, boxes.length);
    boxes.push(nodeBox(node));
  }
  return { boxes, edges };
}

function nodeBox(node: GraphNode): DrawnBox {
  const own = node.kept.filter(({ countedAt }) => countedAt === node.id);
  const bytes = own.reduce((sum, value) => sum + value.bytes, 0);
  const shared = node.kept.filter(({ countedAt }) => countedAt !== node.id);
  const keeps = [
    ...(bytes > 0 ? [`keeps ${formatBytes(bytes)}`] : []),
    ...(shared.length > 0 ? [`shares ${shared.map(({ countedAt }) => `#${countedAt}`).join(', ')}`] : []),
    ...(node.freed ? ['freed'] : []),
  ];
  const called =
    node.op === null ? [node.name ?? 'leaf'] : [`#${node.id} ${node.op}`, node.name ?? '', node.attributes];
  const kept = node.op === null ? '' : `\nkeeps: ${keptText(node)}`;
  return {
    ...textBox([...called, outputText(node), ...keeps].filter((line) => line !== '')),
    kind: node.op === null ? 'leaf' : 'op',
    isFreed: node.freed,
    tooltip: `#${node.id} ${title(node)}\n${outputText(node)}${kept}`,
    bytes,
  };
}

function constantBox(input: GraphInput): DrawnBox {
  const lines = [input.name ?? 'constant', outputText(input)];
  return {
    ...textBox(lines),
    kind: 'constant',
    isFreed: false,
    tooltip: `${lines.join('\n')}\nno gradient flows back`,
    bytes: 0,
  };
}

function textBox(full: readonly string[]): Pick<DrawnBox, 'lines' | 'width' | 'height'> {
  const lines = full.map((line) => clipped(line, MOST_CHARACTERS));
  const longest = Math.max(...lines.map(({ length }) => length));
  return {
    lines,
    width: longest * CHARACTER_WIDTH + 2 * PADDING,
    height: lines.length * LINE_HEIGHT + PADDING,
  };
}
