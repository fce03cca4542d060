import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint, writeCheckpoint } from '../../src/training/node/index.js';
import { jsonLines, runCli, SMALL_MODEL, testFolder } from '../helpers/cli.js';

const folder = testFolder();
let outDir: string;

const resume = (...options: string[]) =>
  runCli(['train', '--init-from', 'resume', '--out-dir', outDir, ...options]);

beforeAll(async () => {
  outDir = join(folder.path, 'run');
  const { code } = await runCli(['train', ...SMALL_MODEL, '--max-iters', '3', '--out-dir', outDir, '--json']);
  expect(code).toBe(0);
});

describe('a run that goes on from matrices that are not unit', () => {
  const NOTE = /^matrices were off unit by up to 1\.0e-3; normalized them$/m;

  /** Every number of every matrix larger by a thousandth. */
  async function stretch(): Promise<void> {
    const path = join(outDir, 'checkpoint.safetensors');
    const checkpoint = await readCheckpoint(path);
    const model = new Map(
      [...checkpoint.model].map(([name, x]) => [
        name,
        x.shape.length < 2 ? x : { ...x, data: Float32Array.from(x.data, (value) => value * 1.001) },
      ]),
    );
    await writeCheckpoint(path, { ...checkpoint, model });
  }

  it('says that it made them unit, to programs on stderr', async () => {
    await stretch();
    const { code, stdout, stderr } = await resume('--max-iters', '4', '--json');
    expect(code).toBe(0);
    expect(stderr).toMatch(NOTE);
    expect(jsonLines(stdout)[0]).toMatchObject({ event: 'start', resumedFrom: 3 });
    expect((await resume('--max-iters', '5', '--json')).stderr).not.toMatch(NOTE);
  });

  it('says it to people', async () => {
    await stretch();
    expect((await resume('--max-iters', '6')).stdout).toMatch(NOTE);
  });
});
