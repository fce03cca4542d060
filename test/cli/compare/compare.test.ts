import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../../src/experiments/compare/comparison.js';
import type { RunStart, StudyEvent } from '../../../src/experiments/runs/events.js';
import type { ComparedRun } from '../../../src/experiments/runs/run.js';
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

const MODEL = [...SMALL_MODEL, '--eval-interval', '4', '--gpt-warmup-iters', '2'];
const RATES = ['--ngpt-learning-rates', '0.01', '--gpt-learning-rates', '0.003'];
const BUDGETS = ['--budgets', '8', '--gpt-budgets', '4,8'];
/** Six runs of a few milliseconds. */
const SMALL = ['compare', ...MODEL, ...BUDGETS, ...RATES, '--json', '--seeds', '2'];

/** Every run measures its model over the whole validation split. */
const data = () => ['--data', join(folder.path, 'text.txt')];
const at = (name: string) => [...data(), '--out-dir', join(folder.path, name)];

async function readComparison(name: string): Promise<Comparison> {
  return JSON.parse(await readFile(join(folder.path, name, 'comparison.json'), 'utf8'));
}

/** Without what differs from call to call: times, and the speed-up in them. */
function repeatable({ time: _, machine: __, speedUps, best, runs, ...rest }: Comparison) {
  return {
    ...rest,
    best: best.map(({ msPerStep, ...each }) => each),
    speedUps: speedUps.map(({ inSeconds, ...each }) => each),
    runs: runs.map(({ seconds, msPerStep, evaluations, ...run }) => ({
      ...run,
      evaluations: evaluations.map(({ seconds: ___, ...evaluation }) => evaluation),
    })),
  };
}

const eventsOf = (stdout: string) => jsonLines(stdout) as unknown as StudyEvent[];
const startsOf = (stdout: string) =>
  eventsOf(stdout).filter((event): event is RunStart => event.event === 'run-start');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 800 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isSo()).toBe(true);
}

let straight: Comparison;

beforeAll(async () => {
  await writeSmallText(join(folder.path, 'text.txt'));
  const { code, stderr, stdout } = await runCli([...SMALL, ...at('straight')]);
  expect([code, stderr]).toEqual([0, '']);
  expect(startsOf(stdout)).toHaveLength(6);
  straight = await readComparison('straight');
});

