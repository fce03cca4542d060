/** The error of differences, step by step: `npx tsx learn/05-is-it-right/v-curve.ts`. */
import { best, measure } from './measure.js';

/** So that each row's step is an eighth of the one above it. */
const EVERY = 3;
const exponent = (x: number | undefined) => (x === undefined ? '' : x.toExponential(1));

const columns = await measure();
const line = (first: string, second: string, others: readonly string[]) =>
  `${first.padEnd(6)} ${second.padEnd(8)} ${others.map((cell, i) => cell.padStart(Math.max(10, columns[i].name.length))).join('  ')}`;

console.log(
  line(
    'step',
    '',
    columns.map(({ name }) => name),
  ),
);
columns[0].errors.forEach(({ power, step }, i) => {
  if (i % EVERY !== 0) return;
  const errors = columns.map(({ errors }) => exponent(errors[i]?.error));
  console.log(line(`2^${power}`, exponent(step), errors).trimEnd());
});
for (const { name, errors } of columns) {
  const { power, step, error } = best(errors);
  console.log(`${name}: least at 2^${power} = ${exponent(step)}, error ${exponent(error)}`);
}
