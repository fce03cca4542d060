/**
 * An engine for reverse-mode differentiation of scalars, in about 60 lines.
 * Explained in docs/learn/01-scalar-engine.md.
 */

/** A number that knows how it came to be. */
export class Scalar {
  /** The derivative of the result by this value, once `backward` went over it. */
  grad = 0;

  /**
   * @param parents the values it was computed from, none for one that was given
   * @param slopes the derivative of this value by each parent
   */
  constructor(
    public value: number,
    readonly parents: readonly Scalar[] = [],
    readonly slopes: readonly number[] = [],
  ) {}
}

export function add(a: Scalar, b: Scalar): Scalar {
  return new Scalar(a.value + b.value, [a, b], [1, 1]);
}

export function mul(a: Scalar, b: Scalar): Scalar {
  return new Scalar(a.value * b.value, [a, b], [b.value, a.value]);
}

/** 1 / (1 + e⁻ˣ), between 0 and 1. */
export function sigmoid(x: Scalar): Scalar {
  const y = 1 / (1 + Math.exp(-x.value));
  return new Scalar(y, [x], [y * (1 - y)]);
}

/** All values that `root` came from and `root` itself, each once, and each after its parents. */
export function parentsFirst(root: Scalar): Scalar[] {
  const order: Scalar[] = [];
  const seen = new Set<Scalar>();
  const visit = (x: Scalar): void => {
    if (seen.has(x)) return;
    seen.add(x);
    for (const parent of x.parents) visit(parent);
    order.push(x);
  };
  visit(root);
  return order;
}

/** Sets the `grad` of every value that `root` came from to the derivative of `root` by it. */
export function backward(root: Scalar): void {
  const order = parentsFirst(root);
  for (const x of order) x.grad = 0;
  root.grad = 1;
  for (const x of order.reverse()) {
    x.parents.forEach((parent, i) => {
      parent.grad += x.grad * x.slopes[i];
    });
  }
}
