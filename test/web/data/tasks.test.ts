import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TASKS, type TaskName, taskText } from '../../../web/data/tasks.js';

/** The right answer, by another way than the task's own. */
const ANSWERS: Readonly<Record<TaskName, (question: string) => string>> = {
  copy: (question) => question.replace(/./g, (letter) => letter),
  sort: (question) => 'abcdefgh'.replace(/./g, (letter) => letter.repeat(question.split(letter).length - 1)),
  add: (question) => {
    const [tens, ones, , moreTens, moreOnes] = [...question].map(Number);
    return `${1000 + 10 * (tens + moreTens) + ones + moreOnes}`.slice(1);
  },
};

const SHAPES: Readonly<Record<TaskName, RegExp>> = {
  copy: /^([a-h]{4})>([a-h]{4})$/,
  sort: /^([a-h]{4})>([a-h]{4})$/,
  add: /^(\d\d\+\d\d)=(\d{3})$/,
};

const names = Object.keys(TASKS) as TaskName[];

describe.each(names)('the task %s', (name) => {
  const text = taskText(TASKS[name], 1);

  it('has lines that parse, with the right answers', () => {
    for (const line of text.trimEnd().split('\n')) {
      const [, question, answer] = line.match(SHAPES[name]) ?? expect.fail(`${line} is no line of it`);
      expect(answer).toBe(ANSWERS[name](question));
    }
  });

  it('has no line twice, and each as long as the others', () => {
    const lines = TASKS[name].lines();
    expect(new Set(lines).size).toBe(lines.length);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines[0].indexOf(TASKS[name].mark)).toBe(lines[0].lastIndexOf(TASKS[name].mark));
  });

  it('follows from the seed', () => {
    expect(text).toHaveLength(20_000 * 10);
    expect(taskText(TASKS[name], 1)).toBe(text);
    expect(taskText(TASKS[name], 2)).not.toBe(text);
  });

  it('asks all questions about equally often', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (seed) => {
        const firsts = new Map<string, number>();
        for (const line of taskText(TASKS[name], seed).split('\n').slice(0, -1)) {
          firsts.set(line[0], (firsts.get(line[0]) ?? 0) + 1);
        }
        const expected = 20_000 / firsts.size;
        // Five standard deviations.
        for (const count of firsts.values())
          expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
        expect(firsts.size).toBe(name === 'add' ? 10 : 8);
      }),
      { numRuns: 5 },
    );
  });
});
