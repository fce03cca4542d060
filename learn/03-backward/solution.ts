/** Chapter 3, exercise 1, solved. */
import { onesLike, type Tensor } from '../../src/index.js';
import { parentsFirst, type Recorded } from '../03-backward/recorded.js';

/** The gradients of `root`, which has one element, by itself and by all that it came from. */
export function backward(root: Recorded): Map<Recorded, Tensor> {
  const gradients = new Map([[root, onesLike(root.value)]]);
  for (const node of parentsFirst(root).reverse()) {
    const gradient = gradients.get(node);
    if (gradient === undefined) continue;
    const parts = node.rule(gradient);
    for (const [i, parent] of node.parents.entries()) {
      const before = gradients.get(parent);
      gradients.set(parent, before === undefined ? parts[i] : before.add(parts[i]));
    }
  }
  return gradients;
}
