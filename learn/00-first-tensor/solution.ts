/** Chapter 0, solved. */
import { scope, type Tensor, tensor } from '../../src/index.js';

/** The scope frees the difference, its squares, and their sum. */
export function distance(a: Tensor, b: Tensor): Tensor {
  return scope(() => a.sub(b).square().sum().sqrt());
}

/** Inside the scope are the point and what f makes; the gradient belongs to the point. */
export function gradientAt(f: (x: Tensor) => Tensor, point: readonly number[]): number[] {
  return scope(() => {
    const x = tensor(point).setRequiresGrad();
    f(x).backward();
    return x.grad === null ? point.map(() => 0) : Array.from(x.grad.dataSync());
  });
}
