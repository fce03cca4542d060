import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatSteps } from '../../src/cli/format.js';

describe('formatSteps', () => {
  it('counts one step and many', () => {
    expect([0, 1, 2, 1200].map(formatSteps)).toEqual(['0 steps', '1 step', '2 steps', '1,200 steps']);
  });
});

describe('formatBytes', () => {
  it('is in megabytes, never less than there are', () => {
    expect([0, 1, 2e6, 1234.5e6].map(formatBytes)).toEqual(['0 MB', '1 MB', '2 MB', '1,235 MB']);
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
