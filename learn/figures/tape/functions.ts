/** What can be called in the tape figure: each is one op of the engine, so that what is written is what is recorded. */
import { type Numeric, type Tensor, tensor } from '../../../src/index.js';

export interface FigureFunction {
  /** How many it takes. */
  readonly inputs: 1 | 2;
  apply(...inputs: Numeric[]): Tensor;
}

export const OPERATORS: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '@': 'matmul',
  '^': 'pow',
};

const UNARY = [
  ...(['abs', 'cos', 'exp', 'log', 'neg', 'reciprocal', 'relu', 'sigmoid'] as const),
  ...(['sin', 'softmax', 'softplus', 'sqrt', 'square', 'tanh', 'unit'] as const),
];

const REDUCING = ['sum', 'max'] as const;

export const FUNCTIONS: Readonly<Record<string, FigureFunction>> = {
  ...Object.fromEntries(UNARY.map((name) => [name, one((x) => x[name]())])),
  ...Object.fromEntries(REDUCING.map((name) => [name, one((x) => x[name]())])),
  add: two((a, b) => a.add(b)),
  sub: two((a, b) => a.sub(b)),
  mul: two((a, b) => a.mul(b)),
  div: two((a, b) => a.div(b)),
  pow: two((a, b) => a.pow(b)),
  matmul: two((a, b) => a.matmul(tensorOf(b))),
  maximum: two((a, b) => a.maximum(b)),
  minimum: two((a, b) => a.minimum(b)),
};

function one(apply: (x: Tensor) => Tensor): FigureFunction {
  return { inputs: 1, apply: (x) => apply(tensorOf(x)) };
}

/** The second may stay a number: the engine has ops of their own for that. */
function two(apply: (a: Tensor, b: Numeric) => Tensor): FigureFunction {
  return { inputs: 2, apply: (a, b) => apply(tensorOf(a), b) };
}

function tensorOf(x: Numeric): Tensor {
  return typeof x === 'number' ? tensor(x) : x;
}
