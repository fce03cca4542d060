/** Chapter 10, exercise 2, solved. */
import { silu, type Tensor } from '../../src/index.js';

/** Cosine 1 with the right token, −1 with all others: ln(e^s + (V − 1) e^−s) − s. */
export function leastLoss(tokens: number, sz: number): number {
  return Math.log(1 + (tokens - 1) * Math.exp(-2 * sz));
}

export function scaleFor(tokens: number, loss: number): number {
  return Math.log((tokens - 1) / (Math.exp(loss) - 1)) / 2;
}

/** The best c is (y·v)/(v·v), where the derivative of ‖y − c v‖² by c is 0. */
export function bend(v: Tensor): number {
  const y = silu(v);
  const c = y.mul(v).sum().div(v.square().sum());
  return y.sub(v.mul(c)).square().sum().div(y.square().sum()).itemSync();
}
