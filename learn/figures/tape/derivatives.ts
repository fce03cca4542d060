/** The local derivatives as a calculus book has them, for words beside the numbers of the engine. */

/** At the values of the inputs, a and b, and of the output y. */
export interface LocalDerivative {
  readonly words: string;
  of(y: number, a: number, b: number): number;
}

const ONE: LocalDerivative = { words: '1', of: () => 1 };

/** One for every input; ops that mix elements (sum, matmul …) have a Jacobian instead. */
export const LOCAL: Readonly<Record<string, readonly LocalDerivative[]>> = {
  add: [ONE, ONE],
  sub: [ONE, { words: '−1', of: () => -1 }],
  mul: [
    { words: 'b', of: (_, __, b) => b },
    { words: 'a', of: (_, a) => a },
  ],
  div: [
    { words: '1/b', of: (_, __, b) => 1 / b },
    { words: '−a/b²', of: (_, a, b) => -a / (b * b) },
  ],
  pow: [
    { words: 'b aᵇ⁻¹', of: (_, a, b) => b * a ** (b - 1) },
    { words: 'aᵇ log a', of: (y, a) => y * Math.log(a) },
  ],
  abs: [{ words: 'the sign of a', of: (_, a) => Math.sign(a) }],
  neg: [{ words: '−1', of: () => -1 }],
  exp: [{ words: 'y', of: (y) => y }],
  log: [{ words: '1/a', of: (_, a) => 1 / a }],
  sqrt: [{ words: '1/(2y)', of: (y) => 1 / (2 * y) }],
  reciprocal: [{ words: '−y²', of: (y) => -y * y }],
  square: [{ words: '2a', of: (_, a) => 2 * a }],
  sin: [{ words: 'cos a', of: (_, a) => Math.cos(a) }],
  cos: [{ words: '−sin a', of: (_, a) => -Math.sin(a) }],
  tanh: [{ words: '1 − y²', of: (y) => 1 - y * y }],
  sigmoid: [{ words: 'y(1 − y)', of: (y) => y * (1 - y) }],
  softplus: [{ words: 'sigmoid(a)', of: (_, a) => 1 / (1 + Math.exp(-a)) }],
  relu: [{ words: '1 where a > 0, else 0', of: (_, a) => (a > 0 ? 1 : 0) }],
};
