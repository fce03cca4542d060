/** Chapter 5, exercise 1, solved. */
import { grad, type Tensor, tensor } from '../../src/index.js';

export function differences(f: (x: Tensor) => Tensor, x: Tensor, step: number): number[] {
  const values = Array.from(x.dataSync());
  const valueAt = (element: number, shift: number): number => {
    const moved = values.map((value, i) => (i === element ? value + shift : value));
    return f(tensor(moved, x.shape)).itemSync();
  };
  return values.map((_, element) => (valueAt(element, step) - valueAt(element, -step)) / (2 * step));
}

/** The step is the cube root of u = 2⁻⁵³, about: there the two errors are as large as each other. */
const STEP = 1e-5;

export function check(f: (x: Tensor) => Tensor, x: Tensor): number {
  const single = (moved: Tensor) => weightedSum(f(moved));
  const [derivative] = grad(single)(x);
  const analytic = Array.from(derivative.dataSync());
  const numeric = differences(single, x, STEP);
  let largest = 0;
  analytic.forEach((value, i) => {
    const error = Math.abs(value - numeric[i]);
    // NaN is not larger than anything: it must be asked whether the error is small.
    if (!(error <= 1e-6)) throw new Error(`element ${i} is ${value}, differences give ${numeric[i]}`);
    largest = Math.max(largest, error);
  });
  return largest;
}

/** The weights follow no pattern that a mistake could follow, too. */
function weightedSum(y: Tensor): Tensor {
  const weights = Array.from({ length: y.size }, (_, i) => 1 + Math.sin(i + 1));
  return y.mul(tensor(weights, y.shape)).sum();
}
