/** The same numbers added in other orders: `npx tsx learn/13-threads-and-gpu/order.ts`. */
import { Generator } from '../../src/index.js';

const { fround } = Math;

/** Sums in float32, rounded after each addition. */
const inTurn = (values: readonly number[]) => values.reduce((sum, each) => fround(sum + each), 0);

const large = 2 ** 24;
console.log(`(2²⁴ + 1) + 1 = ${inTurn([large, 1, 1])}`);
console.log(`2²⁴ + (1 + 1) = ${inTurn([1, 1, large])}`);

const random = new Generator(1);
const gradients = Array.from({ length: 1000 }, () => fround(random.normal()));
console.log('a thousand numbers:');
console.log(`  first to last    ${inTurn(gradients)}`);
console.log(`  last to first    ${inTurn([...gradients].reverse())}`);
for (const members of [2, 3, 4]) {
  const shares = Array.from({ length: members }, (_, member) => {
    const [first, end] = [member, member + 1].map((each) => Math.floor((each * 1000) / members));
    return inTurn(gradients.slice(first, end));
  });
  console.log(`  ${members} shares         ${inTurn(shares)}`);
}
