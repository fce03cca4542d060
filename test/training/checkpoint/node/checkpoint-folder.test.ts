import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, symlink, utimes, writeFile } from 'node:fs/promises';
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
import { CheckpointFolder } from '../../../../src/training/checkpoint/node/checkpoint-folder.js';
import { findOlderRun } from '../../../../src/training/checkpoint/node/older-run.js';
import { takeCheckpoint } from '../../../../src/training/loop/training-state.js';
import { testFolder } from '../../../helpers/cli.js';
import { dispose, freshState, letterDataset, smallSettings } from '../../../helpers/models/training.js';

const folder = testFolder();
const MAX_ITERS = 10;
let checkpoint: Checkpoint;

beforeAll(async () => {
  await init('wasm');
  const settings = smallSettings({ maxIters: MAX_ITERS });
  const state = freshState(settings);
  checkpoint = { ...(await takeCheckpoint(state, settings, letterDataset())), valLoss: 1, bestValLoss: 1 };
  dispose(state);
});

/** A folder with checkpoints of these steps under these names, all of the same minute. */
async function folderOf(name: string, steps: Record<string, number>): Promise<string> {
  const path = join(folder.path, name);
  await mkdir(path);
  for (const [file, step] of Object.entries(steps)) {
    await writeCheckpoint(join(path, file), { ...checkpoint, step });
    await utimes(join(path, file), new Date(), new Date('2026-01-02T03:04:05Z'));
  }
  return path;
}
const KEPT = 'kept-2026-01-02T03-04-05';

/** What `folderOf` takes. */
async function stepsOf(path: string): Promise<Record<string, number>> {
  const files = (await readdir(path, { recursive: true })).filter((name) => name.endsWith('.safetensors'));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, (await readCheckpoint(join(path, file))).step])),
  );
}

/** The first save of a run from scratch, and those after it. */
async function fromScratch(path: string): Promise<CheckpointFolder> {
  return new CheckpointFolder(path, await findOlderRun(path));
}

describe('the first save of a run from scratch', () => {
  const unfinished = { [LAST_CHECKPOINT]: 9, [BEST_CHECKPOINT]: 8 };
  const finished = { [LAST_CHECKPOINT]: 10, [BEST_CHECKPOINT]: 8 };
  const previous = { [PREVIOUS_CHECKPOINT]: 5, [PREVIOUS_BEST]: 4 };

  it('keeps an unfinished run under other names, and later ones leave them', async () => {
    const path = await folderOf('scratch', { ...unfinished, ...previous });
    expect(await findOlderRun(path)).toEqual({ steps: 9, keptIn: null, replaces: 5 });
    const run = await fromScratch(path);
    expect(await run.save({ ...checkpoint, step: 1 }, false)).toBe(join(path, LAST_CHECKPOINT));
    const kept = { [PREVIOUS_CHECKPOINT]: 9, [PREVIOUS_BEST]: 8 };
    expect(await stepsOf(path)).toEqual({ [LAST_CHECKPOINT]: 1, ...kept });
    await run.save({ ...checkpoint, step: 2 }, true);
    expect(await stepsOf(path)).toEqual({ [LAST_CHECKPOINT]: 2, [BEST_CHECKPOINT]: 2, ...kept });
  });

  it('leaves no best beside the last of another run', async () => {
    const path = await folderOf('no-best', { [LAST_CHECKPOINT]: 9, ...previous });
    await (await fromScratch(path)).save({ ...checkpoint, step: 1 }, false);
    expect(await stepsOf(path)).toEqual({ [LAST_CHECKPOINT]: 1, [PREVIOUS_CHECKPOINT]: 9 });
  });

  it('keeps a finished run in a folder of its own, which no later run touches', async () => {
    const path = await folderOf('finished', { ...finished, ...previous });
    expect(await findOlderRun(path)).toEqual({ steps: 10, keptIn: KEPT, replaces: null });
    await (await fromScratch(path)).save({ ...checkpoint, step: 1 }, false);
    const kept = { [join(KEPT, LAST_CHECKPOINT)]: 10, [join(KEPT, BEST_CHECKPOINT)]: 8 };
    expect(await stepsOf(path)).toEqual({ [LAST_CHECKPOINT]: 1, ...previous, ...kept });
    expect((await readCheckpoint(join(path, KEPT))).step).toBe(10);
    const before = await Promise.all(Object.keys(kept).map((name) => readFile(join(path, name))));

    // Two that were stopped early, and one more that was finished at the same second.
    await (await fromScratch(path)).save({ ...checkpoint, step: 2 }, true);
    await (await fromScratch(path)).save({ ...checkpoint, step: 10 }, true);
    await utimes(join(path, LAST_CHECKPOINT), new Date(), new Date('2026-01-02T03:04:05Z'));
    await (await fromScratch(path)).save({ ...checkpoint, step: 3 }, false);
    expect(await stepsOf(path)).toEqual({
      ...{ [LAST_CHECKPOINT]: 3, [PREVIOUS_CHECKPOINT]: 2, [PREVIOUS_BEST]: 2, ...kept },
      ...{ [join(`${KEPT}-2`, LAST_CHECKPOINT)]: 10, [join(`${KEPT}-2`, BEST_CHECKPOINT)]: 10 },
    });
    expect(await Promise.all(Object.keys(kept).map((name) => readFile(join(path, name))))).toEqual(before);
  });

  it('keeps one that went beyond its end, and an imported model, which no evaluation knows', async () => {
    const beyond = await folderOf('beyond', { [LAST_CHECKPOINT]: 11 });
    expect((await findOlderRun(beyond))?.keptIn).toBe(KEPT);
    const imported = await folderOf('imported', {});
    await writeCheckpoint(join(imported, LAST_CHECKPOINT), { ...checkpoint, step: 0, valLoss: null });
    expect((await findOlderRun(imported))?.keptIn).toMatch(/^kept-/);
  });

  it('moves a finished run that an earlier version kept as the previous one', async () => {
    const path = await folderOf('legacy', { ...unfinished, [PREVIOUS_CHECKPOINT]: 10, [PREVIOUS_BEST]: 7 });
    expect(await findOlderRun(path)).toEqual({ steps: 9, keptIn: null, replaces: null });
    await (await fromScratch(path)).save({ ...checkpoint, step: 1 }, false);
    expect(await stepsOf(path)).toEqual({
      ...{ [LAST_CHECKPOINT]: 1, [PREVIOUS_CHECKPOINT]: 9, [PREVIOUS_BEST]: 8 },
      ...{ [join(KEPT, LAST_CHECKPOINT)]: 10, [join(KEPT, BEST_CHECKPOINT)]: 7 },
    });
  });

  it('keeps what it cannot read, and says so', async () => {
    const path = await folderOf('damaged', { [BEST_CHECKPOINT]: 8 });
    await writeFile(join(path, LAST_CHECKPOINT), 'of a later version, say');
    const notices: string[] = [];
    const older = await findOlderRun(path);
    await new CheckpointFolder(path, older, (line) => notices.push(line)).save(
      { ...checkpoint, step: 1 },
      true,
    );
    const kept = (await readdir(path)).find((name) => name.startsWith('kept-'))!;
    expect((await readdir(join(path, kept))).sort()).toEqual([BEST_CHECKPOINT, LAST_CHECKPOINT]);
    expect(await readFile(join(path, kept, LAST_CHECKPOINT), 'utf8')).toBe('of a later version, say');
    expect(notices).toEqual([
      `${path} held checkpoints of a run that cannot be read; kept them in ${join(path, kept)}`,
    ]);
  });

  it('keeps a best whose last is gone', async () => {
    const path = await folderOf('best-only', { [BEST_CHECKPOINT]: 8 });
    await (await fromScratch(path)).save({ ...checkpoint, step: 1 }, true);
    const kept = { [join(KEPT, BEST_CHECKPOINT)]: 8 };
    expect(await stepsOf(path)).toEqual({ [LAST_CHECKPOINT]: 1, [BEST_CHECKPOINT]: 1, ...kept });
  });

  it.skipIf(!existsSync('/dev/full'))('leaves the older run as it is when it finds no room', async () => {
    for (const [name, older] of [
      ['full', unfinished],
      ['full-finished', finished],
    ] as const) {
      const path = await folderOf(name, older);
      await symlink('/dev/full', join(path, `${LAST_CHECKPOINT}.unfinished`));
      const save = (await fromScratch(path)).save({ ...checkpoint, step: 1 }, true);
      await expect(save).rejects.toThrow(/cannot write .*: no space left on the disk/);
      expect(await stepsOf(path)).toEqual(older);
    }
  });
});

