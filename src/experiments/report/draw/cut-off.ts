/** Lines that leave a panel where its vertical axis ends. */
import type { Panel, Point } from '../chart.js';

/** The panel with nothing above the end of its vertical axis. */
export function cutOff(panel: Panel): Panel {
  const { most } = panel.y;
  if (most === undefined) return panel;
  return { ...panel, series: panel.series.map((each) => ({ ...each, points: cutLine(each.points, most) })) };
}

/** A line that ends and begins again where it crosses `most`, with a gap between. */
export function cutLine(points: readonly Point[], most: number): Point[] {
  return points.flatMap((point, i) => {
    const before = points[i - 1];
    const crosses = before !== undefined && before.y > most !== point.y > most;
    const crossing = crosses ? [crossingOf(before, point, most)].filter(({ x }) => Number.isFinite(x)) : [];
    return [...crossing, point.y > most ? { ...point, y: Number.NaN } : point];
  });
}

function crossingOf(one: Point, other: Point, most: number): Point {
  return { x: one.x + ((most - one.y) / (other.y - one.y)) * (other.x - one.x), y: most };
}
