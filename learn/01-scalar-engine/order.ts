/** Why the order matters: `npx tsx learn/01-scalar-engine/order.ts`. */
import { add, mul, parentsFirst, Scalar } from './engine.js';

/** Goes back from `root` in the order of `going`, which may be a wrong one. */
function backwardIn(going: readonly Scalar[], root: Scalar): void {
  for (const x of going) x.grad = 0;
  root.grad = 1;
  for (const x of going) {
    x.parents.forEach((parent, i) => {
      parent.grad += x.grad * x.slopes[i];
    });
  }
}

/** The root, what it came from, what that came from, and so on: nearest first. */
function nearestFirst(root: Scalar): Scalar[] {
  const order = new Set([root]);
  for (const x of order) for (const parent of x.parents) order.add(parent);
  return [...order];
}

// z = s (s b) with s = a b: s is a parent of z, and a parent of another parent of z.
const a = new Scalar(2);
const b = new Scalar(3);
const s = mul(a, b);
const z = mul(s, mul(s, b));
backwardIn(parentsFirst(z).reverse(), z);
console.log(`parents last:  ∂z/∂a = ${a.grad}`);
backwardIn(nearestFirst(z), z);
console.log(`nearest first: ∂z/∂a = ${a.grad}`);

/** The number of ways from x back to values that were given. */
function paths(x: Scalar): number {
  return x.parents.length === 0 ? 1 : x.parents.reduce((sum, parent) => sum + paths(parent), 0);
}

for (const doublings of [5, 10, 20]) {
  let x = new Scalar(1);
  for (let i = 0; i < doublings; i++) x = add(x, x);
  console.log(`${doublings} doublings: ${parentsFirst(x).length} values, ${paths(x)} paths`);
}
