/** Chapter 5, exercise 1: a check that refuses wrong derivatives. */
import { grad, type Tensor } from '../../src/index.js';
import { yoursToWrite } from '../exercises/check.js';

/**
 * The derivatives of f, whose value is a single number, by each element of x, row by row: central differences. One element
 * is moved by `step` in both directions while the others stay. `x.dataSync()` has the elements, `tensor(values, x.shape)`
 * makes a tensor of others, `y.itemSync()` is the number in y.
 */
export function differences(f: (x: Tensor) => Tensor, x: Tensor, step: number): number[] {
  return yoursToWrite('differences', f, x, step);
}

/**
 * The largest difference between the derivative of f at x, which `grad` finds, and `differences`.
 * f may return any shape. What stands here compares the derivative of the sum, lets some wrong ones pass, and refuses right
 * ones for the step that it takes. Mend it.
 * @throws Error when that is more than a millionth.
 */
export function check(f: (x: Tensor) => Tensor, x: Tensor): number {
  const single = (moved: Tensor) => f(moved).sum();
  const [derivative] = grad(single)(x);
  const analytic = Array.from(derivative.dataSync());
  const numeric = differences(single, x, 1e-12);
  let largest = 0;
  analytic.forEach((value, i) => {
    const error = Math.abs(value - numeric[i]);
    if (error > 1e-6) throw new Error(`element ${i} is ${value}, differences give ${numeric[i]}`);
    largest = Math.max(largest, error);
  });
  return largest;
}
