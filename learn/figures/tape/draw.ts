/** The recorded graph with values that came down it and gradients that went up. */
import { type Box, layOut } from '../../../src/autograd/explain/layout.js';
import { pathOf, waysOf } from '../../../src/autograd/explain/ways.js';
import { type Colour, colour } from '../base/palette.js';
import { spreadApart } from '../base/spread.js';
import {
  circle,
  type Drawing,
  group,
  lines,
  type Point,
  rect,
  SMALL_TEXT,
  tag,
  text,
  textWidth,
} from '../base/svg.js';
import type { Part, Recording, TapeNode, Values } from './record.js';
import {
  added,
  lastStep,
  partsAt,
  passedAt,
  phaseAt,
  recordedAt,
  sentence,
  short,
  titleOf,
} from './steps.js';

export interface TapeState {
  readonly recording: Recording;
  readonly step: number;
  /** Numbers the ops as the backward pass visits them, in place of the numbers on the edges. */
  readonly ordered?: boolean;
}

const SIZE = 13;
const LINE = 18;
const PADDING = 9;
const LAYER_GAP = 50;
const MARGIN = 20;
const LABEL_HEIGHT = 17;
const BADGE = 12;
const LEGEND_LINE = 18;

/** A node, or a constant, which has a box for every op that reads it. */
interface TapeBox extends Box {
  readonly node: number | null;
  readonly title: string;
  readonly constant: Values | null;
}

interface TapeEdge {
  readonly from: number;
  readonly to: number;
  /** The node that reads, and which of its inputs this is. */
  readonly reader: number;
  readonly input: number;
  readonly isConstant: boolean;
}

/** What is seen of a node, from the top of its box down. */
interface Line {
  readonly words: string;
  readonly colour: Colour;
  readonly bold?: boolean;
}

export function drawTape(state: TapeState, width = 0): Drawing {
  const { recording, step } = state;
  const { boxes, edges } = graphOf(state);
  const layout = layOut(boxes, edges, LAYER_GAP);
  const legend = legendOf(state);
  const total = Math.max(
    layout.width + 2 * MARGIN,
    Math.min(width, 720),
    textWidth(legend[0], SMALL_TEXT) * 0.9,
  );
  const moved = ({ x, y }: Point) => ({ x: x + (total - layout.width) / 2, y: y + MARGIN + BADGE });
  const centres = layout.centres.map(moved);
  const ways = waysOf(boxes, edges, { centres, bends: layout.bends.map((bends) => bends.map(moved)) });
  const graphBottom = layout.height + MARGIN + BADGE;
  const height = graphBottom + MARGIN + legend.length * LEGEND_LINE;
  return {
    ...{ width: total, height },
    says: saysOf(state),
    body: [
      ...edges.map((edge, i) => edgeSVG(state, edge, ways[i])),
      ...(state.ordered ? [] : labels(state, edges, ways)),
      ...boxes.map((box, i) => boxSVG(state, box, centres[i])),
      lines({ x: total / 2, y: graphBottom + MARGIN + 8 }, legend, {
        ...{ size: SMALL_TEXT, colour: 'soft', anchor: 'middle' },
      }),
    ].join(''),
  };

  function saysOf({ ordered }: TapeState): string {
    const what = `A graph of ${recording.forward.length} ops.`;
    if (!ordered) return `${what} ${sentence(recording, step)}`;
    const names = recording.backward.map(({ node }) => titleOf(recording.nodes[node]));
    return `${what} The backward pass visits them in this order: ${names.join(', ')}.`;
  }
}

function legendOf({ ordered }: TapeState): readonly string[] {
  return ordered
    ? ['numbers: the order of the backward pass']
    : ['values go down (=), gradients go up (grad),', 'op after op in the order of the numbers'];
}

function graphOf(state: TapeState): { boxes: TapeBox[]; edges: TapeEdge[] } {
  const boxes: TapeBox[] = [];
  const edges: TapeEdge[] = [];
  const boxOfNode: number[] = [];
  state.recording.nodes.forEach((node, id) => {
    const sources = node.inputs.map(({ from, value }) => {
      if (from !== null) return { from: boxOfNode[from], isConstant: false };
      boxes.push({ ...sizeOf([short(value)]), node: null, title: short(value), constant: value });
      return { from: boxes.length - 1, isConstant: true };
    });
    sources.forEach((source, input) => {
      edges.push({ ...source, to: boxes.length, reader: id, input });
    });
    boxOfNode[id] = boxes.length;
    boxes.push({ ...sizeOf(everyLine(state, id)), node: id, title: titleOf(node), constant: null });
  });
  return { boxes, edges };
}

