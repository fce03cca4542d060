/** A backward pass that is recorded, and what that costs: `npx tsx learn/06-second-derivatives/recorded.ts`. */
import { recordedNodes } from '../../src/autograd/tape.js';
import { explain, Generator, grad, gradients, init, type Tensor, tensor } from '../../src/index.js';

await init('reference', { dtype: 'float64' });

const x = tensor(2).setRequiresGrad();
const y = x.square().mul(x);
const slope = derivative(y);
show('y', y);
show('y′', slope);
show('y″', derivative(slope));

function derivative(of: Tensor): Tensor {
  const [found] = gradients(of, [x], { createGraph: true });
  if (found === null) throw new Error('it does not depend on x');
  return found;
}

function show(name: string, value: Tensor): void {
  const ops = explain(value).nodes.flatMap(({ op }) => (op === null ? [] : [op]));
  console.log(`${name} = ${value.itemSync()}: ${ops.join(', ')}`);
}

/** Six layers of tanh, and the sum of the squares of what comes out. */
const SIZE = 20;
const random = new Generator(1);
const layers = Array.from({ length: 6 }, () => draw([SIZE, SIZE]));
const f = (w: Tensor) =>
  layers
    .reduce((h, matrix) => h.matmul(matrix).tanh(), w.reshape([1, SIZE]))
    .square()
    .sum();
const [w, v] = [draw([SIZE]).setRequiresGrad(), draw([SIZE])];

function draw(shape: readonly number[]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    Array.from({ length: size }, () => random.uniform() - 0.5),
    shape,
  );
}

function opsOf(what: string, run: () => unknown): void {
  const before = recordedNodes();
  run();
  console.log(`${what}: ${recordedNodes() - before} ops`);
}

opsOf('f', () => f(w));
opsOf('with its gradient', () => grad(f)(w));
opsOf('with a product H v', () => grad((z) => grad(f)(z)[0].mul(v).sum())(w));
