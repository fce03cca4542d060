import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runHosted, SMALL_MODEL, startCli, testFolder } from '../../helpers/cli.js';
import { wordsOf } from '../../helpers/reports.js';

const folder = testFolder();

const train = (outDir: string, ...rest: string[]) => [
  ...['train', ...SMALL_MODEL, '--backend', 'reference', '--out-dir', outDir],
  ...['--max-iters', '3', '--eval-interval', '2', ...rest],
];

describe('a run', () => {
  it('ends with a report of itself, and names it', async () => {
    const outDir = join(folder.path, 'reported');
    const { code, stdout, stderr } = await runHosted(train(outDir));
    const path = join(outDir, 'report.html');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`\nreport            ${path}\n`);
    const page = await readFile(path, 'utf8');
    expect(page).toContain('<h1>nGPT on moby-dick, 3 steps</h1>');
    for (const figure of ['loss-by-steps', 'unit-norms', 'alpha-by-layer', 'condition-numbers']) {
      expect(page).toContain(`<h3 id="${figure}">`);
    }
    expect(wordsOf(page)).toMatch(/ngpt train --data moby-dick --arch ngpt .*--n-layer 2 .*--max-iters 3 /);
    expect(page).toContain('<h2>What it writes</h2>');
  });

  it('has none where it is switched off, or JSON is read that did not ask for it', async () => {
    const files = async (...rest: string[]) => {
      const outDir = join(folder.path, `off${rest.join('')}`);
      const { code, stderr } = await runHosted(train(outDir, ...rest));
      expect([code, stderr]).toEqual([0, '']);
      return (await readdir(outDir)).includes('report.html');
    };
    expect(await files('--no-report')).toBe(false);
    expect(await files('--json')).toBe(false);
    expect(await files('--json', '--report')).toBe(true);
  });

  it('ends well where the report cannot be written, which is said in a line', async () => {
    const outDir = join(folder.path, 'blocked');
    await mkdir(join(outDir, 'report.html', 'in the way'), { recursive: true });
    const { code, stdout, stderr } = await runHosted(train(outDir));
    expect(code).toBe(0);
    expect(stderr).toMatch(/^ngpt: no report: cannot write \S+report\.html: .+\n$/);
    expect(stdout).toContain('try next');
    expect(stdout).not.toContain('report.html');
  });

  it('that is stopped has a report of what it made', async () => {
    const outDir = join(folder.path, 'stopped');
    const run = startCli(
      train(outDir, '--report', '--json', '--max-iters', '1000000', '--eval-interval', '5'),
    );
    await run.stdoutHas('"step":6,');
    run.child.kill('SIGINT');
    expect((await run.result).code).toBe(130);
    expect(await readFile(join(outDir, 'report.html'), 'utf8')).toContain('which was stopped before its end');
  });

  it('that takes the place of another leaves it its report', async () => {
    const outDir = join(folder.path, 'replaced');
    await runHosted(train(outDir));
    const before = await readFile(join(outDir, 'report.html'));
    await runHosted(train(outDir, '--seed', '5', '--no-report'));
    const kept = (await readdir(outDir)).find((name) => name.startsWith('kept-'))!;
    expect(await readFile(join(outDir, kept, 'report.html'))).toEqual(before);
    expect(await readdir(outDir)).not.toContain('report.html');
  });
});
