import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../src/training/node/index.js';
import { jsonLines, type Result, runHosted, SMALL_MODEL, startCli, testFolder } from '../helpers/cli.js';

const folder = testFolder();
const FIRST = 'The cat sat on the mat. '.repeat(30);
const SECOND = 'A dög ran in the fog. '.repeat(30);

/** Runs it in the folder; with `input` on standard input, which a process of its own has. */
function run(args: readonly string[], input?: string): Promise<Result> {
  if (input === undefined) return runHosted(args, folder.path);
  const { child, result } = startCli(args, folder.path);
  child.stdin.on('error', () => {}).end(input);
  return result;
}

const train = (outDir: string, data: readonly string[], input?: string) =>
  run(['train', ...SMALL_MODEL, '--max-iters', '2', '--json', '--out-dir', outDir, ...data], input);

/** What it trained on and how, without what differs from run to run. */
function trained({ code, stdout, stderr }: Result) {
  expect([code, stderr]).toEqual([0, '']);
  const [start, ...rest] = jsonLines(stdout);
  const { vocabSize, trainTokens, valTokens, data } = start;
  return {
    vocabSize,
    trainTokens,
    valTokens,
    data,
    losses: rest.map(({ loss, valLoss }) => loss ?? valLoss),
  };
}

beforeAll(async () => {
  await writeFile(join(folder.path, 'first.txt'), FIRST);
  await writeFile(join(folder.path, 'second.txt'), SECOND);
  await writeFile(join(folder.path, 'both.txt'), FIRST + SECOND);
  await mkdir(join(folder.path, 'tokens'));
});

describe('several --data', () => {
  it('are one text, in the order given, however they are given', async () => {
    const { data: _, ...both } = trained(await train('both', ['--data', 'both.txt']));
    const ways = [
      ['--data', 'first.txt', 'second.txt'],
      ['--data=first.txt', '--data', 'second.txt'],
    ];
    for (const [i, way] of ways.entries()) {
      expect(trained(await train(i === 0 ? 'joined' : 'repeated', way))).toEqual({
        ...both,
        data: 'first.txt + second.txt',
      });
    }
    const { losses, ...turned } = trained(await train('turned', ['--data', 'second.txt', 'first.txt']));
    expect(turned).toMatchObject({ data: 'second.txt + first.txt', trainTokens: both.trainTokens });
    expect(losses).not.toEqual(both.losses);
  });

  it('are read again by a run that goes on, and by eval', async () => {
    expect((await readCheckpoint(join(folder.path, 'joined'))).data).toEqual(['first.txt', 'second.txt']);
    const on = ['train', '--init-from', 'resume', '--out-dir', 'joined', '--json', '--max-iters', '3'];
    expect(trained(await run(on)).data).toBe('first.txt + second.txt');
    const evaluate = async (...data: string[]) =>
      jsonLines((await run(['eval', '--checkpoint', 'joined', '--full', '--json', ...data])).stdout)[0].loss;
    expect(await evaluate()).toBe(await evaluate('--data', 'both.txt'));
  });

  it('come from a config file as a list', async () => {
    const config = { data: ['first.txt', 'second.txt'], n_layer: 1 };
    await writeFile(join(folder.path, 'config.json'), JSON.stringify(config));
    const printed = await run(['train', '--config', 'config.json', '--print-config']);
    expect(JSON.parse(printed.stdout)).toMatchObject(config);
    const other = await run(['train', '--config', 'config.json', '--print-config', '--data', 'both.txt']);
    expect(JSON.parse(other.stdout)).toMatchObject({ data: 'both.txt' });
  });

  it.each([
    [
      '--data first.txt tokens',
      'tokens is a folder, whose tokens cannot be joined with a text; give it alone',
    ],
    ['--data - first.txt -', 'standard input can be read once; give - for one of the data only'],
    ['--data first.txt none.txt', 'cannot read none.txt: there is no such file or folder'],
    ['--data -', 'standard input is empty'],
  ])('are refused in one line: %s', async (data, message) => {
    const { code, stderr } = await train('refused', data.split(' '), '');
    expect([code, stderr]).toEqual([2, `ngpt: ${message}\n`]);
  });
});

describe('--data -', () => {
  it('is standard input, alone or among others', async () => {
    const { data: _, ...both } = trained(await train('file', ['--data', 'both.txt']));
    expect(trained(await train('piped', ['--data', '-'], FIRST + SECOND))).toEqual({
      ...both,
      data: 'standard input',
    });
    const mixed = trained(await train('mixed', ['--data', 'first.txt', '-'], SECOND));
    expect(mixed).toEqual({ ...both, data: 'first.txt + standard input' });
  });

  it('has to be given again when a run goes on, which says so', async () => {
    const on = ['train', '--init-from', 'resume', '--out-dir', 'piped', '--json', '--max-iters', '3'];
    for (const command of [
      on,
      ['eval', '--checkpoint', 'piped'],
      ['export', '--checkpoint', 'piped', '--out', 'x'],
    ]) {
      expect((await run(command)).stderr).toBe(
        'ngpt: it was trained on standard input; give that again, with --data -\n',
      );
    }
    expect(trained(await run([...on, '--data', '-'], FIRST + SECOND)).losses).toHaveLength(3);
    const { stderr } = await run([...on, '--data', '-', '--max-iters', '1'], FIRST + SECOND);
    expect(stderr).toContain('--init-from resume --out-dir piped --data - --max-iters 6');
    const report = await run([...on.filter((word) => word !== '--json'), '--data', '-'], FIRST + SECOND);
    expect(report.stdout).toMatch(/ eval --checkpoint piped --full --data -\n/);
  });
});
