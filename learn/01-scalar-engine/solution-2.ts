/** Chapter 1, exercise 2, solved: not before all of a value's gradient is there does it go on to the parents. */
import { parentsFirst, type Scalar } from '../01-scalar-engine/engine.js';

export function backward(root: Scalar): void {
  root.grad = 1;
  for (const x of parentsFirst(root).reverse()) {
    const { grad, slopes } = x;
    x.parents.forEach((parent, i) => {
      parent.grad += grad * slopes[i];
    });
  }
}