function sizeOf(words: readonly string[]): Box {
  const longest = words.reduce((most, each) => Math.max(most, textWidth(each, SIZE)), 44);
  return { width: longest + 2 * PADDING, height: words.length * LINE + PADDING };
}

/** The lines of a box with all that it will ever say: no box grows as steps are taken. */
function everyLine(state: TapeState, id: number): string[] {
  const { recording } = state;
  const words: string[][] = [];
  for (let step = 0; step <= lastStep(recording); step++) {
    linesOf({ ...state, step }, id).forEach(({ words: each }, at) => {
      words[at] = [...(words[at] ?? []), each];
    });
  }
  return words.map((each) =>
    each.reduce((longest, other) => (other.length > longest.length ? other : longest)),
  );
}

function linesOf({ recording, step, ordered }: TapeState, id: number): Line[] {
  const node = recording.nodes[id];
  const isThere = node.op === null || recordedAt(recording, step).has(id);
  const title: Line = { words: titleOf(node), colour: isThere ? 'ink' : 'soft', bold: true };
  if (ordered) return [title];
  const value: Line = { words: isThere ? `= ${short(node.value)}` : '', colour: 'blue' };
  return [title, value, ...gradientLines(recording, step, id)];
}

/** The gradient so far, and below it what it is the sum of. */
function gradientLines(recording: Recording, step: number, id: number): Line[] {
  const { readers } = recording.nodes[id];
  const parts = partsAt(recording, step, id);
  const sum = added(parts);
  const lines: Line[] = [{ words: sum === null ? '' : `grad ${short(sum)}`, colour: 'orange' }];
  if (readers < 2) return lines;
  const [first, ...others] = parts.map(short);
  let how = '';
  if (parts.length > 0 && parts.length < readers) how = `${parts.length} of ${readers} parts`;
  else if (parts.length === readers)
    how = `${first}${others.map((part) => (part.startsWith('−') ? ` − ${part.slice(1)}` : ` + ${part}`)).join('')}`;
  return [...lines, { words: how.length > 24 ? `sum of ${readers} parts` : how, colour: 'orange' }];
}

function boxSVG(state: TapeState, box: TapeBox, centre: Point): string {
  const [left, top] = [centre.x - box.width / 2, centre.y - box.height / 2];
  if (box.node === null) {
    const frame = { fill: colour('ground'), stroke: colour('line'), 'stroke-dasharray': '3 3', rx: 4 };
    return (
      rect(left, top, box.width, box.height, frame) +
      text({ x: centre.x, y: top + LINE }, box.title, {
        size: SIZE,
        anchor: 'middle',
        mono: true,
        colour: 'soft',
      })
    );
  }
  const node = state.recording.nodes[box.node];
  const look = lookOf(state, box.node, node);
  const words = linesOf(state, box.node).map(({ words, colour, bold = false }, i) =>
    text({ x: centre.x, y: top + (i + 1) * LINE - 2 }, words, {
      size: SIZE,
      anchor: 'middle',
      mono: true,
      colour,
      bold,
    }),
  );
  const radius = node.op === null ? 16 : 4;
  return group(
    {},
    rect(left, top, box.width, box.height, { ...look, rx: radius }),
    ...words,
    badge(state, box, centre),
  );
}

/** The box that has just been at work stands out by its frame; one that is still to come has a dashed one. */
function lookOf({ recording, step, ordered }: TapeState, id: number, { op }: TapeNode) {
  const phase = phaseAt(recording, step);
  if (op !== null && !recordedAt(recording, step).has(id))
    return { fill: colour('ground'), stroke: colour('faint'), 'stroke-dasharray': '6 4' };
  const plain = {
    fill: colour(op === null ? 'shade' : 'ground'),
    stroke: colour('line'),
    'stroke-width': 1.5,
  };
  if (ordered) return plain;
  if (phase.kind === 'forward' && phase.node === id)
    return { fill: colour('blue-fill'), stroke: colour('blue'), 'stroke-width': 3 };
  const isAtWork =
    phase.kind === 'backward' ? phase.at.node === id : phase.kind === 'seed' && recording.root === id;
  return isAtWork ? { fill: colour('orange-fill'), stroke: colour('orange'), 'stroke-width': 3 } : plain;
}

