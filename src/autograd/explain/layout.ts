/**
 * Where to draw the boxes of a graph, after Sugiyama: in layers from top to bottom, every box as near above its
 * readers as it gets; ordered so that few edges cross; and shifted towards what they are connected to. Edges over
 * several layers pass between the boxes of those.
 */

/** How large a box is. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** From a box to a later one. */
export interface Edge {
  readonly from: number;
  readonly to: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The centre of every box. */
  readonly centres: readonly Point[];
  /** For every edge the points between its ends that it passes on its way down. */
  readonly bends: readonly (readonly Point[])[];
}

const LAYER_GAP = 36;
const BOX_GAP = 24;
/** Between an edge that passes and what is beside it. */
const EDGE_GAP = 14;
const SWEEPS = 16;

/** A box, or the place where an edge passes a layer. */
interface Item {
  readonly layer: number;
  readonly width: number;
  readonly above: Item[];
  readonly below: Item[];
  /** Counts the layers that it came from: those of many, the trunk of a graph, hold their place against twigs. */
  weight: number;
  /** First the place in the layer, later the centre. */
  x: number;
}

/** With `gap` between the layers. */
export function layOut(boxes: readonly Box[], edges: readonly Edge[], gap = LAYER_GAP): Layout {
  if (boxes.length === 0) return { width: 0, height: 0, centres: [], bends: [] };
  const layers = layersOf(boxes.length, edges);
  const items = boxes.map(({ width }, i) => newItem(layers[i], width));
  // Upper edges first, so that weights add up.
  const passed = edges.map(({ from, to }) => connect(items[from], items[to]));
  const rows = fewestCrossings(firstOrder(items));
  shift(rows);
  const heights = rows.map(() => 0);
  boxes.forEach(({ height }, i) => {
    heights[layers[i]] = Math.max(heights[layers[i]], height);
  });
  const { total, middles } = stacked(heights, gap);
  const left = least(rows, ({ x, width }) => x - width / 2);
  const right = -least(rows, ({ x, width }) => -x - width / 2);
  const pointOf = ({ x, layer }: Item): Point => ({ x: x - left, y: middles[layer] });
  return {
    width: right - left,
    height: total,
    centres: items.map(pointOf),
    bends: passed.map((bends) => bends.map(pointOf)),
  };
}

/** The middles of layers below each other. */
function stacked(heights: readonly number[], gap: number): { total: number; middles: number[] } {
  let bottom = 0;
  const middles = heights.map((height) => {
    bottom += height + gap;
    return bottom - gap - height / 2;
  });
  return { total: bottom - gap, middles };
}

function least(rows: readonly (readonly Item[])[], of: (item: Item) => number): number {
  return rows.reduce((least, row) => Math.min(least, ...row.map(of)), Number.POSITIVE_INFINITY);
}

/** The layer of every box, 0 on top. */
function layersOf(count: number, edges: readonly Edge[]): number[] {
  const fromBottom = new Array<number>(count).fill(0);
  for (const { from, to } of [...edges].sort((a, b) => b.to - a.to)) {
    fromBottom[from] = Math.max(fromBottom[from], fromBottom[to] + 1);
  }
  const deepest = fromBottom.reduce((most, layer) => Math.max(most, layer), 0);
  return fromBottom.map((layer) => deepest - layer);
}

/** Draws an edge, and returns where it passes the layers between. */
function connect(from: Item, to: Item): Item[] {
  const passed: Item[] = [];
  let last = from;
  for (let layer = from.layer + 1; layer < to.layer; layer++) {
    const item = newItem(layer, 0);
    join(last, item);
    passed.push(item);
    last = item;
  }
  join(last, to);
  return passed;
}

function newItem(layer: number, width: number): Item {
  return { layer, width, above: [], below: [], weight: 1, x: 0 };
}

function join(above: Item, below: Item): void {
  above.below.push(below);
  below.above.push(above);
  below.weight = Math.max(below.weight, above.weight + 1);
}

