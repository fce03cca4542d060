import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isFolder, makeFolder } from '../../../../src/training/files/node/folders.js';
import { testFolder } from '../../../helpers/cli.js';
import { asyncProperty } from '../../../helpers/values/draw.js';

const folder = testFolder();

describe('makeFolder', () => {
  it('makes folders of one new folder at the same time, as runs of a study do', async () => {
    let count = 0;
    await asyncProperty(async (draw) => {
      const root = join(folder.path, `study-${count++}`, 'runs');
      const paths = Array.from({ length: draw.integer(2, 12) }, () => join(root, `${draw.integer(1, 6)}`));
      const made = paths.map(async (path) => {
        for (let wait = draw.integer(0, 3); wait > 0; wait--) await isFolder(path);
        await makeFolder(path);
      });
      await Promise.all(made);
      for (const path of paths) expect(await isFolder(path)).toBe(true);
    });
  });

  it('gives up where nothing can be made', async () => {
    await expect(makeFolder('/proc/nothing/here')).rejects.toThrow(/ENOENT|EACCES|EPERM/);
  });
});
