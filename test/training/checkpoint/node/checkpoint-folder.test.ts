import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
import {
  CheckpointFolder,
  keepPrevious,
} from '../../../../src/training/checkpoint/node/checkpoint-folder.js';
import { takeCheckpoint } from '../../../../src/training/loop/training-state.js';
import { testFolder } from '../../../helpers/cli.js';
import { dispose, freshState, letterDataset, smallSettings } from '../../../helpers/models/training.js';

const folder = testFolder();
let checkpoint: Checkpoint;

beforeAll(async () => {
  await init('wasm');
  const settings = smallSettings();
  const state = freshState(settings);
  checkpoint = await takeCheckpoint(state, settings, letterDataset());
  dispose(state);
});

/** A folder with checkpoints of these steps under these names. */
async function folderOf(name: string, steps: Record<string, number>): Promise<string> {
  const path = join(folder.path, name);
  await mkdir(path);
  for (const [file, step] of Object.entries(steps)) {
    await writeCheckpoint(join(path, file), { ...checkpoint, step });
  }
  return path;
}

/** What `folderOf` takes. */
async function stepsOf(path: string): Promise<Record<string, number>> {
  const files = (await readdir(path)).sort();
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, (await readCheckpoint(join(path, file))).step])),
  );
}

describe('the first save of a run', () => {
  const older = { [LAST_CHECKPOINT]: 9, [BEST_CHECKPOINT]: 8 };

  it('from scratch keeps the older run under other names, and later ones leave them', async () => {
    const path = await folderOf('scratch', { ...older, [PREVIOUS_CHECKPOINT]: 5, [PREVIOUS_BEST]: 4 });
    const run = new CheckpointFolder(path, true);
    expect(await run.save({ ...checkpoint, step: 1 }, false)).toBe(join(path, LAST_CHECKPOINT));
    const kept = { [PREVIOUS_CHECKPOINT]: 9, [PREVIOUS_BEST]: 8 };
    expect(await stepsOf(path)).toEqual({ [LAST_CHECKPOINT]: 1, ...kept });
    await run.save({ ...checkpoint, step: 2 }, true);
    expect(await stepsOf(path)).toEqual({ [LAST_CHECKPOINT]: 2, [BEST_CHECKPOINT]: 2, ...kept });
  });

  it('leaves no best beside the last of another run', async () => {
    const path = await folderOf('no-best', {
      [LAST_CHECKPOINT]: 9,
      [PREVIOUS_CHECKPOINT]: 5,
      [PREVIOUS_BEST]: 4,
    });
    await new CheckpointFolder(path, true).save({ ...checkpoint, step: 1 }, false);
    expect(await stepsOf(path)).toEqual({ [LAST_CHECKPOINT]: 1, [PREVIOUS_CHECKPOINT]: 9 });
  });

  it('of one that goes on replaces its own', async () => {
    const path = await folderOf('resumed', older);
    await new CheckpointFolder(path, false).save({ ...checkpoint, step: 10 }, false);
    expect(await stepsOf(path)).toEqual({ ...older, [LAST_CHECKPOINT]: 10 });
  });

  it.skipIf(!existsSync('/dev/full'))('that finds no room leaves the older run as it is', async () => {
    const path = await folderOf('full', older);
    await symlink('/dev/full', join(path, `${LAST_CHECKPOINT}.unfinished`));
    const save = new CheckpointFolder(path, true).save({ ...checkpoint, step: 1 }, true);
    await expect(save).rejects.toThrow(/cannot write .*: no space left on the disk/);
    expect(await stepsOf(path)).toEqual(older);
  });
});

describe('a kill while an older run is kept', () => {
  it.each([
    ['after the first rename', { [PREVIOUS_CHECKPOINT]: 9, [BEST_CHECKPOINT]: 8 }],
    ['before the new checkpoint has its name', { [PREVIOUS_CHECKPOINT]: 9, [PREVIOUS_BEST]: 8 }],
  ])('%s leaves it to be found, and the next run keeps it', async (moment, left) => {
    const path = await folderOf(moment.replaceAll(' ', '-'), left);
    await expect(readCheckpoint(path)).rejects.toThrow(
      /checkpoint\.safetensors: cannot read it: there is no such file or folder; the run before left previous-checkpoint\.safetensors there: rename it to checkpoint\.safetensors/,
    );
    await keepPrevious(path);
    expect(await stepsOf(path)).toEqual({ [PREVIOUS_CHECKPOINT]: 9, [PREVIOUS_BEST]: 8 });
    await rename(join(path, PREVIOUS_CHECKPOINT), join(path, LAST_CHECKPOINT));
    expect((await readCheckpoint(path)).step).toBe(9);
  });

  it('is no reason to speak of it where the last checkpoint is only damaged', async () => {
    const path = await folderOf('damaged', { [PREVIOUS_CHECKPOINT]: 9 });
    await writeFile(
      join(path, LAST_CHECKPOINT),
      (await readFile(join(path, PREVIOUS_CHECKPOINT))).subarray(1),
    );
    await expect(readCheckpoint(path)).rejects.toThrow(/^((?!previous).)*$/s);
  });
});
