/** A straight line through points, for saying how straight they are. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * The line whose values differ least from the points, relative to each: a small one counts as much as a large one.
 * @throws RangeError for fewer than two values of x, which many lines go through.
 */
export function lineThrough(points: readonly Point[]): (x: number) => number {
  let [s, sx, sxx, sy, sxy] = [0, 0, 0, 0, 0];
  for (const { x, y } of points) {
    const weight = 1 / (y * y);
    s += weight;
    sx += weight * x;
    sxx += weight * x * x;
    sy += weight * y;
    sxy += weight * x * y;
  }
  if (new Set(points.map(({ x }) => x)).size < 2) throw new RangeError('a line wants two points');
  const slope = (s * sxy - sx * sy) / (s * sxx - sx * sx);
  const start = (sy - slope * sx) / s;
  return (x) => start + slope * x;
}
