import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCli, SMALL_MODEL, startCli, testFolder } from '../../helpers/cli.js';

const folder = testFolder();
let outDir: string;

beforeAll(async () => {
  outDir = join(folder.path, 'run');
  const given = ['train', ...SMALL_MODEL, '--max-iters', '3', '--out-dir', outDir, '--json'];
  expect((await runCli(given)).code).toBe(0);
});

/** Many minutes for one batch, in plain loops. */
const SLOW = [
  ...['train', '--backend', 'reference', '--n-layer', '8', '--n-head', '4', '--n-embd', '256', '--json'],
  ...['--block-size', '256', '--batch-size', '48', '--eval-iters', '1', '--max-iters', '4'],
];

describe('a second Ctrl-C', () => {
  it('quits in the middle of a batch, and leaves what was saved', async () => {
    const path = join(outDir, 'checkpoint.safetensors');
    const before = await readFile(path);
    const run = startCli([...SLOW, '--out-dir', outDir]);
    await run.stdoutHas('"event":"start"');
    run.child.kill('SIGINT');
    // Later than what counts as the same keypress.
    await new Promise((resolve) => setTimeout(resolve, 700));
    run.child.kill('SIGINT');
    const { code, stdout, stderr } = await run.result;
    expect(code).toBe(130);
    expect(stderr).toMatch(/\nstopping after this step; press Ctrl-C again to quit at once\n$/);
    expect(stdout).toMatch(/^[^\n]+\n$/);
    expect(await readFile(path)).toEqual(before);
    expect(await readdir(outDir)).not.toContain('lock.json');
  });
});
