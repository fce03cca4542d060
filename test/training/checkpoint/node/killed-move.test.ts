/** Real processes, killed before each change that the first save of a run makes to the folder of another. */
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { init } from '../../../../src/index.js';
import type { Checkpoint } from '../../../../src/training/checkpoint/checkpoint.js';
import {
  BEST_CHECKPOINT,
  LAST_CHECKPOINT,
  PREVIOUS_BEST,
  PREVIOUS_CHECKPOINT,
  readCheckpoint,
  writeCheckpoint,
} from '../../../../src/training/checkpoint/node/checkpoint-file.js';
import { CheckpointFolder } from '../../../../src/training/checkpoint/node/checkpoint-folder.js';
import { findOlderRun } from '../../../../src/training/checkpoint/node/older-run.js';
import { takeCheckpoint } from '../../../../src/training/loop/training-state.js';
import { built, testFolder } from '../../../helpers/cli.js';
import { type KillOptions, runKilled } from '../../../helpers/kill/kill.js';
import { dispose, freshState, letterDataset, smallSettings } from '../../../helpers/models/training.js';

const folder = testFolder();
let checkpoint: Checkpoint;
let script: string;

beforeAll(async () => {
  await init('wasm');
  const settings = smallSettings({ maxIters: 10 });
  const state = freshState(settings);
  checkpoint = { ...(await takeCheckpoint(state, settings, letterDataset())), valLoss: 1, bestValLoss: 1 };
  dispose(state);
  await writeCheckpoint(join(folder.path, 'new.safetensors'), { ...checkpoint, step: 1 });
  script = join(folder.path, 'save.mjs');
  const module = (name: string) =>
    JSON.stringify(pathToFileURL(built(`training/checkpoint/node/${name}.js`)).href);
  await writeFile(
    script,
    `import { readCheckpoint } from ${module('checkpoint-file')};
     import { CheckpointFolder } from ${module('checkpoint-folder')};
     import { findOlderRun } from ${module('older-run')};
     const [, , path, checkpoint] = process.argv;
     await new CheckpointFolder(path, await findOlderRun(path)).save(await readCheckpoint(checkpoint), true);`,
  );
});

/** The steps of all checkpoints in a folder and below it, whatever their names. @throws CheckpointError for a broken one. */
async function stepsBelow(path: string): Promise<number[]> {
  const files = (await readdir(path, { recursive: true })).filter((name) => name.endsWith('.safetensors'));
  return Promise.all(files.map(async (file) => (await readCheckpoint(join(path, file))).step));
}

/** Kills at every change in turn; `check` looks at what is left each time, and at what the next save made of it. */
async function killEverywhere(
  name: string,
  files: Record<string, number>,
  options: KillOptions,
  check: (path: string, isKilled: boolean) => Promise<void>,
): Promise<number> {
  const before = join(folder.path, name);
  await mkdir(before);
  for (const [file, step] of Object.entries(files)) {
    await writeCheckpoint(join(before, file), { ...checkpoint, step });
  }
  for (let at = 1; ; at++) {
    const path = `${before}-${at}`;
    await cp(before, path, { recursive: true });
    const { signal, stderr } = runKilled(script, [path, join(folder.path, 'new.safetensors')], {
      ...options,
      at,
    });
    expect(stderr).toBe('');
    await check(path, signal !== null);
    if (signal === null) return at - 1;
    await new CheckpointFolder(path, await findOlderRun(path)).save({ ...checkpoint, step: 2 }, true);
    await check(path, false);
    expect((await readdir(path)).filter((each) => each.includes('unfinished'))).toEqual([]);
  }
}

const LINKS: KillOptions = {};
const FINISHED = { [LAST_CHECKPOINT]: 10, [BEST_CHECKPOINT]: 8 };

describe('a kill while an older run is kept', () => {
  it.each([
    ['links', LINKS],
    ['copies', { noLinks: true }],
  ] satisfies [string, KillOptions][])(
    'in a folder of its own, by %s, loses neither its last nor its best',
    async (name, options) => {
      const kills = await killEverywhere(name, FINISHED, options, async (path, isKilled) => {
        const steps = await stepsBelow(path);
        expect(steps).toEqual(expect.arrayContaining([10, 8]));
        // Whoever goes on finds a whole run: the older one, or the new one without the best of the older.
        const last = await readCheckpoint(path);
        const best = await readCheckpoint(join(path, BEST_CHECKPOINT)).catch(() => null);
        if (last.step !== 10) expect([null, 1, 2]).toContain(best?.step ?? null);
        if (isKilled) return;
        const kept = (await readdir(path)).filter((each) => each.startsWith('kept-'));
        if (options === LINKS) expect(kept).toHaveLength(1);
        for (const each of kept) {
          expect((await readCheckpoint(join(path, each))).step).toBeLessThanOrEqual(10);
        }
        expect((await readCheckpoint(join(path, kept[0]))).step).toBe(10);
        expect((await readCheckpoint(join(path, kept[0], BEST_CHECKPOINT))).step).toBe(8);
      });
      expect(kills).toBeGreaterThan(8);
    },
  );

  it('as the previous one, whose finished predecessor moves on, loses none of the two', async () => {
    const files = {
      ...{ [LAST_CHECKPOINT]: 6, [BEST_CHECKPOINT]: 5 },
      ...{ [PREVIOUS_CHECKPOINT]: 10, [PREVIOUS_BEST]: 8 },
    };
    const kills = await killEverywhere('previous', files, {}, async (path, isKilled) => {
      // Of unfinished runs the last is kept: the next one replaces it.
      expect(await stepsBelow(path)).toEqual(expect.arrayContaining(isKilled ? [10, 8, 6, 5] : [10, 8]));
    });
    expect(kills).toBeGreaterThan(8);
  });
});
