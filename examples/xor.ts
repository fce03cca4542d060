/**
 * XOR, the smallest problem that needs a hidden layer: no straight line separates its answers. The loop is that of all
 * training: forward, loss, backward, step. Run it: npx tsx examples/xor.ts
 */
import {
  Adam,
  binaryCrossEntropyWithLogits,
  Generator,
  init,
  Linear,
  Sequential,
  scope,
  Tanh,
  tensor,
} from 'spheregrad';

await init('wasm');
const inputs = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]); // [4, 2]: a row for each case
const answers = tensor([[0], [1], [1], [0]]); // [4, 1]

// All randomness comes from here: the same seed gives the same weights, and so the same run, every time.
const generator = new Generator(1);
const network = new Sequential(
  new Linear(2, 8, generator, { bias: true }),
  new Tanh(), // without it, two linear layers would be one: a straight line again
  new Linear(8, 1, generator, { bias: true }),
);
console.log(String(network));

const optimizer = new Adam(network.namedParameters(), { learningRate: 0.02 });
for (let step = 0; step <= 200; step++) {
  // Steps make tensors by the hundred; scope frees all of them but the one that it returns.
  const loss = scope(() => {
    const loss = binaryCrossEntropyWithLogits(network.forward(inputs), answers);
    loss.backward(); // every parameter's .grad is now the derivative of the loss by it
    return loss.detach();
  });
  if (step % 50 === 0) console.log(`step ${step}: loss ${(await loss.item()).toFixed(4)} nats`);
  loss.dispose();
  optimizer.step(); // a small move against the gradient
  optimizer.zeroGrad(); // or the next backward would add to it
}

// The network gives the logarithm of the odds of a 1; the sigmoid makes a probability of it.
const probabilities = await network.forward(inputs).sigmoid().data();
for (const [i, [a, b]] of [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
].entries()) {
  console.log(`${a} xor ${b} = 1 with probability ${probabilities[i].toFixed(3)}`);
}