describe('ngpt compare', () => {
  it('has a result for every run, and a folder, with the checkpoint of the best ones only', async () => {
    expect(straight.missing).toBe(0);
    expect(straight.runs.map(({ name }) => name)).toEqual([
      ...['gpt-4-lr0.003-seed1337', 'gpt-4-lr0.003-seed1338'],
      ...['gpt-8-lr0.003-seed1337', 'gpt-8-lr0.003-seed1338'],
      ...['ngpt-8-lr0.01-seed1337', 'ngpt-8-lr0.01-seed1338'],
    ]);
    for (const run of straight.runs) {
      expect(run).toMatchObject({ steps: run.budget, tokens: 64 * run.budget, diverged: null });
      expect(run.valLoss).toBeGreaterThan(1);
      expect(run.evaluations.map(({ step }) => step)).toEqual(run.budget === 4 ? [0, 4] : [0, 4, 8]);
      expect(run.seconds).toBeGreaterThan(0);
      const isBest = run.budget === 8 && run.seed === 1337;
      expect(run.hasCheckpoint).toBe(isBest);
      const files = await readdir(join(folder.path, 'straight', run.outDir));
      expect(files.filter((name) => name.endsWith('.json') || name.endsWith('.jsonl')).sort()).toEqual([
        'log.jsonl',
        'result.json',
      ]);
      expect(files.includes('checkpoint.safetensors')).toBe(isBest);
    }
    expect(
      straight.best.map(({ arch, budget, learningRate, edge }) => [arch, budget, learningRate, edge]),
    ).toEqual([
      ['gpt', 4, 0.003, 'only'],
      ['gpt', 8, 0.003, 'only'],
      ['ngpt', 8, 0.01, 'only'],
    ]);
    expect(straight.speedUps.map(({ budget, bySeed }) => [budget, bySeed.length])).toEqual([[8, 2]]);
  });

  it('trains as ngpt train does, and measures as ngpt eval --full does', async () => {
    const given = ['--max-iters', '8', '--seed', '1338', '--batch-seed', String(1338 + 1_000_003)];
    const outDir = join(folder.path, 'alone');
    for (const [arch, rate] of [
      ['gpt', '0.003'],
      ['ngpt', '0.01'],
    ]) {
      const own = ['--arch', arch, '--learning-rate', rate, '--warmup-iters', arch === 'gpt' ? '2' : '0'];
      const common = [...SMALL_MODEL, '--eval-interval', '4', '--threads', '1', '--json'];
      await runHosted(['train', ...common, ...at('alone'), ...given, ...own]);
      const { stdout } = await runHosted(['eval', '--checkpoint', outDir, '--full', '--json']);
      const { loss } = jsonLines(stdout)[0];
      const run = straight.runs.find((each) => each.arch === arch && each.budget === 8 && each.seed === 1338);
      expect(run?.valLoss).toBe(loss);
    }
  });

  it('makes no finished run again, and with more seeds only the new ones', async () => {
    const again = await runCli([...SMALL, ...at('straight')]);
    expect([again.code, again.stderr, startsOf(again.stdout)]).toEqual([0, '', []]);
    expect(repeatable(await readComparison('straight'))).toEqual(repeatable(straight));
    const { stdout } = await runCli([...SMALL, '--seeds', '3', ...at('straight')]);
    expect(startsOf(stdout).map(({ seed }) => seed)).toEqual([1339, 1339, 1339]);
    const kept = (await readComparison('straight')).runs.filter(({ seed }) => seed !== 1339);
    expect(kept).toEqual(straight.runs);
  });

  it('stopped by Ctrl-C it saves, and goes on to the same result', async () => {
    const call = [...SMALL, '--jobs', '2', ...at('stopped')];
    const command = startCli(call);
    await command.stdoutHas('"event":"run-eval"');
    command.child.kill('SIGINT');
    const { code, stdout } = await command.result;
    expect(code).toBe(130);
    const [done] = eventsOf(stdout).slice(-1);
    expect(done).toMatchObject({ event: 'done', failed: 0 });
    const finished = eventsOf(stdout).filter(({ event }) => event === 'run-done').length;
    const on = await runCli(call);
    expect([on.code, on.stderr]).toEqual([0, '']);
    expect(startsOf(on.stdout)).toHaveLength(6 - finished);
    expect(repeatable(await readComparison('stopped'))).toEqual(repeatable(straight));
  });

  it('killed, it loses no finished run', async () => {
    const call = [...SMALL, '--jobs', '2', ...at('killed')];
    const command = startCli(call);
    let told = '';
    command.child.stdout.on('data', (text: string) => {
      told += text;
    });
    await command.stdoutHas('"event":"run-done"');
    const lines = () => told.slice(0, told.lastIndexOf('\n') + 1);
    await until(() => startsOf(lines()).length >= 3);
    command.child.kill('SIGKILL');
    await command.result;
    const before = eventsOf(lines());
    const finished = before.filter(({ event }) => event === 'run-done').length;
    await until(() => !startsOf(lines()).some(({ pid }) => isAlive(pid)));
    const on = await runCli(call);
    expect(on.code).toBe(0);
    expect(startsOf(on.stdout).length).toBeLessThanOrEqual(6 - finished);
    expect(repeatable(await readComparison('killed'))).toEqual(repeatable(straight));
  });

  it('goes on without a run that fails, says so, and makes it alone the next time', async () => {
    const outDir = join(folder.path, 'failed');
    const name = 'gpt-8-lr0.003-seed1337';
    const call = [...SMALL, '--seeds', '1', ...at('failed')];
    await mkdir(join(outDir, 'runs'), { recursive: true });
    await writeFile(join(outDir, 'runs', name), 'in its place');
    const { code, stderr, stdout } = await runCli(call);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`^ngpt: the run ${name} failed: cannot write to the out-dir .*\n1 run is missing; .*\n$`),
    );
    expect(eventsOf(stdout).at(-1)).toMatchObject({ event: 'done', finished: 2, failed: 1, missing: 1 });
    expect((await readComparison('failed')).missing).toBe(1);
    await rm(join(outDir, 'runs', name));
    const on = await runCli(call);
    expect([on.code, on.stderr, startsOf(on.stdout).map((run) => run.name)]).toEqual([0, '', [name]]);
  });

  it('says in a dry run from where an interrupted run would go on', async () => {
    const call = ['compare', ...MODEL, ...['--budgets', '3', '--gpt-budgets', '3', '--seeds', '1']];
    call.push(...['--learning-rates', '0.01', '--keep-checkpoints'], ...at('interrupted'));
    await runCli(call);
    // As after a kill between the last step and the result.
    await rm(join(folder.path, 'interrupted/runs/ngpt-3-lr0.01-seed1337/result.json'));
    const { stdout } = await runHosted([...call, '--dry-run']);
    expect(stdout).toMatch(
      /^finished {2}gpt-3-lr0\.01-seed1337\nto make {3}ngpt-3-lr0\.01-seed1337, goes on from step 3\n2 runs, 1 of them to make, of 0 steps/,
    );
    const [, line] = (await runHosted([...call, '--dry-run', '--json'])).stdout.split('\n');
    expect(JSON.parse(line)).toMatchObject({ event: 'plan', isFinished: false, savedStep: 3 });
  });

  it('goes on without a run whose process dies', async () => {
    const { command, call, long } = await startLong('died');
    process.kill(long.pid, 'SIGKILL');
    const { code, stderr } = await command.result;
    expect([code, stderr.split('\n')[0]]).toEqual([
      1,
      `ngpt: the run ${long.name} failed: its process was ended by SIGKILL`,
    ]);
    const { stdout } = await runHosted([...call, '--dry-run']);
    expect(stdout.match(/^to make +\S+$/gm)).toEqual([`to make   ${long.name}`]);
    expect(stdout.match(/^finished/gm)).toHaveLength(2);
  });

  it.each(['SIGKILL', 'SIGINT twice'])('leaves no process behind after %s', async (how) => {
    const { command, long } = await startLong(how.replace(' ', '-'));
    expect(isAlive(long.pid)).toBe(true);
    if (how === 'SIGKILL') command.child.kill('SIGKILL');
    else {
      // One that is stopped can neither save nor end by itself.
      process.kill(long.pid, 'SIGSTOP');
      command.child.kill('SIGINT');
      await new Promise((resolve) => setTimeout(resolve, 800));
      command.child.kill('SIGINT');
    }
    const { code } = await command.result;
    expect(code).toBe(how === 'SIGKILL' ? null : 130);
    await until(() => !isAlive(long.pid));
  });
});

