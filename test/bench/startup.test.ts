import { describe, expect, it } from 'vitest';
import { startCommand, startLibrary } from '../../bench/startup/processes.js';
import { resultOf } from '../../bench/startup/stages.js';

const NODE = process.execPath;

describe('resultOf', () => {
  it('takes the median of each stage and of the whole', () => {
    const start = (import_: number, step: number, cpu: number | null = null) => ({
      ...{ mode: 'simd', cpu },
      marks: [
        { stage: 'import', at: import_ },
        { stage: 'first step', at: import_ + step },
      ],
    });
    expect(resultOf([start(10, 100), start(30, 200), start(20, 300)])).toEqual({
      mode: 'simd',
      stages: { import: 20, 'first step': 200 },
      total: 230,
      cpu: null,
    });
    expect(resultOf([start(1, 1, 5), start(1, 1, 7)])).toMatchObject({ cpu: 6 });
  });
});

describe('startLibrary', () => {
  it('tells the stages in the order in which they end', async () => {
    const { mode, marks } = await startLibrary(NODE, true);
    expect(['relaxed-simd', 'wide']).toContain(mode);
    expect(marks.map(({ stage }) => stage)).toEqual(['process', 'import', 'init', 'model', 'first step']);
    const times = marks.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});

describe('startCommand', () => {
  it('stops a run after its first step', async () => {
    const { marks } = await startCommand(NODE, ['--eval-iters', '1', '--n-layer', '1']);
    expect(marks.map(({ stage }) => stage)).toEqual(['start event', 'first evaluation', 'first step']);
  });

  it('says why a run did not begin', async () => {
    await expect(startCommand(NODE, ['--n-head', '3'])).rejects.toThrow(/^no first step: .*n-head/);
  });
});
