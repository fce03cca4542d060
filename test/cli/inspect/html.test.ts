import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, runCli, SMALL_MODEL, testFolder } from '../../helpers/cli.js';
import { wordsOf } from '../../helpers/reports.js';

const folder = testFolder();

async function train(outDir: string, text: string, ...rest: string[]): Promise<void> {
  await writeFile(join(folder.path, `${outDir}.txt`), text.repeat(100));
  const args = [
    '--data',
    `${outDir}.txt`,
    '--out-dir',
    outDir,
    '--max-iters',
    '2',
    '--warmup-iters',
    '0',
    '--json',
  ];
  expect((await runCli(['train', ...SMALL_MODEL, ...args, ...rest], folder.path)).code).toBe(0);
}

beforeAll(async () => {
  await train('ngpt', 'abcdefg');
  await train('gpt', 'abcdefg', '--arch', 'gpt');
  await train('other', 'uvwxyz');
});

const inspect = (...args: string[]) => runCli(['inspect', ...args], folder.path);

describe('ngpt inspect --html', () => {
  it('draws models side by side, on a page and in files', async () => {
    const both = ['--checkpoint', 'ngpt', '--checkpoint', 'gpt', '--block-sizes', '16,32'];
    const { code, stdout, stderr } = await inspect(...both, '--html', 'both.html', '--svg-dir', 'a/b');
    expect([code, stderr]).toEqual([0, 'report in both.html\n']);
    expect(stdout).toMatch(/ngpt\S*: nGPT of .*gpt\S*: GPT of /s);
    const page = await readFile(join(folder.path, 'both.html'), 'utf8');
    expect(page).toContain('<h1>Inside 2 models</h1>');
    expect(wordsOf(page)).toMatch(
      /ngpt inspect --checkpoint ngpt --checkpoint gpt --block-sizes 16,32 --blocks 16 --seed 1337 --html both\.html/,
    );
    expect(page).toContain('better conditioned in nGPT than in GPT');
    expect(page).toMatch(
      /GPT, trained on blocks of 16: mean loss \d\.\d+ on blocks of 16 and \d\.\d+ on blocks of 32\./,
    );
    const files = await readdir(join(folder.path, 'a/b'));
    expect(files).toContain('condition-numbers.svg');
    expect([...page.matchAll(/<h3 id="([\w-]+)">/g)].map(([, name]) => `${name}.svg`).sort()).toEqual(
      files.sort(),
    );
  });

  it('has an object for each in JSON', async () => {
    const { stdout } = await inspect('--checkpoint', 'ngpt', '--checkpoint', 'gpt', '--json');
    expect(jsonLines(stdout).map(({ checkpoint }) => checkpoint)).toEqual(['ngpt', 'gpt']);
  });

  it.each([
    [
      'models that read other tokens',
      ['--checkpoint', 'ngpt', '--checkpoint', 'other'],
      /other has another vocabulary than ngpt/,
    ],
    [
      'figures of no page',
      ['--checkpoint', 'ngpt', '--svg-dir', 'x'],
      /--svg-dir takes the figures of a page: give --html too/,
    ],
    [
      'a page in no folder, before it looks at a checkpoint',
      ['--checkpoint', 'none', '--html', 'none/x.html'],
      /cannot write none\/x\.html: there is no such/,
    ],
    [
      'a page where a folder is',
      ['--checkpoint', 'none', '--html', 'ngpt'],
      /cannot write ngpt: it is a folder/,
    ],
    [
      'figures in a file',
      ['--checkpoint', 'none', '--html', 'x.html', '--svg-dir', 'ngpt.txt/a/b'],
      /cannot write ngpt\.txt\/a\/b: a part of the path is not a folder/,
    ],
  ])('refuses %s in one line', async (_, args, line) => {
    const { code, stderr } = await inspect(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd()).not.toContain('\n');
  });
});