describe('the first save of a run that goes on', () => {
  it('replaces its own', async () => {
    const path = await folderOf('resumed', { [LAST_CHECKPOINT]: 9, [BEST_CHECKPOINT]: 8 });
    await new CheckpointFolder(path, null).save({ ...checkpoint, step: 10 }, false);
    expect(await stepsOf(path)).toEqual({ [BEST_CHECKPOINT]: 8, [LAST_CHECKPOINT]: 10 });
  });
});

describe('a kill while an unfinished run is kept', () => {
  it.each([
    ['after the first rename', { [PREVIOUS_CHECKPOINT]: 9, [BEST_CHECKPOINT]: 8 }],
    ['before the new checkpoint has its name', { [PREVIOUS_CHECKPOINT]: 9, [PREVIOUS_BEST]: 8 }],
  ])('%s leaves it to be found, and the next run keeps it', async (moment, left) => {
    const path = await folderOf(moment.replaceAll(' ', '-'), left);
    await expect(readCheckpoint(path)).rejects.toThrow(
      /checkpoint\.safetensors: cannot read it: there is no such file or folder; the run before left previous-checkpoint\.safetensors there: rename it to checkpoint\.safetensors/,
    );
    await (await fromScratch(path)).save({ ...checkpoint, step: 1 }, false);
    const kept = { [PREVIOUS_CHECKPOINT]: 9, [PREVIOUS_BEST]: 8 };
    expect(await stepsOf(path)).toEqual({ [LAST_CHECKPOINT]: 1, ...kept });
    await rename(join(path, PREVIOUS_CHECKPOINT), join(path, LAST_CHECKPOINT));
    expect((await readCheckpoint(path)).step).toBe(9);
  });

  it('is no reason to speak of it where the last checkpoint is only damaged', async () => {
    const path = await folderOf('damaged-last', { [PREVIOUS_CHECKPOINT]: 9 });
    await writeFile(
      join(path, LAST_CHECKPOINT),
      (await readFile(join(path, PREVIOUS_CHECKPOINT))).subarray(1),
    );
    await expect(readCheckpoint(path)).rejects.toThrow(/^((?!previous).)*$/s);
  });
});
