/** Chapter 1, exercise 1, solved. */
import { Scalar } from '../01-scalar-engine/engine.js';

/** d tanh(x)/dx = 1 − tanh(x)²: the output is all that it takes. */
export function tanh(x: Scalar): Scalar {
  const y = Math.tanh(x.value);
  return new Scalar(y, [x], [1 - y * y]);
}

/** ∂(a/b)/∂a = 1/b, and ∂(a/b)/∂b = −a/b². */
export function div(a: Scalar, b: Scalar): Scalar {
  const y = a.value / b.value;
  return new Scalar(y, [a, b], [1 / b.value, -y / b.value]);
}
