/** Two grids and their sum: forwards each cell reads two, backwards its gradient goes to both. */
import { type Colour, colour } from '../base/palette.js';
import { arrow, type Drawing, group, type Point, rect, SMALL_TEXT, text } from '../base/svg.js';
import { type Broadcast, cellAt, type Grid, lastStep, sentence } from './sums.js';

export interface BroadcastState {
  readonly broadcast: Broadcast;
  readonly step: number;
}

const CELL = 30;
const WIDE = 46;
const TITLE = 24;
const GAP = 36;
const MARGIN = 14;

/** A grid in the picture. */
interface Placed {
  readonly grid: Grid;
  readonly title: string;
  readonly at: Point;
  readonly words: readonly string[];
  readonly active: number | null;
  readonly look: Colour;
  /** Its title: where no arrow passes. */
  readonly isBelow?: boolean;
}

export function drawBroadcast({ broadcast, step }: BroadcastState, width = 0): Drawing {
  const at = cellAt(broadcast, step);
  const isBack = at?.isBack ?? false;
  const look: Colour = isBack ? 'orange' : 'blue';
  const { a, b, sum, gradient, reads, passed } = broadcast;
  const done = at === null ? 0 : at.cell + 1;
  const gradients = isBack ? passed[done] : null;
  const read = at === null ? null : reads[at.cell];
  const upper = Math.max(sizeOf(a).height, sizeOf(b).height);
  const total =
    Math.max(width, sizeOf(a).width + GAP + sizeOf(b).width, sizeOf(sum).width) +
    2 * MARGIN * (width > 0 ? 0 : 1);
  const left = (total - sizeOf(a).width - GAP - sizeOf(b).width) / 2;
  const top = MARGIN + TITLE;
  const below = top + upper + GAP + 10;
  const values = (grid: Grid) => grid.values.map(String);
  const placed: Placed[] = [
    {
      ...{ grid: a, title: gradients ? `grad of a ${shapeOf(a)}` : `a ${shapeOf(a)}`, look },
      ...{ at: { x: left, y: top }, words: gradients?.a.map(String) ?? values(a), active: read?.a ?? null },
    },
    {
      ...{ grid: b, title: gradients ? `grad of b ${shapeOf(b)}` : `b ${shapeOf(b)}`, look },
      ...{ at: { x: left + sizeOf(a).width + GAP, y: top }, words: gradients?.b.map(String) ?? values(b) },
      active: read?.b ?? null,
    },
    {
      ...{ grid: sum, title: isBack ? `grad of a + b ${shapeOf(sum)}` : `a + b ${shapeOf(sum)}`, look },
      at: { x: (total - sizeOf(sum).width) / 2, y: below },
      words: isBack ? values(gradient) : values(sum).map((word, cell) => (cell < done ? word : '')),
      ...{ active: at?.cell ?? null, isBelow: true },
    },
  ];
  return {
    ...{ width: total, height: below + sizeOf(sum).height + TITLE + MARGIN },
    says: sentence(broadcast, step),
    body: [...placed.map(gridSVG), ...(at === null ? [] : arrows(placed, isBack, look))].join(''),
  };
}

export function finalState(broadcast: Broadcast): BroadcastState {
  return { broadcast, step: lastStep(broadcast) };
}

/** Rows and columns: a vector is a row, a single number one cell. */
function rowsOf({ shape }: Grid): [rows: number, columns: number] {
  return [shape[shape.length - 2] ?? 1, shape[shape.length - 1] ?? 1];
}

function sizeOf(grid: Grid): { width: number; height: number } {
  const [rows, columns] = rowsOf(grid);
  return { width: Math.max(columns * WIDE, 104), height: rows * CELL };
}

function shapeOf({ shape }: Grid): string {
  return `[${shape.join(', ')}]`;
}

function cellPlace({ grid, at }: Placed, cell: number): Point {
  const [, columns] = rowsOf(grid);
  const inset = (sizeOf(grid).width - columns * WIDE) / 2;
  return { x: at.x + inset + (cell % columns) * WIDE, y: at.y + Math.floor(cell / columns) * CELL };
}

function gridSVG(placed: Placed): string {
  const { grid, title, at, words, active, look, isBelow = false } = placed;
  const cells = grid.values.map((_, cell) => {
    const { x, y } = cellPlace(placed, cell);
    const isActive = cell === active;
    const frame = {
      fill: colour(isActive ? `${look as 'blue'}-fill` : 'ground'),
      stroke: colour(isActive ? look : 'line'),
    };
    return (
      rect(x + 1, y + 1, WIDE - 2, CELL - 2, { ...frame, 'stroke-width': isActive ? 3 : 1, rx: 3 }) +
      text({ x: x + WIDE / 2, y: y + CELL / 2 + 5 }, words[cell], {
        anchor: 'middle',
        mono: true,
        size: 13,
        bold: isActive,
      })
    );
  });
  const where = { x: at.x + sizeOf(grid).width / 2, y: isBelow ? at.y + sizeOf(grid).height + 20 : at.y - 8 };
  return group({}, text(where, title, { anchor: 'middle', size: SMALL_TEXT + 1, bold: true }), ...cells);
}

/** From the cells that are read to the one that reads, or back. */
function arrows([a, b, sum]: readonly Placed[], isBack: boolean, look: Colour): string[] {
  return [a, b].map((placed) => {
    const from = cellPlace(placed, placed.active ?? 0);
    const to = cellPlace(sum, sum.active ?? 0);
    const start = { x: from.x + WIDE / 2, y: from.y + CELL };
    const end = { x: to.x + WIDE / 2, y: to.y };
    return isBack ? arrow(end, start, look) : arrow(start, end, look);
  });
}
