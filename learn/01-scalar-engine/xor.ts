/**
 * Three neurons and one learn "one or the other, not both": `npx tsx learn/01-scalar-engine/xor.ts`.
 * Explained in docs/learn/01-scalar-engine.md.
 */
import { Generator } from '../../src/index.js';
import { add, backward, mul, Scalar, sigmoid } from './engine.js';

const EXAMPLES = [
  { inputs: [0, 0], wanted: 0 },
  { inputs: [0, 1], wanted: 1 },
  { inputs: [1, 0], wanted: 1 },
  { inputs: [1, 1], wanted: 0 },
];
const RATE = 2;
const STEPS = 2000;

const random = new Generator(1);
const parameters: Scalar[] = [];

function parameter(): Scalar {
  const x = new Scalar(2 * random.uniform() - 1);
  parameters.push(x);
  return x;
}

/** σ(w₁ x₁ + w₂ x₂ + … + bias). */
function neuron(inputs: number): (xs: readonly Scalar[]) => Scalar {
  const weights = Array.from({ length: inputs }, parameter);
  const bias = parameter();
  return (xs) => sigmoid(xs.reduce((sum, x, i) => add(sum, mul(weights[i], x)), bias));
}

const hidden = [neuron(2), neuron(2), neuron(2)];
const output = neuron(3);

function predict(inputs: readonly number[]): Scalar {
  const xs = inputs.map((x) => new Scalar(x));
  return output(hidden.map((each) => each(xs)));
}

/** The sum of the squared errors. */
function loss(): Scalar {
  return EXAMPLES.map(({ inputs, wanted }) => {
    const error = add(predict(inputs), new Scalar(-wanted));
    return mul(error, error);
  }).reduce(add);
}

for (let step = 0; step <= STEPS; step++) {
  const l = loss();
  backward(l);
  if (step % 500 === 0) console.log(`step ${step}: loss ${l.value.toFixed(4)}`);
  for (const p of parameters) p.value -= RATE * p.grad;
}
for (const { inputs } of EXAMPLES) console.log(`${inputs} → ${predict(inputs).value.toFixed(2)}`);
