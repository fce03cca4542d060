/** The lines from box to box of a graph that was laid out. */
import type { Box, Edge, Layout, Point } from './layout.js';

/** Between the ends of two edges at the same box. */
const ENDS_APART = 12;

/** The points of every edge, from the lower side of one box to the upper side of another. */
export function waysOf(
  boxes: readonly Box[],
  edges: readonly Edge[],
  { centres, bends }: Pick<Layout, 'centres' | 'bends'>,
): Point[][] {
  const ways = edges.map(({ from, to }, i) => {
    const start = { x: centres[from].x, y: centres[from].y + boxes[from].height / 2 };
    const end = { x: centres[to].x, y: centres[to].y - boxes[to].height / 2 };
    return [start, ...bends[i], end];
  });
  const arriving = new Map<number, Point[][]>();
  ways.forEach((way, i) => {
    arriving.set(edges[i].to, [...(arriving.get(edges[i].to) ?? []), way]);
  });
  for (const group of arriving.values()) setApart(group);
  return ways;
}

/** The ends of edges at one box side by side, in the order they come from. */
function setApart(ways: Point[][]): void {
  ways.sort((a, b) => a[a.length - 2].x - b[b.length - 2].x);
  ways.forEach((way, place) => {
    const last = way.length - 1;
    way[last] = { x: way[last].x + (place - (ways.length - 1) / 2) * ENDS_APART, y: way[last].y };
  });
}

/** A way as the `d` of an SVG path: it leaves and arrives straight down. */
export function pathOf([start, ...rest]: readonly Point[]): string {
  let [d, { x, y }] = [`M${place(start)}`, start];
  for (const next of rest) {
    const middle = (y + next.y) / 2;
    d += `C${place({ x, y: middle })} ${place({ x: next.x, y: middle })} ${place(next)}`;
    ({ x, y } = next);
  }
  return d;
}

function place({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

/** To tenths of a pixel. */
export function round(x: number): number {
  return Math.round(10 * x) / 10;
}
