import { existsSync } from 'node:fs';
import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { CheckpointError, ConfigError, init } from '../../../../src/index.js';
import type { Checkpoint } from '../../../../src/training/checkpoint/checkpoint.js';
import {
  LAST_CHECKPOINT,
  prepareOutDir,
  readCheckpoint,
  writeCheckpoint,
} from '../../../../src/training/checkpoint/node/checkpoint-file.js';
import { takeCheckpoint } from '../../../../src/training/loop/training-state.js';
import { built, startScript, testFolder } from '../../../helpers/cli.js';
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

describe('a checkpoint file', () => {
  it('gives back what was written, by its name and by its folder', async () => {
    const path = join(folder.path, LAST_CHECKPOINT);
    await writeCheckpoint(path, checkpoint);
    expect(await readCheckpoint(path)).toEqual(checkpoint);
    expect(await readCheckpoint(folder.path)).toEqual(checkpoint);
    expect(await readdir(folder.path)).toEqual([LAST_CHECKPOINT]);
  });

  it('replaces an older one', async () => {
    const path = join(folder.path, LAST_CHECKPOINT);
    await writeCheckpoint(path, { ...checkpoint, step: 7 });
    expect((await readCheckpoint(path)).step).toBe(7);
  });

  it('that is missing, a folder without one, cut short or something else is a CheckpointError with its path', async () => {
    const whole = await readFile(join(folder.path, LAST_CHECKPOINT));
    const cut = join(folder.path, 'cut.safetensors');
    await writeFile(cut, whole.subarray(0, -1));
    const text = join(folder.path, 'text.safetensors');
    await writeFile(text, 'no checkpoint at all');
    for (const path of [join(folder.path, 'none'), cut, text, '/dev/null', join(text, 'below')]) {
      const attempt = readCheckpoint(path);
      await expect(attempt).rejects.toThrow(CheckpointError);
      await expect(attempt).rejects.toThrow(path);
    }
    await expect(readCheckpoint(cut)).rejects.toThrow(/cut off/);
  });

  it.skipIf(!existsSync('/dev/full'))('leaves the older one when the disk is full', async () => {
    const path = join(folder.path, 'full.safetensors');
    await writeCheckpoint(path, checkpoint);
    const before = await readFile(path);
    // Every write to it fails.
    await symlink('/dev/full', `${path}.unfinished`);
    await expect(writeCheckpoint(path, { ...checkpoint, step: 9 })).rejects.toThrow(
      /cannot write .*full\.safetensors: no space left on the disk/,
    );
    expect(await readFile(path)).toEqual(before);
    expect(await readdir(folder.path)).not.toContain('full.safetensors.unfinished');
    await writeCheckpoint(path, { ...checkpoint, step: 9 });
    expect((await readCheckpoint(path)).step).toBe(9);
  });

  it('survives a kill at any moment of a save', { timeout: 60_000 }, async () => {
    const path = join(folder.path, 'killed.safetensors');
    const script = join(folder.path, 'save-forever.mjs');
    // 4 MB, so that a good part of the time goes into writing.
    await writeFile(
      script,
      `import { readCheckpoint, writeCheckpoint } from ${JSON.stringify(pathToFileURL(built('training/checkpoint/node/checkpoint-file.js')).href)};
       const [, , from, path] = process.argv;
       const checkpoint = await readCheckpoint(from);
       const bulk = { shape: [1000000], dtype: 'float32', data: new Float32Array(1000000) };
       const model = new Map([...checkpoint.model, ['bulk', bulk]]);
       for (let step = 1; ; step++) {
         bulk.data.fill(step);
         await writeCheckpoint(path, { ...checkpoint, model, step });
         console.log(step);
       }`,
    );
    let killedInside = 0;
    // Where no save is ever interrupted, the time of the test ends it.
    for (let i = 0; i < 12 || killedInside < 2; i++) {
      const saving = startScript(script, [join(folder.path, LAST_CHECKPOINT), path]);
      await saving.stdoutHas('1\n');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 30));
      saving.child.kill('SIGKILL');
      const { stdout } = await saving.result;
      const announced = Number(stdout.trim().split('\n').at(-1));
      const { step, model } = await readCheckpoint(path);
      expect(step).toBeGreaterThanOrEqual(announced);
      expect(model.get('bulk')!.data.every((value) => value === step)).toBe(true);
      if ((await readdir(folder.path)).includes('killed.safetensors.unfinished')) killedInside++;
    }
  });
});

describe('prepareOutDir', () => {
  it('makes the folder and those above it, and leaves nothing in it', async () => {
    const path = join(folder.path, 'out', 'deep', 'run');
    await prepareOutDir(path);
    await prepareOutDir(path);
    expect(await readdir(path)).toEqual([]);
  });

  it('takes away what a killed process left of its attempt', async () => {
    const path = join(folder.path, 'killed-early');
    await prepareOutDir(path);
    await writeFile(join(path, '.write-test'), '');
    await prepareOutDir(path);
    expect(await readdir(path)).toEqual([]);
  });

  it('takes a relative path', async () => {
    const before = process.cwd();
    process.chdir(folder.path);
    try {
      await prepareOutDir('relative/run');
      expect((await stat(join(folder.path, 'relative', 'run'))).isDirectory()).toBe(true);
    } finally {
      process.chdir(before);
    }
  });

  it('refuses a folder that cannot be made', async () => {
    const file = join(folder.path, 'file');
    await writeFile(file, '');
    await expect(prepareOutDir(file)).rejects.toThrow(ConfigError);
    await expect(prepareOutDir(file)).rejects.toThrow(/there is a file of that name/);
    await expect(prepareOutDir(join(file, 'below'))).rejects.toThrow(/not a folder/);
  });

  it.skipIf(!existsSync('/proc'))(
    "refuses one where Node's own recursive mkdir never comes back",
    async () => {
      await expect(prepareOutDir('/proc/none/run')).rejects.toThrow(ConfigError);
    },
  );
});
