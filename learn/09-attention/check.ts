/** Chapter 9, exercise 1: the checks. */
import { Generator, softmax, tensor } from '../../src/index.js';
import type { Block } from '../09-attention/exercise.js';
import { type Check, close, holds } from '../exercises/check.js';

/** What exercise.ts and solution.ts export. */
export interface Exercise {
  attend(blocks: Iterable<Block>): readonly number[];
}

const KEYS = 12;
const WIDTH = 3;
const SHRINK = 'when the largest score grows from m to m′, what was added up so far shrinks by exp(m − m′)';
const MASKED = Number.NEGATIVE_INFINITY;

export const checks: readonly Check<Exercise>[] = [
  {
    name: 'one block of all keys gives what softmax gives',
    run({ attend }) {
      const [scores, values] = drawn(1);
      const came = attend(inBlocks(scores, values, KEYS));
      close(came, wanted(scores, values), 'the output', 'divide by the sum of the weights at the end');
    },
  },
  {
    name: 'blocks of any size give the same',
    run({ attend }) {
      const [scores, values] = drawn(2);
      for (const size of [1, 2, 5, 8])
        close(
          attend(inBlocks(scores, values, size)),
          wanted(scores, values),
          `the output in blocks of ${size}`,
          SHRINK,
        );
    },
  },
  {
    name: 'the largest score may come first or last',
    run({ attend }) {
      const [scores, values] = drawn(3);
      const rising = [...scores].sort((a, b) => a - b);
      for (const ordered of [rising, [...rising].reverse()])
        close(attend(inBlocks(ordered, values, 4)), wanted(ordered, values), 'the output', SHRINK);
    },
  },
  {
    name: 'scores of a thousand do not overflow',
    run({ attend }) {
      const [scores, values] = drawn(4);
      const large = scores.map((each) => 1000 + each);
      const came = attend(inBlocks(large, values, 4));
      holds(came.every(Number.isFinite), `the output is [${came}]: take the largest score off before exp`);
      close(
        came,
        wanted(scores, values),
        'the output of scores that are 1000 more',
        'a common shift changes nothing',
      );
    },
  },
  {
    name: 'a first block of which nothing may be seen does no harm',
    run({ attend }) {
      const [scores, values] = drawn(5);
      const masked = scores.map((each, i) => (i < 5 ? MASKED : each));
      const came = attend(inBlocks(masked, values, 4));
      holds(came.every(Number.isFinite), `the output is [${came}]: −Infinity − (−Infinity) is NaN`);
      close(came, wanted(masked, values), 'the output without the first 5 keys');
    },
  },
];

/** The blocks, all in the same arrays: who keeps one will find another in it. */
function* inBlocks(scores: readonly number[], values: readonly number[][], size: number): Iterable<Block> {
  const block = { scores: [] as number[], values: [] as number[][] };
  for (let i = 0; i < scores.length; i += size) {
    block.scores.splice(0, size, ...scores.slice(i, i + size));
    block.values.splice(0, size, ...values.slice(i, i + size));
    yield block;
  }
}

function drawn(seed: number): [scores: number[], values: number[][]] {
  const generator = new Generator(seed);
  const normals = (length: number) => Array.from(generator.normals(length));
  return [normals(KEYS).map((each) => 2 * each), Array.from({ length: KEYS }, () => normals(WIDTH))];
}

function wanted(scores: number[], values: number[][]): ArrayLike<number> {
  return softmax(tensor(scores)).reshape([1, scores.length]).matmul(tensor(values)).dataSync();
}
