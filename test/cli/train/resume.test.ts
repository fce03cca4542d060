import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint, writeCheckpoint } from '../../../src/training/node/index.js';
import { jsonLines, runHosted, SMALL_MODEL, startCli, testFolder } from '../../helpers/cli.js';

const folder = testFolder();
let outDir: string;

const resume = (...options: string[]) =>
  runHosted(['train', '--init-from', 'resume', '--out-dir', outDir, ...options]);

beforeAll(async () => {
  outDir = join(folder.path, 'run');
  const { code } = await runHosted([
    'train',
    ...SMALL_MODEL,
    '--max-iters',
    '3',
    '--out-dir',
    outDir,
    '--json',
  ]);
  expect(code).toBe(0);
});

describe('a run that goes on from matrices that are not unit', () => {
  const NOTE = /^matrices were off unit by up to 1\.0e-3; normalized them$/m;

  /** Every number of every matrix larger by a thousandth. */
  async function stretch(): Promise<void> {
    const path = join(outDir, 'checkpoint.safetensors');
    const checkpoint = await readCheckpoint(path);
    const model = new Map(
      [...checkpoint.model].map(([name, x]) => [
        name,
        x.shape.length < 2 ? x : { ...x, data: Float32Array.from(x.data, (value) => value * 1.001) },
      ]),
    );
    await writeCheckpoint(path, { ...checkpoint, model });
  }

  it('says that it made them unit, to programs on stderr', async () => {
    await stretch();
    const { code, stdout, stderr } = await resume('--max-iters', '4', '--json');
    expect(code).toBe(0);
    expect(stderr).toMatch(NOTE);
    expect(jsonLines(stdout)[0]).toMatchObject({ event: 'start', resumedFrom: 3 });
    expect((await resume('--max-iters', '5', '--json')).stderr).not.toMatch(NOTE);
  });

  it('says it to people', async () => {
    await stretch();
    expect((await resume('--max-iters', '6')).stdout).toMatch(NOTE);
  });
});

/** The options of the command that a note ends with. */
function suggestion(note: string, after: RegExp): string[] {
  return (after.exec(note)?.[1] ?? '').split(' ');
}

