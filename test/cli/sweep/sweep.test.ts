import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunStart, StudyEvent } from '../../../src/experiments/runs/events.js';
import type { SizeSweep } from '../../../src/experiments/sweep/sweep.js';
import {
  jsonLines,
  runCli,
  runHosted,
  SMALL_MODEL,
  startCli,
  testFolder,
  writeSmallText,
} from '../../helpers/cli.js';

const folder = testFolder();

/** Six runs of a few milliseconds. */
const SMALL = [
  ...['sweep', ...SMALL_MODEL, '--max-iters', '6', '--widths', '8,16', '--learning-rates', '0.01,0.02'],
];
/** Every run measures its model over the whole validation split. */
const data = () => ['--data', join(folder.path, 'text.txt')];
const at = (name: string) => [...data(), '--out-dir', join(folder.path, name)];

async function readSweep(name: string): Promise<SizeSweep> {
  return JSON.parse(await readFile(join(folder.path, name, 'sweep.json'), 'utf8'));
}

const eventsOf = (stdout: string) => jsonLines(stdout) as unknown as StudyEvent[];
const startsOf = (stdout: string) =>
  eventsOf(stdout).filter((event): event is RunStart => event.event === 'run-start');
const lossesOf = ({ runs, lines }: SizeSweep) => [runs.map(({ name, valLoss }) => [name, valLoss]), lines];

let straight: SizeSweep;
let told: string;

beforeAll(async () => {
  await writeSmallText(join(folder.path, 'text.txt'));
  const { code, stderr, stdout } = await runCli([...SMALL, ...at('straight')]);
  expect([code, stderr]).toEqual([0, '']);
  told = stdout;
  straight = await readSweep('straight');
});

describe('ngpt sweep', () => {
  it('makes what is the same with and without the rules once, and tells what the best rate of the base gives', async () => {
    const names = ['8', '16', '16-from-8'].flatMap((which) =>
      ['0.01', '0.02'].map((rate) => `ngpt-width-${which}-6-lr${rate}-seed1337`),
    );
    expect(straight.runs.map(({ name }) => name)).toEqual(names);
    expect(straight).toMatchObject({ missing: 0, plan: { axis: 'width', base: 8, budget: 6 } });
    const [base, without, withRules] = straight.lines;
    expect([base.rules, without.rules, withRules.rules]).toEqual(['both', 'without', 'with']);
    const cells = [16, without.best, without.loss?.toFixed(4), without.lossAtBase?.toFixed(4)];
    const ruled = [withRules.best, withRules.loss?.toFixed(4), withRules.lossAtBase?.toFixed(4)];
    expect(told.split('\n').map((line) => line.trim().split(/ +/))).toContainEqual(
      [...cells, ...ruled].map(String),
    );
    expect(told).toContain(`${base.best} is the best learning rate of width 8\n`);
    expect(told).toContain('others may be better; --extend tries them');
  });

  it('draws both panels on a page and as a file, and leaves no checkpoints', async () => {
    const page = await readFile(join(folder.path, 'straight', 'report.html'), 'utf8');
    for (const words of ['>without the rules<', '>with the rules, from width 8<', 'best of each']) {
      expect(page).toContain(words);
    }
    expect(await readdir(join(folder.path, 'straight', 'figures'))).toEqual(['transfer.svg']);
    for (const { outDir } of straight.runs) {
      expect((await readdir(join(folder.path, 'straight', outDir))).sort()).toEqual([
        'log.jsonl',
        'result.json',
      ]);
    }
  });

  it('has no checkpoint that others could go on from, and says so', async () => {
    const path = join(folder.path, 'straight');
    for (const given of [
      ['eval', '--checkpoint', path],
      ['train', '--init-from', path, ...at('on')],
    ]) {
      const { code, stderr } = await runHosted(given);
      expect([code, stderr]).toEqual([
        2,
        `ngpt: ${path} holds a sweep, which has no checkpoint of its own; none of its runs has one now ` +
          '(--keep-checkpoints keeps those of all runs)\n',
      ]);
    }
  });

  it('trains as ngpt train does, with the rules and without, heads as large at every width', async () => {
    const outDir = join(folder.path, 'alone');
    const given = ['--max-iters', '6', '--seed', '1337', '--batch-seed', String(1337 + 1_000_003)];
    const one = await runCli([...SMALL, '--widths', '8,32', '--learning-rates', '0.02', ...at('wide')]);
    expect(one.code).toBe(0);
    for (const [name, rules] of [
      ['ngpt-width-32-6-lr0.02-seed1337', []],
      ['ngpt-width-32-from-8-6-lr0.02-seed1337', ['--transfer-width', '8']],
    ] as const) {
      const model = ['--n-embd', '32', '--n-head', '4', '--learning-rate', '0.02', ...rules];
      const common = [...SMALL_MODEL, ...model, '--threads', '1', ...at('alone'), '--json'];
      expect((await runHosted(['train', ...common, ...given])).code).toBe(0);
      const { stdout } = await runHosted(['eval', '--checkpoint', outDir, '--full', '--json']);
      const run = (await readSweep('wide')).runs.find((each) => each.name === name);
      expect(run?.valLoss).toBe(jsonLines(stdout)[0].loss);
    }
  });

  it('sweeps depths over first alphas likewise', async () => {
    const depths = ['--depths', '1,2', '--alphas', '0.1,0.2', '--transfer-depth', '2'];
    const call = ['sweep', ...SMALL_MODEL.slice(2), '--max-iters', '3', ...depths, ...at('deep')];
    const { code, stdout } = await runCli(call);
    expect(code).toBe(0);
    expect((await readSweep('deep')).runs.map(({ name }) => name)).toEqual(
      ['1-alpha0.1', '1-alpha0.2', '1-from-2-alpha0.1', '1-from-2-alpha0.2', '2-alpha0.1', '2-alpha0.2'].map(
        (which) => `ngpt-depth-${which}-3-lr0.01-seed1337`,
      ),
    );
    expect(stdout).toMatch(/is the best first alpha of depth 2\n/);
  });

  it('makes no finished run again, even without sweep.json, and with more widths only the new ones', async () => {
    await rm(join(folder.path, 'straight', 'sweep.json'));
    const again = await runCli([...SMALL, '--json', ...at('straight')]);
    expect([again.code, again.stderr, startsOf(again.stdout)]).toEqual([0, '', []]);
    expect(eventsOf(again.stdout).at(-1)).toMatchObject({
      ...{ event: 'done', finished: 6, missing: 0 },
      sweep: join(folder.path, 'straight', 'sweep.json'),
    });
    expect(lossesOf(await readSweep('straight'))).toEqual(lossesOf(straight));
    const dry = await runHosted([...SMALL, '--widths', '8,16,24', '--dry-run', ...at('straight')]);
    expect(dry.stdout.match(/^to make +\S+$/gm)).toHaveLength(4);
    expect(dry.stdout.match(/^finished +\S+$/gm)).toHaveLength(6);
  });

  it('stopped by Ctrl-C it goes on to the same result', async () => {
    const call = [...SMALL, '--jobs', '2', '--json', ...at('stopped')];
    const command = startCli(call);
    await command.stdoutHas('"event":"run-eval"');
    command.child.kill('SIGINT');
    expect((await command.result).code).toBe(130);
    expect((await runCli(call)).code).toBe(0);
    expect(lossesOf(await readSweep('stopped'))).toEqual(lossesOf(straight));
  });

  it('takes a run that diverges for a result, extends to lower rates, and asks for lower ones where all do', async () => {
    const wild = [...SMALL, '--widths', '8', '--no-report'];
    const { code, stdout } = await runCli([...wild, '--learning-rates', '0.01,1e30', ...at('wild')]);
    expect(code).toBe(0);
    expect((await readSweep('wild')).lines[0]).toMatchObject({ best: 0.01, edge: 'low' });
    expect(stdout).toMatch(/^ngpt-width-8-6-lr1e\+30-seed1337 diverged: the loss became /m);
    await runCli([...wild, '--learning-rates', '0.01,1e30', '--extend', ...at('wild')]);
    expect((await readSweep('wild')).runs.map(({ value }) => value)).toContain(0.005);
    // On the data of all that are given none.
    const outDir = ['--out-dir', join(folder.path, 'hopeless')];
    const hopeless = await runCli([...SMALL, '--learning-rates', '1e30', ...outDir]);
    expect(hopeless.code).toBe(0);
    const sentence =
      'every run of width 8 diverged, with the learning rate 1e+30 too: give lower --learning-rates';
    expect(hopeless.stdout).toContain(sentence);
    expect(await readFile(join(folder.path, 'hopeless', 'report.html'), 'utf8')).toContain(sentence);
  });
});

