import { describe, expect, it } from 'vitest';
import { slowProgress } from '../../src/cli/slow-progress.js';

describe('slowProgress', () => {
  it('says how far it is after five seconds and every fifteen then, and nothing of what is quick or done', () => {
    const lines: string[] = [];
    let time = 1000;
    const progress = slowProgress(
      'inspecting',
      (line) => lines.push(line),
      () => time,
    );
    const reached = [
      [4999, 0.1],
      [5000, 0.2],
      [19_999, 0.3],
      [20_000, 0.5],
      [36_000, 0],
      [36_000, 0.75],
      [60_000, 1],
    ];
    for (const [after, share] of reached) {
      time = 1000 + after;
      progress(share);
    }
    expect(lines).toEqual([
      ...['inspecting: 20 %, about 20 s left', 'inspecting: 50 %, about 20 s left'],
      'inspecting: 75 %, about 12 s left',
    ]);
  });
});
