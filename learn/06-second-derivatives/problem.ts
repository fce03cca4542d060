/** A small convex problem: to tell from two measurements to which of two kinds a thing belongs. */
import { Generator, type Tensor, tensor } from '../../src/index.js';

const random = new Generator(1);

/** Two measurements, of which the second has the smaller unit, and a 1 for the bias; all times the kind, 1 or −1. */
const EXAMPLES = Array.from({ length: 60 }, () => {
  const [a, b, noise] = [2 * random.uniform() - 1, 2 * random.uniform() - 1, 2 * random.uniform() - 1];
  const kind = a + 2 * b + 0.3 + 1.5 * noise > 0 ? 1 : -1;
  return [kind * a, kind * (b / 5), kind];
});

/** The mean of log(1 + e⁻ˢ) over the examples; s, the score by the weights w, should be above 0. */
export function loss(w: Tensor): Tensor {
  return tensor(EXAMPLES)
    .matmul(w.reshape([3, 1]))
    .neg()
    .softplus()
    .mean();
}

export function start(): Tensor {
  return tensor([0, 0, 0]);
}
