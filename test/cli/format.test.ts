import { describe, expect, it } from 'vitest';
import { formatDuration, formatSteps } from '../../src/cli/format.js';

describe('formatSteps', () => {
  it('counts one step and many', () => {
    expect([0, 1, 2, 1200].map(formatSteps)).toEqual(['0 steps', '1 step', '2 steps', '1,200 steps']);
  });
});

describe('formatDuration', () => {
  it('has the two largest units', () => {
    expect([0, 59.4, 59.6, 3599, 7620].map(formatDuration)).toEqual([
      '0 s',
      '59 s',
      '1 min 00 s',
      '59 min 59 s',
      '2 h 07 min',
    ]);
  });
});
