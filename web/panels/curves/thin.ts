/** Fewer points where there are more than a screen is wide. */

/**
 * The indices of at most `most` points, the first and the last among them, evenly spread.
 * @example thin(5, 3) // [0, 2, 4]
 */
export function thin(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
}
