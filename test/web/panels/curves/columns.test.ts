import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aligned, averageAround, linesOf, REACH } from '../../../../web/panels/curves/columns.js';
import { thin } from '../../../../web/panels/curves/thin.js';
import { History } from '../../../../web/training/history.js';

describe('thin', () => {
  it('keeps the first and the last of at most so many, in order, each once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 5000 }), fc.integer({ min: 2, max: 700 }), (count, most) => {
        const kept = thin(count, most);
        expect(kept).toHaveLength(Math.min(count, most));
        expect([kept[0], kept.at(-1)]).toEqual([0, count - 1]);
        expect(kept.every((index, i) => i === 0 || index > kept[i - 1])).toBe(true);
      }),
    );
  });

  it('has nothing of nothing', () => {
    expect(thin(0, 10)).toEqual([]);
  });
});

describe('averageAround', () => {
  it('is on a straight line while losses fall, except at the very end', () => {
    const losses = Array.from({ length: 60 }, (_, i) => 10 - i / 10);
    for (let i = 0; i < 60 - REACH; i++) expect(averageAround(losses, i)).toBeCloseTo(losses[i], 10);
    // Those of the last steps alone: half a reach behind.
    expect(averageAround(losses, 59)).toBeCloseTo(losses[59] + REACH / 20, 10);
  });

  it('levels what jumps from step to step', () => {
    const losses = Array.from({ length: 60 }, (_, i) => 2 + (i % 2 === 0 ? 0.5 : -0.5));
    for (let i = REACH; i < 60; i++) expect(Math.abs(averageAround(losses, i) - 2)).toBeLessThan(0.05);
    expect(averageAround(losses, 0)).toBe(2.5);
  });
});

describe('linesOf', () => {
  const histories = () => {
    const [ngpt, gpt] = [new History(), new History()];
    ngpt.addStep({ step: 1, loss: 3, seconds: 0.5 });
    gpt.addStep({ step: 1, loss: 4, seconds: 0.25 });
    gpt.addEvaluation({ step: 1, trainLoss: 4, valLoss: 5, seconds: 0.25 });
    return { ngpt, gpt };
  };

  it('counts steps, characters or seconds', () => {
    expect(linesOf(histories(), 'steps', 512).map(({ x }) => x)).toEqual([[1], [], [1], [1]]);
    expect(linesOf(histories(), 'characters', 512)[0].x).toEqual([512]);
    expect(linesOf(histories(), 'seconds', 512).map(({ x }) => x)).toEqual([[0.5], [], [0.25], [0.25]]);
  });

  it('draws of batches their average', () => {
    const both = histories();
    both.ngpt.addStep({ step: 2, loss: 6, seconds: 1 });
    both.ngpt.addStep({ step: 3, loss: 0, seconds: 1.5 });
    expect(linesOf(both, 'steps', 1)[0].y).toEqual([3, 3, 3]);
  });

  it('says of whom and what each line is', () => {
    expect(linesOf(histories(), 'steps', 1).map(({ arch, kind, y }) => [arch, kind, y])).toEqual([
      ['ngpt', 'batches', [3]],
      ['ngpt', 'held out', []],
      ['gpt', 'batches', [4]],
      ['gpt', 'held out', [5]],
    ]);
  });
});

describe('aligned', () => {
  it('puts lines of different points over one column, with nothing where one has none', () => {
    const base = { arch: 'ngpt', kind: 'batches' } as const;
    const lines = [
      { ...base, x: [1, 3], y: [10, 30] },
      { ...base, x: [2, 3], y: [7, 8] },
    ];
    expect(aligned(lines)).toEqual([
      [1, 2, 3],
      [10, undefined, 30],
      [undefined, 7, 8],
    ]);
  });
});