describe('ngpt sweep refuses', () => {
  it.each([
    ['--widths 16,8', '--widths must ascend, got 16,8'],
    ['--widths 0,8', '--widths must be a whole number of at least 1, got 0'],
    [
      '--widths 8,12',
      'a width of 12 is no multiple of 8, the size of a head with --n-embd 16 and --n-head 2',
    ],
    ['--transfer-width 32', '--transfer-width 32 is none of the --widths 8,16'],
    ['--alphas 0.1', '--alphas is of no use in a sweep over --widths'],
    ['--depths 2,4', '--widths is of no use in a sweep over --depths'],
    ['--learning-rates -1', '--learning-rates must be a positive number, got -1'],
    ['--jobs 0', '--jobs must be a whole number of at least 1, got 0'],
    ['--warmup-iters 6', 'a warm-up of 6 steps does not fit a run of 6'],
    ['--d-mlp 5', "unknown option '--d-mlp'"],
  ])('%s, and writes nothing', async (options, message) => {
    const { code, stdout, stderr } = await runHosted([...SMALL, ...options.split(' '), ...at('refused')]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.startsWith(`ngpt: ${message}`)).toBe(true);
    expect(stderr.split('\n')).toHaveLength(2);
    expect(await readdir(folder.path)).not.toContain('refused');
  });

  it('the out-dir of other settings, of a comparison, and of depths', async () => {
    const refusal = async (name: string, ...options: string[]) => {
      const { code, stderr } = await runHosted([...SMALL, ...options, ...at(name)]);
      expect(code).toBe(2);
      return stderr.replaceAll(folder.path, '');
    };
    expect(await refusal('straight', '--batch-size', '2')).toBe(
      'ngpt: /straight holds a sweep with --batch-size 4, not 2; give another --out-dir\n',
    );
    expect(await refusal('deep')).toBe(
      'ngpt: /deep holds a sweep with sizes of depth, not width; give another --out-dir\n',
    );
    const budgets = ['--budgets', '2', '--gpt-budgets', '2', '--gpt-warmup-iters', '1'];
    const few = [...budgets, '--learning-rates', '0.01', '--seeds', '1'];
    const own = [...few, '--no-report', ...at('compared')];
    expect((await runCli(['compare', ...SMALL_MODEL, ...own])).code).toBe(0);
    expect(await refusal('compared')).toBe('ngpt: /compared holds a comparison; give another --out-dir\n');
    const { code, stderr } = await runHosted(['compare', ...SMALL_MODEL, ...few, ...at('straight')]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('holds a sweep; give another --out-dir')]);
  });
});
