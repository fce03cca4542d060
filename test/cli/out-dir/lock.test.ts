import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../src/training/node/index.js';
import { runCli, SMALL_MODEL, startCli, testFolder } from '../../helpers/cli.js';

const folder = testFolder();
const train = (outDir: string, ...options: string[]) => [
  ...['train', ...SMALL_MODEL, '--out-dir', outDir, '--json'],
  ...options,
];
const ENDLESS = ['--max-iters', '1000000', '--eval-interval', '5'];
const path = (name: string) => join(folder.path, name);

describe('an out-dir that another run uses', () => {
  it('is refused in one line, to a new run and to one that would resume, and that run goes on', async () => {
    const outDir = path('used');
    const first = startCli(train(outDir, ...ENDLESS));
    await first.stdoutHas('"step":6,');
    for (const from of ['scratch', 'resume']) {
      const { code, stdout, stderr } = await runCli(train(outDir, '--max-iters', '3', '--init-from', from));
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(
        new RegExp(
          `^ngpt: ${outDir} is in use by another run, process ${first.child.pid} on \\S+ since \\S+; wait until it ends, or give another --out-dir\n$`,
        ),
      );
    }
    first.child.kill('SIGINT');
    const { stderr } = await first.result;
    expect(stderr).toMatch(/stopped after step \d+; saved/);
    expect((await readdir(outDir)).sort()).toEqual([
      'best.safetensors',
      'checkpoint.safetensors',
      'log.jsonl',
    ]);
    expect((await readCheckpoint(outDir)).settings.maxIters).toBe(1_000_000);
  });

  it('is taken over, with a line that says so, when that run was killed', async () => {
    const outDir = path('killed');
    const first = startCli(train(outDir, ...ENDLESS));
    await first.stdoutHas('"step":6,');
    first.child.kill('SIGKILL');
    await first.result;
    const next = await runCli(train(outDir, '--init-from', 'resume', '--max-iters', '7'));
    expect(next.code).toBe(0);
    expect(next.stderr).toMatch(
      new RegExp(
        `^${outDir} was locked by process ${first.child.pid} on .*, which has ended without a word; took it over\n`,
      ),
    );
    expect((await readdir(outDir)).sort()).toEqual([
      'best.safetensors',
      'checkpoint.safetensors',
      'log.jsonl',
    ]);
  });

  it('is free after a run that failed', async () => {
    const outDir = path('failed');
    const { code, stderr } = await runCli(train(outDir, '--max-iters', '50', '--learning-rate', '1e30'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/the loss became/);
    expect(await readdir(outDir)).toEqual(['log.jsonl']);
  });

  it('stays as it is when that run is on another machine', async () => {
    const outDir = path('foreign');
    expect((await runCli(train(outDir, '--max-iters', '1'))).code).toBe(0);
    const lock = { pid: 1, host: 'elsewhere', boot: null, pidNamespace: null, start: null };
    await writeFile(
      join(outDir, 'lock.json'),
      JSON.stringify({ ...lock, token: 'aa', since: '2026-01-02T03:04:05Z' }),
    );
    const before = await readFile(join(outDir, 'checkpoint.safetensors'));
    const { code, stderr } = await runCli(train(outDir, '--max-iters', '1'));
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^ngpt: .* on elsewhere .*; if it has ended, remove .*lock\.json, or give another --out-dir\n$/,
    );
    expect(await readFile(join(outDir, 'checkpoint.safetensors'))).toEqual(before);
  });
});
