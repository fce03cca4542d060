/** The recorded graph as a table. Explained in docs/learn/02-tape.md. */
import { formatShape } from '../../tensor/index.js';
import type { Graph, GraphInput, GraphNode, KeptValue } from './graph.js';

/** Cells wrap so that no line is longer, unless a shape alone is. */
const LINE_WIDTH = 120;
/** Where node, output and inputs wrap. What is kept gets the rest. */
const COLUMN_WIDTHS = [44, 22, 26];
/** Longest name of a node, and of a constant among its inputs. */
const NAME_WIDTH = 34;
const INPUT_NAME_WIDTH = 20;

/** What stands in a cell, to be parted by commas. */
type Cell = readonly string[];

/** One entry per node, but of more than `most` only the first and the last, and a summary by op. */
export function graphText(graph: Graph, most: number): string {
  const { nodes } = graph;
  if (nodes.length === 0) return headline(graph);
  const folds = nodes.length > most;
  const head = Math.ceil(most / 2);
  const shown = folds ? [...nodes.slice(0, head), ...nodes.slice(nodes.length - (most - head))] : nodes;
  const header = [['node'], ['output'], ['from'], ['keeps for backward']];
  const rows = table([header, ...shown.map((node) => row(withShortNames(node)))]);
  if (folds) rows.splice(1 + head, 0, `… ${nodes.length - most} more …`);
  return [headline(graph), ...rows, ...(folds ? ['', ...summary(nodes)] : [])].join('\n');
}

/** What the graph is and keeps, in a line. */
export function headline({ nodes, bytes, buffers, leafBytes }: Graph): string {
  if (nodes.length === 0) return 'no graph: nothing that this came from requires a gradient';
  const leaves = nodes.filter(({ op }) => op === null).length;
  const freed = nodes.filter((node) => node.freed).length;
  const held = leafBytes > 0 ? ` (of which ${formatBytes(leafBytes)} are leaves)` : '';
  const kept =
    buffers > 0 ? `keeps ${formatBytes(bytes)} in ${count(buffers, 'buffer')}${held}` : 'keeps nothing';
  const gone = freed > 0 ? `; what ${count(freed, 'op')} kept was freed by a backward pass` : '';
  return `${count(nodes.length - leaves, 'op')} on ${count(leaves, 'leaf', 'leaves')}, ${kept}${gone}`;
}

/** What a node is called. */
export function title({ op, attributes, name }: GraphNode): string {
  const what = op === null ? 'leaf' : op + (attributes === '' ? '' : `(${attributes})`);
  return name === null ? what : `${what} ${name}`;
}

export function outputText({ shape, dtype }: Pick<GraphNode, 'shape' | 'dtype'>): string {
  return dtype === 'float32' ? formatShape(shape) : `${formatShape(shape)} ${dtype}`;
}

function row(node: GraphNode): Cell[] {
  return [
    [clipped(`#${node.id} ${title(node)}`, COLUMN_WIDTHS[0])],
    [outputText(node)],
    node.inputs.map(inputText),
    keptItems(node),
  ];
}

function withShortNames(node: GraphNode): GraphNode {
  const short = (name: string | null, width: number) => (name === null ? null : clipped(name, width));
  const inputs = node.inputs.map((input) => ({ ...input, name: short(input.name, INPUT_NAME_WIDTH) }));
  return { ...node, name: short(node.name, NAME_WIDTH), inputs };
}

/** A node by its number, a constant by its name or shape. */
function inputText(input: GraphInput): string {
  return input.from === null ? (input.name ?? outputText(input)) : `#${input.from}`;
}

export function keptText(node: GraphNode): string {
  return keptItems(node).join(', ');
}

/** What a node keeps for its derivative; what another keeps too has no bytes of its own. */
function keptItems({ id, op, inputs, kept, freed }: GraphNode): Cell {
  if (op === null) return [];
  if (freed) return ['freed'];
  if (kept.length === 0) return ['nothing'];
  const what = ({ input }: KeptValue) => (input === null ? 'output' : inputText(inputs[input]));
  return kept.map((value) => {
    const counted = value.countedAt !== id;
    return `${what(value)}: ${counted ? `kept by #${value.countedAt}` : formatBytes(value.bytes)}`;
  });
}

/** The ops by what they keep. */
function summary(nodes: readonly GraphNode[]): string[] {
  const byOp = new Map<string, { nodes: number; bytes: number }>();
  for (const { id, op, kept } of nodes) {
    const name = op ?? 'leaf';
    const entry = byOp.get(name) ?? { nodes: 0, bytes: 0 };
    const own = kept.filter(({ countedAt }) => countedAt === id);
    byOp.set(name, {
      nodes: entry.nodes + 1,
      bytes: own.reduce((sum, { bytes }) => sum + bytes, entry.bytes),
    });
  }
  const rows = [...byOp]
    .sort(([, a], [, b]) => b.bytes - a.bytes || b.nodes - a.nodes)
    .map(([name, entry]) => [name, `${entry.nodes}`, entry.bytes > 0 ? formatBytes(entry.bytes) : 'nothing']);
  return table([['op', 'nodes', 'keep together'], ...rows].map((cells) => cells.map((cell) => [cell])));
}

/** Every row as one text, of several lines where a cell wraps. */
function table(rows: readonly (readonly Cell[])[]): string[] {
  const widths: number[] = [];
  for (const column of rows[0].keys()) {
    const rest = LINE_WIDTH - widths.reduce((sum, width) => sum + width + 2, 0);
    const lines = rows.flatMap((cells) => wrapped(cells[column], COLUMN_WIDTHS[column] ?? rest));
    widths.push(Math.max(...lines.map(({ length }) => length)));
  }
  return rows.map((cells) => {
    const wrappedCells = cells.map((cell, column) => wrapped(cell, widths[column]));
    const height = Math.max(...wrappedCells.map(({ length }) => length));
    const line = (at: number) =>
      wrappedCells.map((lines, column) => (lines[at] ?? '').padEnd(widths[column]));
    return Array.from({ length: height }, (_, at) => line(at).join('  ').trimEnd()).join('\n');
  });
}

/** As many on a line as `width` has room for, and at least one. */
function wrapped(items: Cell, width: number): string[] {
  const lines = [''];
  for (const [i, item] of items.entries()) {
    const text = i < items.length - 1 ? `${item},` : item;
    const line = lines[lines.length - 1];
    if (line === '') lines[lines.length - 1] = text;
    else if (line.length + 1 + text.length <= width) lines[lines.length - 1] = `${line} ${text}`;
    else lines.push(text);
  }
  return lines;
}

/** On one line, whatever a name holds; what is too long lacks its middle, since both ends of a path tell. */
export function clipped(text: string, length: number): string {
  const line = text.replace(/\s/g, ' ');
  if (line.length <= length) return line;
  const tail = Math.ceil((length - 1) / 2);
  return `${line.slice(0, length - 1 - tail)}…${line.slice(-tail)}`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 2 ** 20 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;
}
