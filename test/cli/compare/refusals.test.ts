import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runHosted, SMALL_MODEL, startCli, testFolder } from '../../helpers/cli.js';

const folder = testFolder();
const FEW = ['--budgets', '3', '--gpt-budgets', '3', '--gpt-warmup-iters', '2', '--seeds', '1'];
const SMALL = ['compare', ...SMALL_MODEL, ...FEW, '--learning-rates', '0.01'];

/** Runs in the folder of the test, whose out-dir is out/compare. */
const compare = (...options: string[]) => runHosted([...SMALL, ...options], folder.path);

beforeAll(async () => {
  await writeFile(join(folder.path, 'short.txt'), 'a text of its own '.repeat(40));
});

describe('ngpt compare refuses', () => {
  it.each([
    ['--budgets 40,20', '--budgets must ascend, got 40,20'],
    ['--budgets 20,20', '--budgets has 20 twice, got 20,20'],
    ['--gpt-budgets 0,20', '--gpt-budgets must be a whole number of at least 1, got 0'],
    ['--budgets -5', '--budgets must be a whole number of at least 1, got -5'],
    ['--learning-rates 0', '--learning-rates must be a positive number, got 0'],
    [
      '--learning-rates 0.03,0.001 --ngpt-learning-rates 0.02',
      '--learning-rates must ascend, got 0.03,0.001',
    ],
    [
      '--learning-rates=',
      "option '--learning-rates <rates>' argument '' is invalid. Wants numbers with commas between them.",
    ],
    ['--gpt-learning-rates -1', '--gpt-learning-rates must be a positive number, got -1'],
    [
      '--gpt-warmup-iters 3',
      'the warm-up of gpt, 3 steps, does not fit a budget of 3 steps: give larger --budgets, a shorter warm-up, or ' +
        '--scale-warmup, which takes a tenth of the budget at most',
    ],
    [
      '--ablations all,no-qk-nrom',
      "option '--ablations <names>' argument 'all,no-qk-nrom' is invalid. There is no ablation 'no-qk-nrom'.",
    ],
    [
      '--ablations no-qk-nrom',
      "option '--ablations <names>' argument 'no-qk-nrom' is invalid. There is no ablation 'no-qk-nrom'. Did you mean no-qk-norm?",
    ],
    [
      '--ablation-learning-rates 0.01',
      '--ablation-learning-rates are of no use without --ablations: give some',
    ],
    [
      '--ablations slerp --ablation-learning-rates 0.02,0.01',
      '--ablation-learning-rates must ascend, got 0.02,0.01',
    ],
    [
      '--ablations alpha-0.25 --ngpt-alpha-init 0.25',
      'the recipe of ngpt is already what alpha-0.25 would make of it',
    ],
    ['--jobs 0', '--jobs must be a whole number of at least 1, got 0'],
    ['--jobs 2 --backend gpu', 'the gpu backend has one run at a time, got --jobs 2'],
    ['--seeds 0', '--seeds must be a whole number of at least 1, got 0'],
    ['--data -', 'every run reads the data for itself, which standard input gives only once; give a file'],
    ['--gpt-alpha-init 0.3', '--alpha-init is for ngpt only; gpt has no eigen learning rates, got 0.3'],
    ['--gpt-tokenizer gpt2', 'losses compare only over the same tokens: give both the same --tokenizer'],
    [
      '--threads 2',
      "option '--threads <count>' argument '2' is invalid. Every run has one thread; --jobs says how many runs are made at once.",
    ],
    ['--max-iters 5', "unknown option '--max-iters' (Did you mean --eval-iters?)"],
  ])('%s, and writes nothing', async (options, message) => {
    const { code, stdout, stderr } = await compare(...options.split(' '));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.startsWith(`ngpt: ${message}`)).toBe(true);
    expect(stderr.split('\n')).toHaveLength(2);
    expect(await readdir(folder.path)).toEqual(['short.txt']);
  });

  it('nothing that --dry-run lists, which writes nothing either', async () => {
    const { code, stdout, stderr } = await compare('--dry-run', '--seeds', '2');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')).toEqual([
      'to make   gpt-3-lr0.01-seed1337',
      'to make   gpt-3-lrBEST-seed1338',
      'to make   ngpt-3-lr0.01-seed1337',
      'to make   ngpt-3-lrBEST-seed1338',
      expect.stringMatching(/^4 runs, 4 of them to make, of 12 steps together; \d+ at a time$/),
      '',
    ]);
    expect(await readdir(folder.path)).toEqual(['short.txt']);
  });

  it('no rate of an ablation: each is tried with the first seed', async () => {
    const own = ['--ablations', 'slerp', '--ablation-learning-rates', '0.005,0.02', '--seeds', '2'];
    const { stdout } = await compare('--dry-run', ...own);
    expect(stdout.match(/ ngpt-slerp-\S+/g)).toEqual([
      ' ngpt-slerp-3-lr0.005-seed1337',
      ' ngpt-slerp-3-lr0.02-seed1337',
      ' ngpt-slerp-3-lrBEST-seed1338',
    ]);
  });

  it('no ablation beside all of them', async () => {
    const listed = async (names: string) =>
      (await compare('--dry-run', '--ablations', names)).stdout.match(/ ngpt-\S+-lrBEST/g);
    const all = await listed('all');
    expect(all?.length).toBeGreaterThan(20);
    expect(await listed('slerp,all')).toEqual(all);
  });

  it('the out-dir of a training run', async () => {
    await mkdir(join(folder.path, 'run'));
    await writeFile(join(folder.path, 'run', 'log.jsonl'), '');
    const { code, stderr } = await compare('--out-dir', 'run');
    expect([code, stderr]).toEqual([2, 'ngpt: run holds a training run; give another --out-dir\n']);
    await rm(join(folder.path, 'run'), { recursive: true });
  });

  it('the out-dir of another comparison, and a second at the same time', async () => {
    const first = startCli([...SMALL, '--json', '--learning-rates', '0.01,0.02'], folder.path);
    await first.stdoutHas('"event":"start"');
    const second = await compare();
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(/^ngpt: out\/compare is in use by another run, process \d+ .*\n$/);
    const { code: ended, stderr: complaint } = await first.result;
    expect([ended, complaint]).toEqual([0, '']);
    for (const [options, message] of [
      ['--n-embd 32', 'out/compare holds a comparison with --n-embd 16, not 32; give another --out-dir'],
      [
        '--gpt-min-lr 0.001',
        'out/compare holds a comparison with --min-lr 0, not 0.001; give another --out-dir',
      ],
      [
        '--scale-warmup',
        'out/compare holds a comparison with --scale-warmup false, not true; give another --out-dir',
      ],
      [
        '--backend reference',
        'out/compare holds a comparison with --backend wasm, not reference; give another --out-dir',
      ],
      ['--data short.txt', 'out/compare holds a comparison on other data (moby-dick, '],
    ]) {
      const { code, stderr } = await compare(...options.split(' '), '--dry-run');
      expect([options, code]).toEqual([options, 2]);
      expect(stderr.startsWith(`ngpt: ${message}`)).toBe(true);
    }
    const file = join(folder.path, 'out/compare/comparison.json');
    await writeFile(file, '{');
    const { code, stderr } = await compare();
    expect([code, stderr]).toEqual([
      2,
      'ngpt: out/compare/comparison.json is no comparison that can be read: it is not JSON; move it away, and the same ' +
        'command finds the finished runs in runs again; or give another --out-dir\n',
    ]);
    await rename(file, `${file}.broken`);
    const again = await compare('--dry-run');
    expect(again.stdout.match(/^finished /gm)).toHaveLength(2);
    expect(again.stdout).not.toContain('to make ');
  });
});
