/** g · (J p), by a difference, and (g J) · p, by the rule, are one number: `npx tsx learn/04-rules/adjoint.ts`. */
import {
  broadcastTo,
  Generator,
  gather,
  init,
  matmul,
  permute,
  type Shape,
  sizeOf,
  type Tensor,
  tensor,
  vjp,
} from '../../src/index.js';

await init('reference', { dtype: 'float64' });
const random = new Generator(4);

function draw(shape: Shape): Tensor {
  return tensor(
    Array.from({ length: sizeOf(shape) }, () => random.normal()),
    shape,
  );
}

/** Half of how far x is moved to see how y moves; chapter 5 tells why not less. */
const STEP = 1e-5;

/** Moves x along p and weights what arrives with g; then takes g back and weights that with p. */
function compare(name: string, f: (x: Tensor) => Tensor, shape: Shape): void {
  const [x, p] = [draw(shape), draw(shape)];
  const moved = f(x.add(p.mul(STEP)))
    .sub(f(x.sub(p.mul(STEP))))
    .div(2 * STEP);
  const g = draw(moved.shape);
  const { pullback, dispose } = vjp(f, x);
  const there = moved.mul(g).sum().itemSync();
  const back = pullback(g)[0].mul(p).sum().itemSync();
  dispose();
  console.log(
    `${name.padEnd(12)} g·(J p) = ${there.toFixed(6).padStart(9)}   (g J)·p = ${back.toFixed(6).padStart(9)}`,
  );
}

const rows = tensor(Int32Array.of(2, 0, 2));
const b = draw([3, 4]);
compare('exp', (x) => x.exp(), [2, 3]);
compare('sum', (x) => x.sum([1]), [2, 3]);
compare('broadcastTo', (x) => broadcastTo(x, [2, 3]), [3]);
compare('matmul', (x) => matmul(x, b), [2, 3]);
compare('permute', (x) => permute(x, [1, 0]), [2, 3]);
compare('gather', (x) => gather(x, rows), [3, 2]);
