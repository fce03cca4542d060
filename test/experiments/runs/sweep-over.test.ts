import { describe, expect, it } from 'vitest';
import { sweepOver } from '../../../src/experiments/runs/sweep-over.js';
import { property } from '../../helpers/values/draw.js';

/** Losses of a valley over the logarithm of the rate. */
const valley = (bottom: number) => (rate: number) => 2 + Math.log2(rate / bottom) ** 2;

describe('sweepOver', () => {
  it('says where the best rate lies among those tried', () => {
    const rates = [1, 2, 4];
    expect(sweepOver(rates, valley(2), false)).toEqual({ rates, best: 2, edge: 'inside', isComplete: true });
    expect(sweepOver(rates, valley(1), false)).toMatchObject({ best: 1, edge: 'low' });
    expect(sweepOver(rates, valley(9), false)).toMatchObject({ best: 4, edge: 'high' });
    expect(sweepOver([2], valley(2), false)).toMatchObject({ best: 2, edge: 'only' });
  });

  it('is not complete while a loss is missing', () => {
    const lossOf = (rate: number) => (rate === 4 ? null : rate);
    expect(sweepOver([1, 2, 4], lossOf, true)).toMatchObject({ best: null, isComplete: false });
  });

  it('goes on, if it is to, until the best lies inside, and asks for one rate after the other', () => {
    property((draw) => {
      const bottom = 2 ** draw.integer(-4, 4);
      const known = new Set<number>();
      const lossOf = (rate: number) => (known.has(rate) ? valley(bottom)(rate) : null);
      for (;;) {
        const { rates, best, edge, isComplete } = sweepOver([1], lossOf, true);
        expect([...rates].sort((a, b) => a - b)).toEqual(rates);
        if (isComplete) {
          expect([best, edge]).toEqual([bottom, 'inside']);
          return;
        }
        for (const rate of rates) known.add(rate);
      }
    });
  });

  it('ends where the losses fall forever, and where every run diverges', () => {
    const falling = sweepOver([1, 2], (rate) => -rate, true);
    expect(falling).toMatchObject({ best: 2 ** 7, edge: 'high', isComplete: true });
    const none = sweepOver([1, 2], () => Number.POSITIVE_INFINITY, true);
    expect(none).toMatchObject({ best: null, isComplete: true });
    expect(none.rates[0]).toBe(2 ** -6);
  });

  it('takes one that diverged for no best', () => {
    const lossOf = (rate: number) => (rate > 1 ? Number.POSITIVE_INFINITY : 3);
    expect(sweepOver([1, 2], lossOf, false)).toMatchObject({ best: 1, edge: 'low' });
  });
});
