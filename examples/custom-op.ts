/**
 * An op with a derivative of your own: log cosh, a loss that is square near 0 and straight far out, so that one wild point
 * cannot bend a line. gradcheck holds the derivative to differences, and refuses a wrong one.
 * Run it: npx tsx examples/custom-op.ts
 */
import {
  Adam,
  customOp,
  Generator,
  grad,
  gradcheck,
  init,
  NumericError,
  Parameter,
  scope,
  type Tensor,
  tensor,
} from 'spheregrad';

// In double precision, because differences lose half of the digits.
await init('reference', { dtype: 'float64' });

/** log cosh x = |x| + log(1 + e^(−2|x|)) − log 2, for cosh of a large x would be infinite. */
const logCosh = customOp({
  name: 'logCosh',
  forward: (x: Tensor) => x.abs().add(x.abs().mul(-2).exp().log1p()).sub(Math.LN2),
  // By the chain rule of the formula there would be a sign(x) at 0; that of log cosh is tanh, everywhere.
  backward: (gradient, { args: [x] }) => gradient.mul(x.tanh()),
  keeps: 'inputs', // backward looks at x, not at the result
});
const points = tensor([-30, -1, -0.1, 0.5, 2]);
console.log(`the derivative: error ${gradcheck((x) => logCosh(x), [points]).toExponential(1)}`);
// backward is written in ops, so it has a derivative, too.
const slope = grad((x) => logCosh(x).sum());
console.log(`its derivative in turn: error ${gradcheck((x) => slope(x)[0], [points]).toExponential(1)}`);

const wrong = customOp({
  name: 'wrongLogCosh',
  forward: (x: Tensor) => logCosh(x.detach()),
  backward: (gradient, { args: [x] }) => gradient.mul(x), // right near 0 only
});
try {
  gradcheck((x) => wrong(x), [points]);
} catch (error) {
  if (!(error instanceof NumericError)) throw error;
  console.log(error.message);
}

// A line y = 2x − 1 with little noise, and every eighth point wild.
const generator = new Generator(1);
const xs = Array.from({ length: 64 }, (_, i) => i / 32 - 1);
const ys = xs.map((x, i) => 2 * x - 1 + (i % 8 === 7 ? 5 : 0.05 * generator.normal()));

async function fitted(loss: (difference: Tensor) => Tensor): Promise<string> {
  const line = new Parameter(tensor([0, 0])); // slope and height
  const adam = new Adam([line], { learningRate: 0.05 });
  for (let step = 0; step < 400; step++) {
    scope(() => {
      const [slope, height] = line.split(2);
      loss(tensor(xs).mul(slope).add(height).sub(tensor(ys)))
        .mean()
        .backward();
    });
    adam.step();
    adam.zeroGrad();
  }
  const [slope, height] = await line.data();
  return `y = ${slope.toFixed(2)} x ${height < 0 ? '−' : '+'} ${Math.abs(height).toFixed(2)}`;
}
console.log(`squares: ${await fitted((difference) => difference.square())}`);
console.log(
  `log cosh: ${await fitted((difference) => logCosh(difference.mul(10)).div(10))} (without the wild points: 2 x − 1)`,
);
