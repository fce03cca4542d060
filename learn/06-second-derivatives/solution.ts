/** Chapter 6, exercise 1, solved. */
import { grad, onesLike, type Tensor } from '../../src/index.js';

/** The derivative of Σ gⱼ vⱼ, whose gradient is H v, as v is constant. */
export function hessianVector(f: (x: Tensor) => Tensor, x: Tensor, v: Tensor): Tensor {
  const [product] = grad((y) => grad(f)(y)[0].mul(v).sum())(x);
  return product;
}

export function newtonStep(f: (x: Tensor) => Tensor, x: Tensor): Tensor {
  const [slope] = grad(f)(x);
  return x.sub(slope.div(hessianVector(f, x, onesLike(x))));
}
