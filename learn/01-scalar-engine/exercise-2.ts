/** Chapter 1, exercise 2: a backward pass that is right, but goes every path by itself. */
import type { Scalar } from '../01-scalar-engine/engine.js';

/**
 * Adds to the `grad` of every value that `root` came from the derivative of `root` by it; all of them are 0 before.
 * What stands here takes as many steps as there are paths. Make it take each value once.
 */
export function backward(root: Scalar): void {
  const push = (x: Scalar, gradient: number): void => {
    x.grad += gradient;
    x.parents.forEach((parent, i) => {
      push(parent, gradient * x.slopes[i]);
    });
  };
  push(root, 1);
}
