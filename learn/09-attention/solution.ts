/** Chapter 9, exercise 1, solved. */
import type { Block } from '../09-attention/exercise.js';

export function attend(blocks: Iterable<Block>): readonly number[] {
  let largest = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let output: number[] = [];
  for (const { scores, values } of blocks) {
    if (output.length === 0) output = new Array(values[0].length).fill(0);
    const before = largest;
    largest = Math.max(largest, ...Array.from(scores));
    // Nothing was seen yet: the difference of both would be NaN.
    if (largest === Number.NEGATIVE_INFINITY) continue;
    const shrink = Math.exp(before - largest);
    sum *= shrink;
    output = output.map((each) => each * shrink);
    for (let j = 0; j < scores.length; j++) {
      const weight = Math.exp(scores[j] - largest);
      sum += weight;
      output = output.map((each, i) => each + weight * values[j][i]);
    }
  }
  return output.map((each) => each / sum);
}
