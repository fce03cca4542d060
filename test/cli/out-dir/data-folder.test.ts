import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../src/training/node/index.js';
import { jsonLines, runHosted, SMALL_MODEL, testFolder } from '../../helpers/cli.js';

const folder = testFolder();
let [here, there, outDir] = ['', '', ''];

beforeAll(async () => {
  [here, there, outDir] = ['here', 'there', 'run'].map((name) => join(folder.path, name));
  await mkdir(here);
  await mkdir(there);
  await writeFile(join(here, 'text.txt'), 'a whale is no fish. '.repeat(100));
  // Another text of the same name and characters, which is not to be taken for it.
  await writeFile(join(there, 'text.txt'), '. hsif on si elahw a'.repeat(100));
  const given = [...SMALL_MODEL, '--data', 'text.txt', '--max-iters', '2', '--out-dir', outDir, '--json'];
  expect((await runHosted(['train', ...given], here)).code).toBe(0);
});

const resume = (cwd: string, maxIters: number) =>
  runHosted(
    ['train', '--init-from', 'resume', '--out-dir', outDir, '--json', '--max-iters', String(maxIters)],
    cwd,
  );
const evaluate = async (cwd: string) => {
  const { stdout, stderr } = await runHosted(['eval', '--checkpoint', outDir, '--json'], cwd);
  return { loss: jsonLines(stdout)[0]?.loss, stderr };
};

describe('data with a relative path, of a run that goes on in another folder', () => {
  it('are those it was trained on', async () => {
    expect(await readCheckpoint(outDir)).toMatchObject({ data: 'text.txt', dataFolder: here });
    expect(await evaluate(there)).toEqual({ ...(await evaluate(here)), stderr: '' });
    const { code, stdout, stderr } = await resume(there, 3);
    expect([code, stderr]).toEqual([0, '']);
    expect(jsonLines(stdout)[0]).toMatchObject({ data: 'text.txt', resumedFrom: 2 });
    expect(await readCheckpoint(outDir)).toMatchObject({ data: 'text.txt', dataFolder: here });
  });

  it('are taken from the current folder where they have gone, which is said', async () => {
    const text = await readFile(join(here, 'text.txt'));
    await rename(join(here, 'text.txt'), join(here, 'moved.txt'));
    await writeFile(join(there, 'text.txt'), text);
    const { code, stderr } = await resume(there, 4);
    expect([code, stderr]).toEqual([0, `text.txt is no longer in ${here}; took what is in ${there}\n`]);
    expect((await readCheckpoint(outDir)).dataFolder).toBe(there);
    await rename(join(here, 'moved.txt'), join(here, 'text.txt'));
  });

  it('are missed in one line that names both places', async () => {
    await rename(join(there, 'text.txt'), join(there, 'moved.txt'));
    const { code, stderr } = await resume(folder.path, 5);
    expect([code, stderr]).toEqual([
      2,
      `ngpt: cannot read text.txt, which it was trained on: there is no such file or folder in ${there}, nor in ${folder.path}; give it with --data\n`,
    ]);
  });
});
