/** Chapter 3, exercise 2, solved: in one go, since the answer for the parents is known when a node's turn comes. */
import type { Recorded } from '../03-backward/recorded.js';

export function onTheWay(order: readonly Recorded[], targets: ReadonlySet<Recorded>): Set<Recorded> {
  const stops = new Set<Recorded>();
  for (const node of order) {
    if (targets.has(node) || node.parents.some((parent) => stops.has(parent))) stops.add(node);
  }
  return stops;
}