describe('what a run says of the one before it in its out-dir', () => {
  it('names the run that a new one will replace, and how to go on with it', async () => {
    const { step } = await readCheckpoint(outDir);
    const given = ['train', ...SMALL_MODEL, '--max-iters', '0', '--backend', 'reference'];
    const { code, stderr } = await runHosted([...given, '--out-dir', outDir, '--json']);
    expect(code).toBe(0);
    const [note, options] = /^(.* holds a run of .*): n.* (train .*)\n$/.exec(stderr)!.slice(1);
    expect(note.replace(/kept-[\dT-]+/, 'kept-TIME')).toBe(
      `${outDir} holds a run of ${step} steps; it is kept in ${outDir}/kept-TIME when this run first saves; to go on with it instead`,
    );
    expect(options).toBe(`train --init-from resume --out-dir ${outDir} --backend reference`);
    // Without a step nothing was saved.
    expect((await readCheckpoint(outDir)).step).toBe(step);
  });

  it('keeps that run even if the new one is stopped at once, and leaves no best of it behind', async () => {
    const path = join(folder.path, 'replaced');
    const start = ['train', ...SMALL_MODEL, '--out-dir', path, '--json', '--max-iters'];
    const files = ['checkpoint.safetensors', 'best.safetensors'];
    const read = (inside = '', prefix = '') =>
      Promise.all(files.map((name) => readFile(join(path, inside, `${prefix}${name}`))));
    const stopEarly = async () => {
      const run = startCli([...start, '1000000', '--eval-interval', '1000000']);
      await run.stdoutHas('"step":1,');
      run.child.kill('SIGINT');
      return (await run.result).stderr;
    };
    expect((await runHosted([...start, '3'])).code).toBe(0);
    const before = await read();
    const note = await stopEarly();
    const kept = /it is kept in \S+\/(kept-[\dT-]+) when this run first saves/.exec(note)![1];
    expect(await read(kept)).toEqual(before);
    expect((await readdir(path)).sort()).toEqual(['checkpoint.safetensors', kept, 'log.jsonl']);

    // Those that are stopped early have one place among them, and the second says what it replaces.
    const { step } = await readCheckpoint(path);
    expect(await stopEarly()).toMatch(
      /; it is kept as previous-checkpoint\.safetensors when this run first saves/,
    );
    expect(await stopEarly()).toMatch(
      new RegExp(
        `; it is kept as previous-checkpoint\\.safetensors, in place of an unfinished run of ${step} steps?, when this`,
      ),
    );
    expect(await read(kept)).toEqual(before);
    const { code, stdout } = await runHosted([
      'sample',
      '--checkpoint',
      join(path, kept),
      '--max-new-tokens',
      '5',
    ]);
    expect([code, stdout.length]).toEqual([0, 6]);
  });

  it('says nothing of it in an empty out-dir, or over what is no checkpoint', async () => {
    const other = join(folder.path, 'other');
    await mkdir(other);
    const start = () =>
      runHosted(['train', ...SMALL_MODEL, '--max-iters', '0', '--out-dir', other, '--json']);
    expect((await start()).stderr).toBe('');
    await writeFile(join(other, 'checkpoint.safetensors'), 'no checkpoint');
    expect((await start()).stderr).toBe('');
  });

  it('says that nothing is left to do, and how to go on, and leaves the files alone', async () => {
    const { step } = await readCheckpoint(outDir);
    const bytes = () =>
      Promise.all(['checkpoint', 'best'].map((name) => readFile(join(outDir, `${name}.safetensors`))));
    const before = await bytes();
    const { code, stderr } = await resume('--max-iters', '2', '--json');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      new RegExp(
        `^nothing is left to do: the run has made ${step} steps and --max-iters is 2; to go on, at rates of a decay that is stretched to the new end: `,
      ),
    );
    expect(await bytes()).toEqual(before);
    const report = await resume('--max-iters', String(step));
    expect(report.stdout).toContain(`checkpoint        ${join(outDir, 'checkpoint.safetensors')}`);
    expect(await bytes()).toEqual(before);
    const further = await runHosted([...suggestion(stderr, / (train .*)\n$/), '--json']);
    expect([further.code, further.stderr]).toEqual([0, '']);
    expect((await readCheckpoint(outDir)).step).toBe(2 * step);
  });

  it('tells a stopped one how to go on', async () => {
    const run = startCli(['train', '--init-from', 'resume', '--out-dir', outDir, '--max-iters', '1000000']);
    await run.stdoutHas(', from step');
    run.child.kill('SIGINT');
    const { stdout } = await run.result;
    const options = suggestion(stdout, /stopped after step .*; go on with: n.* (train .*)\n/);
    expect(options).toEqual(['train', '--init-from', 'resume', '--out-dir', outDir]);
  });
});

describe('a run that goes on with other settings', () => {
  const path = () => join(folder.path, 'changed');
  const on = (...options: string[]) =>
    runHosted(['train', '--init-from', 'resume', '--out-dir', path(), '--json', ...options]);

  it('says in one line what differs, and nothing of what only tells how far it goes', async () => {
    const given = ['train', ...SMALL_MODEL, '--max-iters', '2', '--threads', '1', '--out-dir', path()];
    expect((await runHosted([...given, '--json'])).code).toBe(0);
    const same = await on('--max-iters', '3', '--eval-interval', '1', '--learning-rate', '0.01');
    expect([same.code, same.stderr]).toEqual([0, '']);
    const other = ['--learning-rate', '0.002', '--seed', '7', '--batch-size', '2'];
    const { code, stderr } = await on('--max-iters', '4', ...other);
    expect([code, stderr]).toEqual([
      0,
      'other than in the run that is resumed: learning-rate 0.002 in place of 0.01, batch-size 2 in place of 4, ' +
        'seed 7 in place of 1337\n',
    ]);
    // They are those of the run from now on.
    expect((await on('--max-iters', '5', ...other)).stderr).toBe('');
    expect((await on('--max-iters', '6', '--batch-seed', '3')).stderr).toContain(
      'batch-seed 3 in place of the default',
    );
  });
});
