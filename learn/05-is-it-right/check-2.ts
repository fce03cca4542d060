/** Chapter 5, exercise 2: the checks. */
import { type Check, holds } from '../exercises/check.js';
import type { Known } from './exercise-2.js';

/** What exercise-2.ts and solution-2.ts export. */
export interface Exercise {
  bestStep(known: Known): number;
  leastError(known: Known): number;
}

const DOUBLE = 2 ** -53;
const SINGLE = 2 ** -24;

/** a / x + c between 1 and 1.25, in numbers of a given precision. */
interface Hyperbola {
  readonly words: string;
  readonly a: number;
  readonly c: number;
  readonly rounded: (x: number) => number;
  readonly roundoff: number;
}

const asItIs = (x: number) => x;
const HYPERBOLAS: readonly Hyperbola[] = [
  { words: '1 / x + 1', a: 1, c: 1, rounded: asItIs, roundoff: DOUBLE },
  { words: '1 / x + 10000', a: 1, c: 10_000, rounded: asItIs, roundoff: DOUBLE },
  { words: '1000 / x + 1000000', a: 1000, c: 1_000_000, rounded: asItIs, roundoff: DOUBLE },
  { words: '1 / x + 100 in float32', a: 1, c: 100, rounded: Math.fround, roundoff: SINGLE },
];

const POINTS = Array.from({ length: 64 }, (_, i) => 1 + i / 256);

/** The largest error at any of the points. */
function errorAt(step: number, { a, c, rounded }: Hyperbola): number {
  const f = (x: number) => rounded(rounded(a / x) + c);
  return Math.max(...POINTS.map((x) => Math.abs((f(x + step) - f(x)) / step + a / x ** 2)));
}

function knownOf({ a, c, roundoff }: Hyperbola): Known {
  return { size: c + a, curvature: 2 * a, roundoff };
}

/** Of all powers of two. */
function leastOf(hyperbola: Hyperbola): number {
  return Math.min(...Array.from({ length: 50 }, (_, i) => errorAt(2 ** -i, hyperbola)));
}

export const checks: readonly Check<Exercise>[] = [
  ...HYPERBOLAS.map(
    (hyperbola): Check<Exercise> => ({
      name: `the step for ${hyperbola.words} is nearly the best`,
      run({ bestStep }) {
        const step = bestStep(knownOf(hyperbola));
        holds(step > 0, `the step came out as ${step}`);
        // So that x + ε is exact.
        const error = errorAt(2 ** Math.round(Math.log2(step)), hyperbola);
        const least = leastOf(hyperbola);
        const found = `with a step of ${step.toPrecision(2)} the error is ${error.toExponential(1)}`;
        const where = 'where is the derivative of ½ |f″| ε + 2 u |f| / ε by ε zero?';
        holds(error <= 5 * least, `${found}, ${least.toExponential(1)} can be had; ${where}`);
      },
    }),
  ),
  {
    name: 'the least error is foretold within a factor of ten',
    run({ leastError }) {
      for (const hyperbola of HYPERBOLAS) {
        const [told, least] = [leastError(knownOf(hyperbola)), leastOf(hyperbola)];
        const found = `for ${hyperbola.words} ${told.toExponential(1)} was told, ${least.toExponential(1)} is measured`;
        holds(
          told <= 10 * least && told >= least / 10,
          `${found}; put the best step into both parts of the error`,
        );
      }
    },
  },
];
