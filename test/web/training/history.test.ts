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
  it('forgets what came after a step, and goes on from there', () => {
    const history = historyOf([4, 3, 2, 1]);
    for (const step of [0, 2, 4]) {
      history.addEvaluation({ step, trainLoss: 1, valLoss: step, seconds: 0 });
    }
    history.backTo(2);
    expect(history.lastStep).toBe(2);
    expect(history.evaluations.valLoss).toEqual([0, 2]);
    history.addStep({ step: 3, loss: 2, seconds: 1 });
    expect(history.steps.loss).toEqual([4, 3, 2]);
  });

  it('has made no step at first', () => {
    expect(new History().lastStep).toBe(0);
  });
});
