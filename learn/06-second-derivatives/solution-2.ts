/** Chapter 6, exercise 2, solved. */
import { grad, type Tensor, zerosLike } from '../../src/index.js';

export function conjugateGradients(times: (v: Tensor) => Tensor, b: Tensor): Tensor {
  let x = zerosLike(b);
  let residual = b;
  let direction = b;
  let squared = dot(residual, residual);
  const nothing = 1e-28 * squared;
  for (let i = 0; i < b.size && squared > nothing; i++) {
    const product = times(direction);
    const length = squared / dot(direction, product);
    x = x.add(direction.mul(length));
    residual = residual.sub(product.mul(length));
    const next = dot(residual, residual);
    direction = residual.add(direction.mul(next / squared));
    squared = next;
  }
  return x;
}

export function newtonStep(f: (x: Tensor) => Tensor, x: Tensor): Tensor {
  const [slope] = grad(f)(x);
  const curve = (v: Tensor) => grad((y) => grad(f)(y)[0].mul(v).sum())(x)[0];
  return x.add(conjugateGradients(curve, slope.neg()));
}

function dot(a: Tensor, b: Tensor): number {
  return a.mul(b).sum().itemSync();
}
