/** The real command, killed at 60 random moments, half of them aimed at saves. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Generator } from '../../src/index.js';
import { SMALL_MODEL, testFolder } from '../helpers/cli.js';
import { KilledRun, type Moment } from './killed-run.js';
import { announcedSeed, progress } from './progress.js';

const KILLS = 30;
/** So many steps that no run ends by itself, each followed by a save. */
const ENDLESS = ['--max-iters', '1000000', '--eval-interval', '1', '--eval-iters', '1'];
/** Checkpoints of 25 MB, so that a good part of the time goes into saves. */
const LARGE_MODEL = [
  ...['--n-layer', '2', '--n-head', '4', '--n-embd', '256', '--block-size', '8', '--batch-size', '1'],
  ...['--learning-rate', '0.001'],
];

const folder = testFolder();
let generator: Generator;

beforeAll(() => {
  generator = new Generator(announcedSeed());
});

describe('a training run that is killed', () => {
  it.each([
    ['small, at any moment', 'ngpt', SMALL_MODEL, () => ({ afterMs: 3000 * generator.uniform() })],
    [
      'large, while it saves',
      'gpt',
      LARGE_MODEL,
      () => ({ save: 1 + generator.integer(4), share: generator.uniform() }),
    ],
  ] satisfies [string, string, string[], () => Moment][])(
    `(%s, %s), ${KILLS} times, always goes on from its last good checkpoint`,
    async (what, arch, model, drawMoment) => {
      const run = new KilledRun(join(folder.path, arch), [...model, '--arch', arch, ...ENDLESS]);
      let inside = 0;
      for (let i = 1; i <= KILLS; i++) {
        const moment = drawMoment();
        const { insideSave, step, reported } = await run.kill(moment);
        if (insideSave) inside++;
        const where = insideSave ? 'inside a save' : 'outside saves';
        const good = step === null ? 'no checkpoint yet' : `good checkpoint of step ${step}`;
        progress(
          `${what}: kill ${i} of ${KILLS}, ${where} (${inside} inside), ${good}, ${reported} reported`,
        );
      }
      await run.finish(3);
      expect(inside).toBeGreaterThanOrEqual(arch === 'gpt' ? 10 : 0);
    },
  );
});
