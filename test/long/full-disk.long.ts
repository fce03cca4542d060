/** Disks that fill up or turn read-only under a run. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BEST_CHECKPOINT, LAST_CHECKPOINT, readCheckpoint } from '../../src/training/node/index.js';
import { built, jsonLines, type Result, runCli, SMALL_MODEL, startCli, testFolder } from '../helpers/cli.js';
import { progress } from './progress.js';

const folder = testFolder();
/** Longer than it takes for a save to fail. */
const STEPS = ['--max-iters', '3000', '--eval-interval', '5', '--json'];
const train = (dir: string, ...more: string[]) => [
  'train',
  '--out-dir',
  dir,
  ...SMALL_MODEL,
  ...STEPS,
  ...more,
];

/** The bytes of both checkpoints. */
const contents = (dir: string) =>
  Promise.all([LAST_CHECKPOINT, BEST_CHECKPOINT].map((name) => readFile(join(dir, name))));

/** @throws AssertionError unless it ended as for bad input: exit code 2 and one line. */
function requireOneLine({ code, stderr, stdout }: Result, reason: RegExp): void {
  progress(`exit code ${code}: ${stderr.trim()}`);
  expect(code).toBe(2);
  // The log does not end the run, so it may have had its own line before.
  expect(stderr).toMatch(
    /^(cannot write [^\n]*\/log\.jsonl: [^\n]*; the run goes on without\n)?ngpt: [^\n]*\n$/,
  );
  expect(stderr).toMatch(reason);
  expect(jsonLines(stdout).at(-1)?.event).not.toBe('done');
}

function tryMount(path: string, size: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const remount = (path: string, option: string) => execFileSync('mount', ['-o', `remount,${option}`, path]);

describe('a disk that can be made for the test', () => {
  let disk: string;
  let isMounted = false;
  let size: number;

  beforeAll(async () => {
    disk = join(folder.path, 'disk');
    await mkdir(disk);
    isMounted = tryMount(disk, '64m');
    if (!isMounted) progress('skipped: file systems can be mounted by root only');
    const probe = join(folder.path, 'probe');
    await runCli(['train', '--out-dir', probe, ...SMALL_MODEL, '--max-iters', '1']);
    size = (await stat(join(probe, LAST_CHECKPOINT))).size;
  });
  afterAll(() => {
    if (isMounted) execFileSync('umount', [disk]);
  });

  /** So many checkpoints fit, with half of one to spare. */
  const resize = (checkpoints: number) =>
    remount(disk, `size=${Math.ceil(((checkpoints + 0.5) * size) / 1024)}k`);

  it('with room for one checkpoint: the first is kept when the best finds no room', async ({ skip }) => {
    if (!isMounted) skip();
    resize(1);
    const dir = join(disk, 'one');
    requireOneLine(await runCli(train(dir)), /cannot write .*best\.safetensors: no space left on the disk/);
    expect((await readdir(dir)).sort()).toEqual([LAST_CHECKPOINT, 'log.jsonl']);
    expect((await readCheckpoint(dir)).step).toBe(5);
    resize(20);
  });

  it('that is full when the next save comes: the older ones stay, byte for byte, and go on with more room', async ({
    skip,
  }) => {
    if (!isMounted) skip();
    const dir = join(disk, 'full');
    expect((await runCli([...train(dir), '--max-iters', '5'])).code).toBe(0);
    const before = await contents(dir);
    const used = Number(execFileSync('du', ['-sk', disk], { encoding: 'utf8' }).split('\t')[0]);
    remount(disk, `size=${used + Math.floor(size / 2048)}k`);
    const resumed = await runCli(train(dir, '--init-from', 'resume'));
    requireOneLine(resumed, /cannot write .*checkpoint\.safetensors: no space left on the disk/);
    expect(await contents(dir)).toEqual(before);
    expect((await readdir(dir)).sort()).toEqual([BEST_CHECKPOINT, LAST_CHECKPOINT, 'log.jsonl']);
    remount(disk, 'size=64m');
    expect((await runCli(train(dir, '--init-from', 'resume', '--max-iters', '10'))).code).toBe(0);
    expect((await readCheckpoint(dir)).step).toBe(10);
  });

  it('without room for anything is refused before training', async ({ skip }) => {
    if (!isMounted) skip();
    execFileSync('sh', ['-c', 'cat /dev/zero > "$0/zeros" || true', disk], { stdio: 'ignore' });
    const result = await runCli(train(join(disk, 'none')));
    requireOneLine(result, /cannot write to the out-dir .*: no space left on the disk/);
    expect(await readdir(join(disk, 'none'))).toEqual([]);
    execFileSync('rm', [join(disk, 'zeros')]);
  });

  it('that turns read-only: the older checkpoints stay', async ({ skip }) => {
    if (!isMounted) skip();
    const dir = join(disk, 'read-only');
    const running = startCli(train(dir, '--eval-interval', '200'));
    await running.stdoutHas('"step":201,');
    remount(disk, 'ro');
    const before = await contents(dir);
    requireOneLine(await running.result, /cannot write .*checkpoint\.safetensors: the disk is read-only/);
    expect(await contents(dir)).toEqual(before);
    requireOneLine(
      await runCli(train(dir, '--init-from', 'resume')),
      /cannot write to the out-dir .*: the disk is read-only/,
    );
    requireOneLine(
      await runCli(train(join(disk, 'new'))),
      /cannot write to the out-dir .*: the disk is read-only/,
    );
    remount(disk, 'rw');
  });
});

describe('a save that cannot be made', () => {
  it.skipIf(!existsSync('/dev/full'))('for want of space leaves the older one', async () => {
    const dir = join(folder.path, 'full');
    expect((await runCli([...train(dir), '--max-iters', '5'])).code).toBe(0);
    const before = await contents(dir);
    // Every write to it fails.
    await symlink('/dev/full', join(dir, `${LAST_CHECKPOINT}.unfinished`));
    const result = await runCli(train(dir, '--init-from', 'resume'));
    requireOneLine(result, /cannot write .*checkpoint\.safetensors: no space left on the disk/);
    expect(await contents(dir)).toEqual(before);
  });

  it('because its name is taken by a folder leaves the older one', async () => {
    const dir = join(folder.path, 'taken');
    expect((await runCli([...train(dir), '--max-iters', '5'])).code).toBe(0);
    const before = await contents(dir);
    await mkdir(join(dir, `${LAST_CHECKPOINT}.unfinished`));
    requireOneLine(await runCli(train(dir, '--init-from', 'resume')), /cannot write .*: it is a folder/);
    expect(await contents(dir)).toEqual(before);
  });

  it('because the folder is not ours to write is refused before training', async ({ skip }) => {
    const dir = join(folder.path, 'unwritable');
    await mkdir(dir, { mode: 0o555 });
    await chmod(folder.path, 0o755);
    if (runAsNobody(['--help']).code !== 0) {
      progress('skipped: root may write everywhere, and nobody else may read this repository');
      skip();
    }
    requireOneLine(runAsNobody(train(dir)), /cannot write to the out-dir .*: permission denied/);
    requireOneLine(runAsNobody(train(join(dir, 'new'))), /cannot write to the out-dir .*: permission denied/);
    expect(await readdir(dir)).toEqual([]);
  });
});

/** Root may write everywhere, so its place is taken by user 65534, who owns nothing. */
function runAsNobody(args: readonly string[]): Result {
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [built('cli/main.js'), ...args], {
    encoding: 'utf8',
    ...user,
  });
  return { code: status, signal, stdout, stderr };
}
