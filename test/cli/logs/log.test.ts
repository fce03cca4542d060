import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../src/training/node/index.js';
import { TRAINING_OPTIONS } from '../../../src/training/settings/train-settings.js';
import { jsonLines, runHosted, SMALL_MODEL, startCli, testFolder } from '../../helpers/cli.js';

const folder = testFolder();
const documented = readFileSync('docs/logs.md', 'utf8');

type Line = Record<string, unknown>;

async function logOf(outDir: string, name = 'log.jsonl'): Promise<Line[]> {
  return jsonLines(await readFile(join(outDir, name), 'utf8'));
}

/** The rows of the first table under a heading, without backticks. */
function tableUnder(heading: string): string[][] {
  const [, section] = documented.split(`\n${heading}\n`);
  const rows = section.split(/\n#/)[0].match(/^\|.*\|$/gm) ?? [];
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

const isNumber = (value: unknown) => Number.isFinite(value);

/** What the types of the document mean. */
const TYPES: Record<string, (value: unknown) => boolean> = {
  text: (value) => typeof value === 'string' && value !== '',
  'text or null': (value) => value === null || typeof value === 'string',
  time: (value) => new Date(value as string).toISOString() === value,
  number: isNumber,
  'number or null': (value) => value === null || isNumber(value),
  'whole number': (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  'true or false': (value) => typeof value === 'boolean',
  list: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (each) => Object.keys(each).join() === 'usedBytes,reservedBytes' && Object.values(each).every(isNumber),
    ),
};

/** @throws unless the line has the documented fields, of the documented types, and no others. */
function validate(line: Line): void {
  const section = line.event === 'stopped' ? 'done' : line.event;
  const fields = [...tableUnder('## Events'), ...tableUnder(`### ${section}`)];
  const options = section === 'start' ? Object.keys(TRAINING_OPTIONS) : [];
  expect(Object.keys(line).sort()).toEqual([...fields.map(([field]) => field), ...options].sort());
  for (const [field, type] of fields) expect([field, TYPES[type](line[field])]).toEqual([field, true]);
}

const SMALL = ['train', ...SMALL_MODEL, '--json'];

/** Without what differs from run to run, and without the lines that only a disturbed run has. */
function repeatable(lines: Line[]): Line[] {
  return lines
    .filter(({ event }) => !['start', 'stopped', 'error'].includes(event as string))
    .map(({ time, tokensPerSecond, msPerStep, memory, seconds, checkpoint, ...rest }) => rest);
}

describe('log.jsonl', () => {
  let outDir: string;

  beforeAll(async () => {
    outDir = join(folder.path, 'documented');
    const run = startCli([...SMALL, '--max-iters', '1000000', '--threads', '2', '--out-dir', outDir]);
    await run.stdoutHas('"step":5,');
    run.child.kill('SIGINT');
    expect((await run.result).code).toBe(130);
    const { step } = await readCheckpoint(outDir);
    const resume = ['train', '--init-from', 'resume', '--json', '--out-dir', outDir, '--max-iters'];
    expect((await runHosted([...resume, String(step + 2)])).code).toBe(0);
    expect((await runHosted([...resume, String(step + 60), '--learning-rate', '1e30'])).code).toBe(2);
  });

  it('has every kind of event as docs/logs.md describes it, and none besides', async () => {
    const lines = await logOf(outDir);
    for (const line of lines) validate(line);
    const kinds = tableUnder('## Events')[0][2]
      .match(/\w+/g)!
      .filter((word) => word !== 'or');
    expect([...new Set(lines.map(({ event }) => event))].sort()).toEqual(kinds.sort());
    expect(lines.find(({ event }) => event === 'done')).toMatchObject({ reason: 'max-iters' });
    expect(lines.find(({ event }) => event === 'stopped')).toMatchObject({ reason: 'stopped' });
    expect(lines.at(-1)!.message).toMatch(/^the loss became NaN/);
  });

  it('has what the terminal is told, in its order', async () => {
    const path = join(folder.path, 'told');
    const { stdout } = await runHosted([
      ...SMALL,
      '--max-iters',
      '5',
      '--eval-interval',
      '2',
      '--out-dir',
      path,
    ]);
    const logged = (await logOf(path)).filter(({ event }) => event !== 'save');
    expect(logged.map(({ time, ...rest }) => rest)).toEqual(jsonLines(stdout));
    const times = logged.map(({ time }) => time as string);
    expect(times).toEqual([...times].sort());
  });

  it('is that of an undisturbed run after a kill, and so is log.csv', async () => {
    const given = ['--max-iters', '60', '--eval-interval', '7', '--log-format', 'csv'];
    const [straight, killed] = [join(folder.path, 'straight'), join(folder.path, 'killed')];
    await runHosted([...SMALL, ...given, '--out-dir', straight]);
    const run = startCli([...SMALL, ...given, '--out-dir', killed]);
    await run.stdoutHas('"step":24,');
    run.child.kill('SIGKILL');
    await run.result;
    const { step } = await readCheckpoint(killed);
    expect(step).toBeLessThan(60);
    await runHosted(['train', '--init-from', 'resume', '--json', '--out-dir', killed]);
    expect(repeatable(await logOf(killed))).toEqual(repeatable(await logOf(straight)));
    const starts = (await logOf(killed)).filter(({ event }) => event === 'start');
    expect(starts).toMatchObject([{ resumedFrom: 0 }, { resumedFrom: step }]);

    const columns = tableUnder('## The table for spreadsheets').map(([column]) => column);
    const table = async (path: string) =>
      (await readFile(join(path, 'log.csv'), 'utf8'))
        .split('\n')
        .map((row) => row.split(',').filter((_, i) => !/time|PerS|Bytes/.test(columns[i])));
    expect(await readFile(join(killed, 'log.csv'), 'utf8')).toMatch(new RegExp(`^${columns.join()}\n`));
    expect(await table(killed)).toEqual(await table(straight));
    expect(await table(straight)).toHaveLength(1 + 60 + 10 + 1);
  });

  it('keeps that of the run before in an out-dir, as its checkpoints', async () => {
    const path = join(folder.path, 'replaced');
    const train = (...options: string[]) =>
      runHosted([...SMALL, '--max-iters', '2', '--out-dir', path, '--log-format', 'csv', ...options]);
    await train();
    const before = await readFile(join(path, 'log.jsonl'), 'utf8');
    await train('--seed', '2');
    const kept = (await readdir(path)).find((name) => name.startsWith('kept-'))!;
    expect(await readFile(join(path, kept, 'log.jsonl'), 'utf8')).toBe(before);
    expect((await readdir(join(path, kept))).sort()).toEqual(
      ['best.safetensors', 'checkpoint.safetensors', 'log.csv', 'log.jsonl'].sort(),
    );
    expect((await logOf(path))[0]).toMatchObject({ event: 'start', seed: 2 });
    // Without a step nothing was saved.
    await train('--seed', '3', '--max-iters', '0');
    expect((await logOf(path))[0]).toMatchObject({ event: 'start', seed: 2 });
  });

  it.each(['a folder', 'a full disk'])(
    'that is %s says so in one line, and the model is saved',
    async (what) => {
      const path = join(folder.path, what.replaceAll(' ', '-'));
      await mkdir(path);
      const log = join(path, 'log.jsonl');
      await (what === 'a folder' ? mkdir(log) : symlink('/dev/full', log));
      const { code, stderr } = await runHosted([...SMALL, '--max-iters', '4', '--out-dir', path]);
      const reason = what === 'a folder' ? 'it is a folder' : 'no space left on the disk';
      expect([code, stderr]).toEqual([0, `cannot write ${log}: ${reason}; the run goes on without\n`]);
      expect((await readCheckpoint(path)).step).toBe(4);
    },
  );
});
