/** What a check by differences sees, and what it does not: `npx tsx learn/05-is-it-right/blind.ts`. */
import { gradcheck, init, type Tensor, tensor, where } from '../../src/index.js';

await init('reference', { dtype: 'float64' });

/** Right values; the derivative takes one of the two factors for a constant, and is half of what it should be. */
const halfSquare = (x: Tensor) => x.mul(x.detach());

/** A softmax whose derivative is 0. */
const stuckSoftmax = (x: Tensor) => x.softmax().detach().add(x.mul(0));

/** A variance that divides by one too few, and has the derivative of that. */
const wrongVariance = (x: Tensor) =>
  x
    .sub(x.mean())
    .square()
    .sum()
    .div(x.size + 1);

/** Wrong above 3 alone. */
const wrongAboveThree = (x: Tensor) => where(x.gt(3), halfSquare(x), x.square());

/** Wrong in its second element, whose derivative is small beside that of the first. */
const wrongInTheSmall = (x: Tensor) =>
  x
    .square()
    .mul(tensor([1e6, 0]))
    .add(halfSquare(x).mul(tensor([0, 0.1])));

function report(what: string, f: (x: Tensor) => Tensor, ...at: number[]): void {
  try {
    gradcheck(f, [tensor(at)]);
    console.log(`${what}: passes`);
  } catch (error) {
    // Without the name of the check and the place before, and what the numbers are of behind.
    console.log(`${what}: ${(error as Error).message.replace(/^.*?: .*?: |, both of .*$/g, '')}`);
  }
}

report('half the derivative', halfSquare, 1, 2);
report('a softmax that is stuck, summed', (x) => stuckSoftmax(x).sum(), 1, 2);
report('the same, weighted', stuckSoftmax, 1, 2);
report('a wrong value with the derivative of it', wrongVariance, 1, 2, 4);
report('wrong above 3, tried below', wrongAboveThree, 1, 2);
report('wrong beside what is large', wrongInTheSmall, 1, 1);
report('relu at its kink, right', (x) => x.relu(), 0);
