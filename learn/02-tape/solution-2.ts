/** Chapter 2, exercise 2, solved: with a list in place of the stack, which a long history would overflow. */
import type { Node } from '../02-tape/history.js';

export function release(node: Node): void {
  const pending = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (--next.references > 0) continue;
    next.free();
    pending.push(...next.parents);
  }
}
