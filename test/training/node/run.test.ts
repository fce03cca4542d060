import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderLock } from '../../../src/training/files/node/lock/folder-lock.js';
import { openRun, type RunRequest } from '../../../src/training/node/index.js';
import { testFolder } from '../../helpers/cli.js';

const folder = testFolder();
const settings = {
  ...{ nLayer: 1, nHead: 1, nEmbd: 4, blockSize: 4, batchSize: 2 },
  ...{ maxIters: 2, evalInterval: 2, evalIters: 1 },
};

async function train(request: RunRequest): Promise<void> {
  const run = await openRun(request);
  for await (const _ of run.events()) {
    // Only to the end.
  }
  await run.close();
}

describe('openRun', () => {
  it('has its out-dir to itself until it is closed', async () => {
    const outDir = join(folder.path, 'closed');
    const run = await openRun({ settings, outDir });
    await expect(openRun({ settings, outDir })).rejects.toThrow(/ is in use by another run, /);
    await run.close();
    expect(await readdir(outDir)).toEqual([]);
    await train({ settings, outDir });
    expect((await readdir(outDir)).sort()).toEqual([
      'best.safetensors',
      'checkpoint.safetensors',
      'log.jsonl',
    ]);
  });

  it('leaves the out-dir free when it fails', async () => {
    const outDir = join(folder.path, 'failed');
    await train({ settings, outDir });
    const other = openRun({ settings: { nEmbd: 8 }, outDir, initFrom: 'resume' });
    await expect(other).rejects.toThrow(/cannot resume with nEmbd 8/);
    await train({ settings: { maxIters: 4 }, outDir, initFrom: 'resume' });
  });

  it('reads nothing of a run that another process may be writing', async () => {
    const outDir = join(folder.path, 'read');
    const run = await openRun({ settings, outDir });
    await writeFile(join(outDir, 'checkpoint.safetensors'), 'half of one');
    await expect(openRun({ outDir, initFrom: 'resume' })).rejects.toThrow(/ is in use by another run, /);
    await run.close();
  });

  it('writes nothing into a folder that another has by then', async () => {
    const outDir = join(folder.path, 'taken');
    const run = await openRun({ settings: { ...settings, maxIters: 4 }, outDir });
    let other: FolderLock | null = null;
    const training = (async () => {
      for await (const { event } of run.events()) {
        if (event !== 'step' || other !== null) continue;
        await rm(outDir, { recursive: true });
        other = await FolderLock.acquire(outDir);
      }
    })();
    await expect(training).rejects.toThrow(/ is in use by another run, /);
    await run.close();
    expect((await readdir(outDir)).filter((name) => name.includes('safetensors'))).toEqual([]);
    expect(await readdir(outDir)).toContain('lock.json');
    (other as FolderLock | null)?.release();
  });
});
