import { describe, expect, it } from 'vitest';
import { reportOf } from '../../bench/threads/report.js';

describe('reportOf', () => {
  it('compares with one thread, and with what as many processes do at once', () => {
    const rounds = [
      { alone: 100, apart: [120, 120], share: 55, together: 75 },
      { alone: 200, apart: [200, 200], share: 90, together: 100 },
      { alone: 100, apart: [125, 125], share: 50, together: 62.5 },
    ];
    expect(reportOf(rounds, 2)).toEqual([
      'one thread                                     100.0 ms a step    1.00×',
      '2 processes that share nothing, together        62.5 ms a step    1.67×',
      "one thread on a thread's share of the batch     55.0 ms a step    2.00×",
      '2 threads on one batch                          75.0 ms a step    1.60×',
      'The share alone is the least that threads can take: what a step costs however small its batch, each of them pays.',
      'The threads reach 100 % of what the cores of this machine can do at once.',
    ]);
  });

  it('adds up the rates of processes of which one is slower', () => {
    const [, apart] = reportOf([{ alone: 60, apart: [60, 120], share: 30, together: 40 }], 2);
    expect(apart).toContain('40.0 ms a step    1.50×');
  });
});
