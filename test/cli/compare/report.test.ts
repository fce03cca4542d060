import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, runHosted, SMALL_MODEL, testFolder, writeSmallText } from '../../helpers/cli.js';
import { wordsOf } from '../../helpers/reports.js';

const folder = testFolder();

const compare = (name: string, ...rest: string[]) =>
  runCli([
    ...['compare', ...SMALL_MODEL, '--eval-interval', '4', '--gpt-warmup-iters', '2', '--seeds', '1'],
    ...[
      '--budgets',
      '4',
      '--gpt-budgets',
      '4,8',
      '--learning-rates',
      '0.01',
      '--out-dir',
      join(folder.path, name),
    ],
    ...rest,
  ]);

describe('a comparison', () => {
  it('ends with a report that looks into both models, and names it', async () => {
    const { code, stdout } = await compare('reported');
    const path = join(folder.path, 'reported', 'report.html');
    expect(code).toBe(0);
    expect(stdout).toContain(`\nreport in ${path}\n`);
    const page = await readFile(path, 'utf8');
    expect(page).toContain('<h1>GPT and nGPT on moby-dick</h1>');
    expect(wordsOf(page)).toMatch(/ngpt compare --n-layer 2 /);
    const files = await readdir(join(folder.path, 'reported', 'figures'));
    for (const name of ['loss-by-budget', 'speed-up', 'loss-by-time', 'condition-numbers']) {
      expect(page).toContain(`<h3 id="${name}">`);
      expect(files).toContain(`${name}.svg`);
    }
    const { code: refused, stderr } = await runHosted([
      'eval',
      '--checkpoint',
      join(folder.path, 'reported'),
    ]);
    const [gpt, ngpt] = ['gpt', 'ngpt'].map((arch) =>
      join(folder.path, 'reported', 'runs', `${arch}-4-lr0.01-seed1337`),
    );
    expect([refused, stderr]).toEqual([
      2,
      `ngpt: ${join(folder.path, 'reported')} holds a comparison, which has no checkpoint of its own; of its runs there are ` +
        `${gpt} and ${ngpt} (--keep-checkpoints keeps those of all runs)\n`,
    ]);
    // What goes on from a checkpoint says so, too.
    for (const given of [
      ['--init-from', join(folder.path, 'reported'), '--out-dir', join(folder.path, 'on')],
      ['--init-from', 'resume', '--out-dir', join(folder.path, 'reported')],
    ]) {
      const on = await runHosted(['train', ...given]);
      expect([on.code, on.stderr]).toEqual([2, stderr]);
    }
    // Of both architectures, so that they stand side by side.
    expect(page).toMatch(/The median over all layers and matrices is \S+ for nGPT and \S+ for GPT/);
  });

  it('has none where it is switched off, and ends well where it cannot be written', async () => {
    const data = ['--data', join(folder.path, 'text.txt')];
    await writeSmallText(join(folder.path, 'text.txt'));
    await compare('off', '--no-report', ...data);
    expect(await readdir(join(folder.path, 'off'))).not.toContain('report.html');
    await mkdir(join(folder.path, 'off', 'report.html', 'in the way'), { recursive: true });
    const { code, stderr } = await compare('off', ...data);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^ngpt: no report: cannot write \S+report\.html: .+\n$/);
  });
});
