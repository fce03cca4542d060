import { describe, expect, it } from 'vitest';
import { History } from '../../../web/training/history.js';

function historyOf(losses: readonly number[]): History {
  const history = new History();
  losses.forEach((loss, i) => {
    history.addStep({ step: i + 1, loss, seconds: i / 10 });
  });
  return history;
}

describe('History', () => {
  it('begins its moving average with the first loss, and keeps 95 % of it at each step', () => {
    expect(historyOf([4, 2, 2]).steps.smooth).toEqual([4, 3.9, 0.95 * 3.9 + 0.05 * 2]);
  });

  it('forgets what came after a step, and averages on from there', () => {
    const history = historyOf([4, 3, 2, 1]);
    for (const step of [0, 2, 4]) {
      history.addEvaluation({ step, trainLoss: 1, valLoss: step, seconds: 0 });
    }
    history.backTo(2);
    expect(history.lastStep).toBe(2);
    expect(history.evaluations.valLoss).toEqual([0, 2]);
    history.addStep({ step: 3, loss: 2, seconds: 1 });
    expect(history.steps.smooth).toEqual(historyOf([4, 3, 2]).steps.smooth);
  });

  it('has made no step at first', () => {
    expect(new History().lastStep).toBe(0);
  });
});
