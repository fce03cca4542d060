/** A tape for tensors with nothing on it but values, parents and rules: what the exercises of chapter 3 walk over. */
import type { Tensor } from '../../src/index.js';

/** A tensor that knows how it came to be. */
export class Recorded {
  constructor(
    readonly value: Tensor,
    readonly parents: readonly Recorded[] = [],
    /** From the gradient of this value, those of the parents. */
    readonly rule: (g: Tensor) => readonly Tensor[] = () => [],
  ) {}
}

/** Of one shape. */
export function add(a: Recorded, b: Recorded): Recorded {
  return new Recorded(a.value.add(b.value), [a, b], (g) => [g, g]);
}

/** Of one shape. */
export function mul(a: Recorded, b: Recorded): Recorded {
  return new Recorded(a.value.mul(b.value), [a, b], (g) => [g.mul(b.value), g.mul(a.value)]);
}

export function tanh(x: Recorded): Recorded {
  const y = x.value.tanh();
  return new Recorded(y, [x], (g) => [g.mul(y.square().affine(-1, 1))]);
}

/** Of all elements. */
export function sum(x: Recorded): Recorded {
  return new Recorded(x.value.sum(), [x], (g) => [g.broadcastTo(x.value.shape)]);
}

/** All that `root` came from and `root` itself, each after its parents. */
export function parentsFirst(root: Recorded): Recorded[] {
  const order = new Set<Recorded>();
  const visit = (node: Recorded): void => {
    if (order.has(node)) return;
    node.parents.forEach(visit);
    order.add(node);
  };
  visit(root);
  return [...order];
}
