import { describe, expect, it } from 'vitest';
import { type Player, playRounds } from '../../../bench/peers/rounds.js';

/** Players that write down who was asked; each takes so many milliseconds, or fails at that sample. */
function players(
  asked: string[],
  ms: Readonly<Record<string, number>>,
  failing?: [string, number],
): Player[] {
  return Object.entries(ms).map(([name, each]) => {
    let samples = 0;
    const sample = async () => {
      asked.push(name);
      if (failing?.[0] === name && samples++ === failing[1]) throw new Error('lost');
      return each;
    };
    return { name, sample };
  });
}

const refuse = (name: string) => {
  throw new Error(`${name} must not fail`);
};

describe('playRounds', () => {
  it('asks all in turn, each other round backwards, and does not count the first', async () => {
    const asked: string[] = [];
    const series = await playRounds('unit', players(asked, { a: 1, b: 2, c: 3 }), 3, refuse);
    expect(asked.join('')).toBe('abc'.concat('cba', 'abc', 'cba'));
    expect(series.map(({ contender }) => contender)).toEqual(['a', 'b', 'c']);
    expect(series[1].samples).toEqual([1, 2, 3].map((round) => ({ round, ms: 2 })));
  });

  it('asks what is slow in a few rounds only, the same as the others', async () => {
    const asked: string[] = [];
    const [fast, slow] = await playRounds('step', players(asked, { fast: 1, slow: 60_000 }), 10, refuse);
    expect(fast.samples).toHaveLength(10);
    expect(slow.samples.map(({ round }) => round)).toEqual([1, 2, 3]);
  });

  it('leaves out who fails, and says so once', async () => {
    const asked: string[] = [];
    const failures: string[] = [];
    const series = await playRounds('step', players(asked, { a: 1, b: 1 }, ['b', 2]), 4, (name, error) =>
      failures.push(`${name}: ${error.message}`),
    );
    expect(failures).toEqual(['b: lost']);
    expect(series.map(({ contender, samples }) => [contender, samples.length])).toEqual([['a', 4]]);
    expect(asked.filter((name) => name === 'b')).toHaveLength(3);
  });
});