/** Which rule ran first, second and so on. */
function badge(
  { recording, step, ordered }: TapeState,
  { node, width, height }: TapeBox,
  centre: Point,
): string {
  const visited = ordered ? recording.backward : passedAt(recording, step);
  const at = visited.findIndex((each) => each.node === node);
  if (at < 0) return '';
  const corner = { x: centre.x + width / 2 + BADGE / 2, y: centre.y - height / 2 };
  return (
    circle(corner, BADGE, { fill: colour('orange-fill'), stroke: colour('orange'), 'stroke-width': 1.5 }) +
    text({ x: corner.x, y: corner.y + 4.5 }, String(at + 1), {
      size: SIZE,
      bold: true,
      anchor: 'middle',
      colour: 'orange',
    })
  );
}

function edgeSVG(state: TapeState, edge: TapeEdge, way: readonly Point[]): string {
  const { recording, step, ordered } = state;
  const phase = phaseAt(recording, step);
  const isUp =
    !edge.isConstant && (ordered || passedAt(recording, step).some(({ node }) => node === edge.reader));
  const isDown = recordedAt(recording, step).has(edge.reader);
  const isAtWork =
    !ordered &&
    ((phase.kind === 'forward' && phase.node === edge.reader) ||
      (phase.kind === 'backward' && phase.at.node === edge.reader && !edge.isConstant));
  const stroke: Colour = isUp ? 'orange' : isAtWork ? 'blue' : isDown ? 'line' : 'faint';
  const dashes = edge.isConstant ? '3 3' : isDown ? undefined : '6 4';
  const [start, end] = [way[0], way[way.length - 1]];
  return (
    tag('path', {
      ...{ d: pathOf(way), fill: 'none', stroke: colour(stroke) },
      ...{ 'stroke-width': isAtWork ? 3 : 1.5, 'stroke-dasharray': dashes },
    }) + (isUp ? head(start, 1, stroke) : isDown ? head(end, -1, stroke) : '')
  );
}

/** Of an arrow that ends at a point, upwards (1) or downwards (−1). */
function head({ x, y }: Point, direction: 1 | -1, fill: Colour): string {
  const far = y + direction * 8;
  return tag('polygon', { points: `${x},${y} ${x - 4.5},${far} ${x + 4.5},${far}`, fill: colour(fill) });
}

/** The local derivatives, in the gap above the ops that they belong to. */
function labels(
  { recording, step }: TapeState,
  edges: readonly TapeEdge[],
  ways: readonly Point[][],
): string[] {
  const parts = passedAt(recording, step).flatMap(({ node, parts }) =>
    parts.map((part) => ({ ...part, node })),
  );
  const placed = edges.flatMap((edge, i) => {
    const part = parts.find(({ node, input }) => node === edge.reader && input === edge.input);
    if (part === undefined) return [];
    const words = labelOf(recording.nodes[edge.reader], part);
    const way = ways[i];
    const [from, to] = way.slice(-2);
    return [
      { words, x: (from.x + to.x) / 2, y: to.y - LAYER_GAP / 2, width: textWidth(words, SMALL_TEXT) + 8 },
    ];
  });
  const rows = [...new Set(placed.map(({ y }) => y))].map((y) => placed.filter((label) => label.y === y));
  return rows.flatMap((row) =>
    spreadApart(row, 4).map(({ words, x, y, width }) => labelSVG(words, x, y, width)),
  );
}

function labelSVG(words: string, x: number, y: number, width: number): string {
  const frame = { fill: colour('orange-fill'), rx: 4 };
  return (
    rect(x - width / 2, y - LABEL_HEIGHT / 2, width, LABEL_HEIGHT, frame) +
    text({ x, y: y + 4 }, words, { size: SMALL_TEXT, anchor: 'middle', mono: true, colour: 'orange' })
  );
}

const MIXING = ['matmul', 'sum', 'max', 'softmax', 'unit'];

function labelOf({ op, value }: TapeNode, { local }: Part): string {
  if (local.values.length === 1 && value.values.length === 1) return `× ${short(local)}`;
  return MIXING.includes(op ?? '') ? 'rule' : `⊙ ${short(local)}`;
}
