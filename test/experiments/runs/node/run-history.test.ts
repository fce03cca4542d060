import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readHistory } from '../../../../src/experiments/runs/node/run-history.js';
import { encodeLine } from '../../../../src/training/log/log-event.js';
import type { EvalEvent, StepEvent } from '../../../../src/training/loop/events.js';
import { testFolder } from '../../../helpers/cli.js';
import { expectClose } from '../../../helpers/values/close.js';
import { asyncProperty } from '../../../helpers/values/draw.js';
import { absolute } from '../../../helpers/values/tolerance.js';

const folder = testFolder();

const step = (at: number, msPerStep: number): StepEvent => ({
  ...{ event: 'step', step: at, loss: 3, lr: 0.01, tokensPerSecond: 1, msPerStep, memory: [] },
});
const evaluation = (at: number): EvalEvent => ({
  ...{ event: 'eval', step: at, trainLoss: 2 + 1 / (at + 1), valLoss: 2.5, maxNormError: 1e-7 * at },
});

describe('readHistory', () => {
  it('tells of every evaluation how long the steps before it took', async () => {
    await asyncProperty(async (draw) => {
      const times = Array.from({ length: draw.integer(0, 12) }, () => draw.integer(1, 50));
      const interval = draw.integer(1, 5);
      const events = times.flatMap((ms, i) =>
        (i + 1) % interval === 0 ? [step(i + 1, ms), evaluation(i + 1)] : [step(i + 1, ms)],
      );
      // A kill leaves a line that is not whole.
      const lines = [evaluation(0), ...events].map((event) => encodeLine(event, 'now'));
      await writeFile(join(folder.path, 'log.jsonl'), `${lines.join('')}{"event":"st`);
      const history = readHistory(folder.path);
      const secondsAt = (at: number) => times.slice(0, at).reduce((sum, ms) => sum + ms / 1000, 0);
      expectClose(history.seconds, secondsAt(times.length), absolute(5e-10));
      const evaluated = times.flatMap((_, i) => ((i + 1) % interval === 0 ? [i + 1] : []));
      expect(history.evaluations.map((each) => each.step)).toEqual([0, ...evaluated]);
      for (const { step: at, seconds, ...rest } of history.evaluations) {
        expectClose(seconds, secondsAt(at), absolute(5e-10));
        const { event: _, step: __, ...told } = evaluation(at);
        expect(rest).toEqual(told);
      }
      if (times.length > 0) expect(times.some((ms) => ms <= history.msPerStep)).toBe(true);
    }, 30);
  });

  it('is empty where there is no log', () => {
    expect(readHistory(join(folder.path, 'gone'))).toEqual({ evaluations: [], seconds: 0, msPerStep: 0 });
  });
});
