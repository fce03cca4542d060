/** Chapter 8, exercise 2: the checks. */
import { Generator, hypersphere, normal, scope, tensor } from '../../src/index.js';
import { type Check, close, holds } from '../exercises/check.js';

type Row = readonly number[];

/** What exercise-2.ts and solution-2.ts export. */
export interface Exercise {
  slerp(a: Row, b: Row, t: number): Row;
}

const SHARES = [0, 0.1, 0.5, 0.8, 1];

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'a third of a right angle is 30°',
    run({ slerp }) {
      const wanted = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
      close(
        slerp([1, 0], [0, 1], 1 / 3),
        wanted,
        'slerp((1, 0), (0, 1), ⅓)',
        'the weights are sin((1−t)θ)/sin θ and sin(tθ)/sin θ',
      );
    },
  },
  {
    name: 'every point has length 1',
    run({ slerp }) {
      const [a, b] = pair(5);
      for (const t of SHARES) close(length(slerp(a, b, t)), 1, `the length at t = ${t}`);
    },
  },
  {
    name: 'in five dimensions it is where the real slerp is',
    run({ slerp }) {
      const [a, b] = pair(5);
      for (const t of SHARES) {
        const wanted = scope(() => Array.from(hypersphere.slerp(tensor(a), tensor(b), t).dataSync()));
        close(slerp(a, b, t), wanted, `slerp at t = ${t}`);
      }
    },
  },
  {
    name: 'a and b may be equal, though rounding makes their dot product more than 1',
    run({ slerp }) {
      for (const a of [[1, 0], ...longerThanOne()]) {
        const came = slerp(a, a, 0.25);
        const hint = 'what is sin(tθ)/sin θ at θ = 0, and what is the arccosine of more than 1?';
        holds(came.every(Number.isFinite), `from [${a}] to itself came [${came}]; ${hint}`);
        close(came, a, 'the way from a vector to itself', hint);
      }
    },
  },
  {
    name: 'a and b may be nearly opposite',
    run({ slerp }) {
      const [angle, t] = [Math.PI - 1e-6, 0.25];
      const came = slerp([1, 0], [Math.cos(angle), Math.sin(angle)], t);
      const hint = 'arccos cannot tell angles near 0 or π apart: is there another way to θ?';
      const wanted = [Math.cos(t * angle), Math.sin(t * angle)];
      close(came, wanted, 'a quarter of the way to what is 10⁻⁶ from opposite', hint, 1e-7);
    },
  },
];

/** Two unit vectors of d numbers. */
function pair(d: number): Row[] {
  const generator = new Generator(7);
  return scope(() => [0, 1].map(() => Array.from(hypersphere.unit(normal(generator, [d])).dataSync())));
}

/** Unit vectors whose length, rounded as it is, comes out above 1. */
function longerThanOne(): Row[] {
  const generator = new Generator(8);
  const rows = Array.from({ length: 40 }, () =>
    Array.from(hypersphere.unit(normal(generator, [5])).dataSync()),
  );
  return rows.filter((a) => a.reduce((sum, x) => sum + x * x, 0) > 1).slice(0, 3);
}

function length(x: Row): number {
  return Math.hypot(...x);
}
