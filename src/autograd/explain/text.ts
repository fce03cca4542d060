/** The recorded graph as a table. */
import { formatShape } from '../../tensor/index.js';
import type { Graph, GraphInput, GraphNode, KeptValue } from './graph.js';

/** No line is longer. */
const LINE_WIDTH = 120;
/** Widest columns: node, output, inputs. What is kept gets the rest. */
const COLUMN_WIDTHS = [44, 22, 26];

/** One line per node, but of more than `most` only the first and the last, and a summary by op. */
export function graphText(graph: Graph, most: number): string {
  const { nodes } = graph;
  if (nodes.length === 0) return headline(graph);
  const folds = nodes.length > most;
  const head = Math.ceil(most / 2);
  const shown = folds ? [...nodes.slice(0, head), ...nodes.slice(nodes.length - (most - head))] : nodes;
  const lines = table([['node', 'output', 'from', 'keeps for backward'], ...shown.map(row)]);
  if (folds) lines.splice(1 + head, 0, `… ${nodes.length - most} more …`);
  const sections = [headline(graph), ...lines, ...(folds ? ['', ...summary(nodes)] : [])];
  return sections.map((line) => clipped(line, LINE_WIDTH)).join('\n');
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

function row(node: GraphNode): string[] {
  return [
    `#${node.id} ${title(node)}`,
    outputText(node),
    node.inputs.map(inputText).join(', '),
    keptText(node),
  ];
}

/** A node by its number, a constant by its name or shape. */
function inputText(input: GraphInput): string {
  return input.from === null ? (input.name ?? outputText(input)) : `#${input.from}`;
}

/** What a node keeps for its derivative; what another keeps too has no bytes of its own. */
export function keptText({ id, op, inputs, kept, freed }: GraphNode): string {
  if (op === null) return '';
  if (freed) return 'freed';
  if (kept.length === 0) return 'nothing';
  const what = ({ input }: KeptValue) => (input === null ? 'output' : inputText(inputs[input]));
  return kept
    .map((value) => {
      const counted = value.countedAt !== id;
      return `${what(value)}: ${counted ? `kept by #${value.countedAt}` : formatBytes(value.bytes)}`;
    })
    .join(', ');
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
  return table([['op', 'nodes', 'keep together'], ...rows]);
}

function table(rows: readonly (readonly string[])[]): string[] {
  const clippedRows = rows.map((cells) =>
    cells.map((cell, column) => clipped(cell, COLUMN_WIDTHS[column] ?? LINE_WIDTH)),
  );
  const widths = rows[0].map((_, column) => Math.max(...clippedRows.map((cells) => cells[column].length)));
  return clippedRows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}

/** On one line, whatever a name holds. */
export function clipped(text: string, length: number): string {
  const line = text.replace(/\s/g, ' ');
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 2 ** 20 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;
}
