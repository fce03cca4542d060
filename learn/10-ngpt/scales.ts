/** What the scales of nGPT are for, in numbers: `npx tsx learn/10-ngpt/scales.ts`. */
import { Generator, init, initialise, type Tensor } from '../../src/index.js';

await init('reference', { dtype: 'float64' });
const random = new Generator(1);

/** `count` random directions of a space of `width` dimensions, [count, width]. */
const directions = (count: number, width: number) => initialise.unitVectors()([count, width], random);
const meanSquare = (x: Tensor) => x.square().mean().itemSync();

for (const width of [16, 64, 256]) {
  const cosines = directions(200, width).matmul(directions(200, width), { transposeB: true });
  console.log(
    `width ${width}: cosines have mean square ${meanSquare(cosines).toFixed(5)}, 1/d = ${1 / width}`,
  );
}

/** How unevenly a softmax looks at 64 random keys: the largest of its weights, on average. Evenly, each has 1/64 = 0.016. */
const headDim = 32;
const cosines = directions(500, headDim).matmul(directions(64, headDim), { transposeB: true });
for (const [name, factor] of [
  ['1/√d_k', 1 / Math.sqrt(headDim)],
  ['√d_k', Math.sqrt(headDim)],
] as const) {
  const largest = cosines.mul(factor).softmax().max(-1).mean().itemSync();
  console.log(`softmax of cosines × ${name}: the largest of 64 weights is ${largest.toFixed(3)}`);
}

/** The part of silu(v), by its square, that no line c·v explains. */
function bend(v: Tensor): number {
  const y = v.silu();
  const c = y.mul(v).sum().div(v.square().sum());
  return meanSquare(y.sub(v.mul(c))) / meanSquare(y);
}

const width = 128;
const gates = directions(100, width).matmul(directions(100, width), { transposeB: true });
console.log(`silu of cosines:      ${(100 * bend(gates)).toFixed(1)} % is not a line`);
console.log(`silu of cosines × √d: ${(100 * bend(gates.mul(Math.sqrt(width)))).toFixed(1)} % is not a line`);

/** The least loss of logits s_z · cosine: 1 for the right token, −1 for all others. */
const leastLoss = (tokens: number, sz: number) => Math.log1p((tokens - 1) * Math.exp(-2 * sz));
for (const tokens of [65, 50257]) {
  const losses = [0, 1, 2, 5, 10].map((sz) => `${sz}: ${leastLoss(tokens, sz).toFixed(3)}`);
  console.log(`${tokens} tokens, the least loss by s_z: ${losses.join(', ')}`);
}
