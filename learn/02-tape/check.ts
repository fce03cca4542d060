/** Chapter 2, exercise 1: the checks. */
import { fivePoints, POINTS } from '../02-tape/five-points.js';
import { type Check, equal } from '../exercises/check.js';

/** What exercise.ts and solution.ts export. */
export interface Exercise {
  predict(): number[];
}

/** What to think of, at each point. */
const HINTS = [
  'neither a leaf nor a constant has anything besides its own elements',
  'scope frees the product unless somebody keeps it: look up mul and tanh in rules.ts',
  'three ops ran: which of their results does a rule need? add(1) keeps nothing, square its input, sum nothing',
  'the pass frees what only the tape kept, and makes one tensor that stays',
  'w.grad belongs to w',
];

export const checks: readonly Check<Exercise>[] = POINTS.map((point, i) => ({
  name: `${i + 1}: ${point}`,
  run({ predict }) {
    const predicted = predict();
    equal(predicted.length, POINTS.length, 'the length of the list');
    equal(predicted[i], fivePoints()[i], `your count after '${point}'`, HINTS[i]);
  },
}));
