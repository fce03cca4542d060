import { describe, expect, it } from 'vitest';
import { runHistory } from '../../../src/experiments/report/run-history.js';
import type { LogLine } from '../../../src/training/log/log-event.js';
import { expectClose } from '../../helpers/values/close.js';
import { property } from '../../helpers/values/draw.js';
import { absolute } from '../../helpers/values/tolerance.js';

const time = '2026-11-28T06:00:00.000Z';
const start = { event: 'start', time, arch: 'ngpt', batchSize: 2, blockSize: 8 } as LogLine;
const step = (step: number, loss: number, msPerStep = 10): LogLine => ({
  ...{ event: 'step', time, step, loss, lr: 1 / step, tokensPerSecond: 1, msPerStep, memory: [] },
});
const evaluation = (step: number, valLoss: number): LogLine => ({
  ...{ event: 'eval', time, step, trainLoss: 1, valLoss, maxNormError: null },
});

describe('the history of a run', () => {
  it('is null without a start', () => {
    expect(runHistory([step(1, 2)])).toBeNull();
  });

  it('has evaluations at the time of the steps before them, and an evaluation that was made again once', () => {
    const lines = [
      start,
      evaluation(0, 4),
      step(1, 3, 500),
      step(2, 2, 1500),
      evaluation(2, 2),
      start,
      evaluation(2, 2),
    ];
    const { history, end } = runHistory(lines)!;
    expect(history.evaluations.map(({ step, seconds }) => [step, seconds])).toEqual([
      [0, 0],
      [2, 2],
    ]);
    expect([history.tokensPerStep, history.msPerStep, end]).toEqual([16, 1000, null]);
  });

  it('keeps the mean of all losses and the last step, however many there are', () => {
    property((draw) => {
      const count = draw.integer(1, 5000);
      const losses = draw.uniform([count]);
      const { history } = runHistory([start, ...Array.from(losses, (loss, i) => step(i + 1, loss))])!;
      const { steps, stepsPerPoint } = history;
      expect(steps.length).toBeLessThanOrEqual(600);
      expect(steps.at(-1)!.step).toBe(count);
      const sizes = steps.map((_, i) => Math.min(stepsPerPoint, count - i * stepsPerPoint));
      const sum = steps.reduce((total, { loss }, i) => total + loss * sizes[i], 0);
      expectClose(
        sum,
        losses.reduce((total, loss) => total + loss, 0),
        absolute(5e-7),
      );
    }, 50);
  });
});
