/** Chapter 2, exercise 2: when does a node die? */

import type { Node } from '../02-tape/history.js';
import { yoursToWrite } from '../exercises/check.js';

/**
 * One that held `node` lets go of it. When nobody holds it any more it is freed, and lets go of its parents in turn.
 */
export function release(node: Node): void {
  yoursToWrite('release', node);
}
