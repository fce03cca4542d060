import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Generator } from '../../../src/index.js';
import { bestLoss } from '../../../web/data/best-loss.js';
import { TASKS } from '../../../web/data/tasks.js';
import { expectClose } from '../../helpers/values/close.js';
import { absolute } from '../../helpers/values/tolerance.js';

/** Lines as tasks have them: equally long, a line break at the end of each and nowhere else. */
const tasks = fc
  .record({ width: fc.integer({ min: 1, max: 3 }), count: fc.integer({ min: 1, max: 6 }) })
  .chain(({ width, count }) => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: width, maxLength: width });
    return fc.array(
      word.map((letters) => `${letters}\n`),
      { minLength: count, maxLength: count },
    );
  });

/**
 * The loss of a predictor that weighs every text that could be there: all places that a block can begin at, and all lines.
 * It is far too slow for a task, and knows nothing of entropies.
 */
function lossOfIdeal(lines: readonly string[], blockSize: number): number {
  const width = lines[0].length;
  const length = blockSize + 1;
  const needed = Math.ceil(length / width) + 1;
  let texts = [''];
  for (let i = 0; i < needed; i++) texts = texts.flatMap((text) => lines.map((line) => text + line));
  const blocks = texts.flatMap((text) =>
    Array.from({ length: width }, (_, place) => text.slice(place, place + length)),
  );
  const frequency = new Map<string, number>();
  for (const block of blocks) {
    for (let end = 1; end <= length; end++) {
      const beginning = block.slice(0, end);
      frequency.set(beginning, (frequency.get(beginning) ?? 0) + 1);
    }
  }
  let sum = 0;
  for (const block of blocks) {
    for (let end = 1; end < length; end++) {
      const [seen, continued] = [block.slice(0, end), block.slice(0, end + 1)];
      sum -= Math.log((frequency.get(continued) as number) / (frequency.get(seen) as number));
    }
  }
  return sum / blocks.length / blockSize;
}

describe('bestLoss', () => {
  it('is that of a predictor that weighs all texts there could be', () => {
    fc.assert(
      fc.property(tasks, fc.integer({ min: 0, max: 3 }), (lines, more) => {
        const blockSize = Math.max(1, lines[0].length - 1 + more);
        fc.pre(lines.length ** (Math.ceil((blockSize + 1) / lines[0].length) + 1) <= 3000);
        expectClose(bestLoss(lines, blockSize)!, lossOfIdeal(lines, blockSize), absolute(5e-11));
      }),
    );
  });

  it('is 0 where there is but one line, and its first character says where it begins', () => {
    expectClose(bestLoss(['abc\n'], 8)!, 0, absolute(5e-13));
  });

  it('is the entropy of the questions, once blocks are so long that their ends count for nothing', () => {
    const [width, blockSize] = [10, 100_000];
    expectClose(bestLoss(TASKS.copy.lines(), blockSize)!, (4 * Math.log(8)) / width, absolute(5e-4));
    expectClose(bestLoss(TASKS.sort.lines(), blockSize)!, (4 * Math.log(8)) / width, absolute(5e-4));
    expectClose(bestLoss(TASKS.add.lines(), blockSize)!, (4 * Math.log(10)) / width, absolute(5e-4));
  });

  it('knows none where blocks are shorter than a line', () => {
    expect(bestLoss(['abc\n'], 2)).toBeNull();
    expect(bestLoss(['abc\n'], 3)).not.toBeNull();
  });

  it('is what a predictor that copies, and knows where it is, pays on a text of the task', () => {
    const generator = new Generator(5);
    const lines = TASKS.copy.lines();
    const [blockSize, blocks] = [64, 20_000];
    let sum = 0;
    for (let i = 0; i < blocks; i++) {
      const text = Array.from({ length: 8 }, () => lines[generator.integer(lines.length)]).join('');
      const place = generator.integer(10);
      sum += paidForCopying(text, place, blockSize);
    }
    // It is told where the block begins; the other has to find out, which costs at most ln 10 once.
    const told = sum / blocks / blockSize;
    const best = bestLoss(lines, blockSize) as number;
    expect(best).toBeGreaterThan(told);
    expect(best).toBeLessThan(told + Math.log(10) / blockSize);
  });
});

/** ln 8 for each letter of which the block has not shown the other one. */
function paidForCopying(text: string, place: number, blockSize: number): number {
  let paid = 0;
  for (let at = place + 1; at <= place + blockSize; at++) {
    const column = at % 10;
    const isUnseenCopy = column > 4 && column < 9 && at - 5 < place;
    if (column < 4 || isUnseenCopy) paid += Math.log(8);
  }
  expect(text).toHaveLength(80);
  return paid;
}
