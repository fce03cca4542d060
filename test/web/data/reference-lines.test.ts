import { describe, expect, it } from 'vitest';
import { CharTokenizer } from '../../../src/training/data/char-tokenizer.js';
import { textDataset } from '../../../src/training/data/dataset.js';
import { referenceLines } from '../../../web/data/reference-lines.js';
import { expectClose } from '../../helpers/values/close.js';
import { absolute } from '../../helpers/values/tolerance.js';

function lossesOf(train: string, val: string): Record<string, number> {
  const tokenizer = CharTokenizer.fromText(train + val);
  const dataset = { name: 'by hand', tokenizer, train: tokenizer.encode(train), val: tokenizer.encode(val) };
  return Object.fromEntries(referenceLines(dataset).map(({ name, loss }) => [name, loss]));
}

describe('referenceLines', () => {
  it('are these of a text by hand', () => {
    // a is there 3 times of 4, b once: with one more of each, 4/6 and 2/6.
    const [a, b] = [4 / 6, 2 / 6];
    // Of aaba, the pairs are aa, ab, ba: after a, each once of 2; after b, a once of 1.
    const pairs = { aa: (1 + a) / 3, ab: (1 + b) / 3, ba: (1 + a) / 2, bb: b / 2 };
    const losses = lossesOf('aaba', 'abba');
    expectClose(losses.random, Math.log(2), absolute(5e-13));
    // The first character of the test is no target.
    expectClose(
      losses['letter frequencies'],
      -(Math.log(b) + Math.log(b) + Math.log(a)) / 3,
      absolute(5e-13),
    );
    expectClose(
      losses['pairs of letters'],
      -(Math.log(pairs.ab) + Math.log(pairs.bb) + Math.log(pairs.ba)) / 3,
      absolute(5e-13),
    );
  });

  it('are finite for characters that training has never seen', () => {
    const losses = lossesOf('ababab', 'azza');
    for (const loss of Object.values(losses)) expect(loss).toBeLessThan(10);
    // z once of 6 + 3.
    expectClose(losses['letter frequencies'], (2 * Math.log(9) + Math.log(9 / 4)) / 3, absolute(5e-13));
    expectClose(
      losses['pairs of letters'],
      // After a: ab twice of… a is followed three times, z never. After z: as by itself.
      (Math.log(4 * 9) + Math.log(9) + Math.log(9 / 4)) / 3,
      absolute(5e-13),
    );
  });

  it('get better with what they know, where the text is in a language', () => {
    const text = 'the cat sat on the mat and the rat sat on the cat. '.repeat(40);
    const lines = referenceLines(textDataset('cats', text, CharTokenizer.fromText(text)));
    const losses = lines.map(({ loss }) => loss);
    expect(lines.map(({ name }) => name)).toEqual(['random', 'letter frequencies', 'pairs of letters']);
    expect(losses).toEqual([...losses].sort((x, y) => y - x));
    expect(losses[2]).toBeGreaterThan(0);
    expect(lines[0].sentence).toMatch(/^[^.]+ 13 [^.]+\.$/);
  });
});