/** The layers in the order of a walk up from the last box: no edge of a tree crosses another. */
function firstOrder(items: readonly Item[]): Item[][] {
  const rows: Item[][] = [];
  const seen = new Set<Item>();
  const waiting = [...items];
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    if (seen.has(item)) continue;
    seen.add(item);
    for (let layer = rows.length; layer <= item.layer; layer++) rows.push([]);
    rows[item.layer].push(item);
    waiting.push(...[...item.above].reverse());
  }
  return rows;
}

/** Moves every item to the mean place of its neighbours, down and up in turns, and keeps the best order met. */
function fewestCrossings(first: Item[][]): Item[][] {
  let rows = first;
  let best = { rows, crossings: count(rows) };
  for (let sweep = 0; sweep < SWEEPS && best.crossings > 0; sweep++) {
    const down = sweep % 2 === 0;
    number(rows);
    rows = rows.map((row) => [...row]);
    for (const row of down ? rows : [...rows].reverse()) {
      const means = new Map(row.map((item) => [item, meanX(down ? item.above : item.below) ?? item.x]));
      row.sort((a, b) => (means.get(a) ?? 0) - (means.get(b) ?? 0));
      number([row]);
    }
    const crossings = count(rows);
    if (crossings < best.crossings) best = { rows, crossings };
  }
  return best.rows;
}

function number(rows: readonly (readonly Item[])[]): void {
  for (const row of rows) {
    row.forEach((item, place) => {
      item.x = place;
    });
  }
}

/** How many pairs of edges cross. */
function count(rows: readonly (readonly Item[])[]): number {
  number(rows);
  let crossings = 0;
  for (const row of rows) {
    // The lower ends of edges, in the order of the upper: every pair out of order crosses.
    const sorted: number[] = [];
    for (const end of row.flatMap(({ below }) => below.map(({ x }) => x).sort((a, b) => a - b))) {
      const at = firstAbove(sorted, end);
      crossings += sorted.length - at;
      sorted.splice(at, 0, end);
    }
  }
  return crossings;
}

function firstAbove(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Moves every item as near to the middle of its neighbours as the order of its layer allows. */
function shift(rows: readonly (readonly Item[])[]): void {
  for (const row of rows)
    spread(
      row,
      row.map(() => 0),
    );
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    const isLast = sweep === SWEEPS - 1;
    for (const row of down ? rows : [...rows].reverse()) {
      const wanted = row.map((item) => {
        const neighbours = isLast ? [...item.above, ...item.below] : down ? item.above : item.below;
        return meanX(neighbours) ?? item.x;
      });
      spread(row, wanted);
    }
  }
}

/** Sets x as near to `wanted`, by weighted least squares, as the widths and the order allow: isotonic regression. */
function spread(row: readonly Item[], wanted: readonly number[]): void {
  const offsets: number[] = [];
  let offset = 0;
  row.forEach((item, i) => {
    const before = row[i - 1];
    if (before !== undefined) offset += (before.width + item.width) / 2 + gap(before, item);
    offsets.push(offset);
  });
  // Items that touch move together.
  const blocks: { start: number; weight: number; size: number }[] = [];
  row.forEach(({ weight }, i) => {
    let block = { start: wanted[i] - offsets[i], weight, size: 1 };
    for (let last = blocks.at(-1); last !== undefined && last.start > block.start; last = blocks.at(-1)) {
      blocks.pop();
      const both = last.weight + block.weight;
      const start = (last.start * last.weight + block.start * block.weight) / both;
      block = { start, weight: both, size: last.size + block.size };
    }
    blocks.push(block);
  });
  const starts = blocks.flatMap(({ start, size }) => new Array<number>(size).fill(start));
  row.forEach((item, i) => {
    item.x = starts[i] + offsets[i];
  });
}

function gap(a: Item, b: Item): number {
  return a.width > 0 && b.width > 0 ? BOX_GAP : EDGE_GAP;
}

function meanX(items: readonly Item[]): number | null {
  if (items.length === 0) return null;
  let [sum, weights] = [0, 0];
  for (const { x, weight } of items) {
    sum += weight * x;
    weights += weight;
  }
  return sum / weights;
}
