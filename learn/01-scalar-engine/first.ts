/** The example of chapter 1, y = (a b + c) a: `npx tsx learn/01-scalar-engine/first.ts`. */
import { add, backward, mul, Scalar } from './engine.js';

const a = new Scalar(2);
const b = new Scalar(-3);
const c = new Scalar(10);
const u = mul(a, b);
const v = add(u, c);
const y = mul(v, a);
backward(y);

console.log('       value  ∂y/∂');
for (const [name, x] of Object.entries({ a, b, c, u, v, y })) {
  console.log(`${name}  ${String(x.value).padStart(9)}  ${String(x.grad).padStart(4)}`);
}
