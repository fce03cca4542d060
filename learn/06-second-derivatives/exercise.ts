/** Chapter 6, exercise 1: products with second derivatives, without the table of them. */
import type { Tensor } from '../../src/index.js';
import { yoursToWrite } from '../exercises/check.js';

/** H v, where H holds the second derivatives of f at x; v has the shape of x. `grad` may be applied to what `grad` returns. */
export function hessianVector(f: (x: Tensor) => Tensor, x: Tensor, v: Tensor): Tensor {
  return yoursToWrite('hessianVector', f, x, v);
}

/** The point that Newton's method goes to from x, if f is a function of a single number: x − f′/f″. */
export function newtonStep(f: (x: Tensor) => Tensor, x: Tensor): Tensor {
  return yoursToWrite('newtonStep', f, x);
}
