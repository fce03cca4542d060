/** Chapter 3, exercise 2: whom the walk has to visit. */

import type { Recorded } from '../03-backward/recorded.js';
import { yoursToWrite } from '../exercises/check.js';

/**
 * The nodes of `order` that are a target or came from one: no other has a gradient that anybody asks for.
 * @param order a root and all it came from, each after its parents
 */
export function onTheWay(order: readonly Recorded[], targets: ReadonlySet<Recorded>): Set<Recorded> {
  return yoursToWrite('onTheWay', order, targets);
}