/** One run that takes minutes, beside two short ones. */
async function startLong(name: string) {
  const budgets = ['--budgets', '3,100000', '--gpt-budgets', '3', '--seeds', '1'];
  const call = ['compare', ...MODEL, ...budgets, '--learning-rates', '0.01', ...at(name)];
  const command = startCli([...call, '--jobs', '2', '--json']);
  let told = '';
  command.child.stdout.on('data', (text: string) => {
    told += text;
  });
  const find = () =>
    startsOf(told.slice(0, told.lastIndexOf('\n') + 1)).find(({ budget }) => budget === 100_000);
  await until(() => find() !== undefined);
  return { command, call, long: find() as RunStart };
}

describe('a run of a comparison', () => {
  it('that diverges is a result, and not the best', async () => {
    const rates = ['--ngpt-learning-rates', '0.01,1e30', '--gpt-learning-rates', '0.003'];
    const few = ['--budgets', '6', '--gpt-budgets', '6', '--seeds', '1'];
    const { code, stdout } = await runCli(['compare', ...MODEL, ...few, ...rates, ...at('diverged')]);
    expect(code).toBe(0);
    const { runs, best } = await readComparison('diverged');
    const found = runs.find(({ learningRate }) => learningRate === 1e30) as ComparedRun;
    expect(found.valLoss).toBe(null);
    expect(found.diverged).toMatch(/^the loss became (NaN|Infinity)/);
    expect(best.find(({ arch }) => arch === 'ngpt')).toMatchObject({ learningRate: 0.01, edge: 'low' });
    expect(stdout).toContain(`${found.name} diverged: ${found.diverged}\n`);
    expect(stdout).toContain('the best learning rate of nGPT at 6 steps, 0.01, is the lowest that was tried');
  });

  it('where every one diverges, lower rates are asked for', async () => {
    const few = ['--budgets', '6', '--gpt-budgets', '6', '--seeds', '2', '--learning-rates', '1e30'];
    const { code, stdout } = await runCli(['compare', ...MODEL, ...few, '--no-report', ...at('hopeless')]);
    expect([code, (await readComparison('hopeless')).best]).toEqual([0, []]);
    expect(stdout.split('\n').slice(-4)).toEqual([
      '',
      'every run of GPT at 6 steps diverged, with the learning rate 1e+30 too: give lower --gpt-learning-rates',
      'every run of nGPT at 6 steps diverged, with the learning rate 1e+30 too: give lower --ngpt-learning-rates',
      '',
    ]);
    expect(stdout).not.toContain('ms per step');
  });
});
