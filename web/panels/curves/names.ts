/** Where the names of the lines across stand, so that they can be read. */
import type { Line } from './columns.js';

/** A line across, in pixels from the top. */
export interface Across {
  readonly name: string;
  readonly loss: number;
  readonly y: number;
}

export interface Name {
  readonly name: string;
  readonly side: 'left' | 'right';
  /** Of the foot of its letters. */
  readonly foot: number;
}

/**
 * At the end of each line from which curves are further away, above the line, or below it where there is no room.
 * @param top - of the chart; `size` is that of letters
 */
export function namesOf(
  across: readonly Across[],
  lines: readonly Line[],
  top: number,
  size: number,
): Name[] {
  // Of the left and of the right, where the last name ends.
  const lowest = { left: top, right: top };
  return [...across]
    .sort((a, b) => a.y - b.y)
    .map(({ name, loss, y }) => {
      const side = distance(loss, lines, 0) >= distance(loss, lines, -1) ? 'left' : 'right';
      const above = y - size / 2;
      const foot = above - size >= lowest[side] ? above : y + size * 1.1;
      lowest[side] = foot;
      return { name, side, foot };
    });
}

/** From the nearest of the curves, at their first point or at their last. */
function distance(loss: number, lines: readonly Line[], at: 0 | -1): number {
  const ends = lines.flatMap(({ y }) => y.at(at) ?? []);
  return Math.min(...ends.map((end) => Math.abs(end - loss)));
}
