/**
 * A long run that is disturbed a hundred times, and beside it one that is left alone: the same log, the same checkpoints to the byte,
 * and memory that does not grow. `LONG_RUN` has other options for both, with `LONG_RUN_STEPS` and `LONG_RUN_TIMES`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Generator } from '../../src/index.js';
import { LOCK_FILE } from '../../src/training/files/node/lock/folder-lock.js';
import { BEST_CHECKPOINT, LAST_CHECKPOINT, readCheckpoint } from '../../src/training/node/index.js';
import { jsonLines, type RunningCommand, startCli, testFolder } from '../helpers/cli.js';
import { DISTURBANCES, type DisturbanceName } from './disturbances.js';
import { announcedSeed, progress } from './progress.js';

const TINY =
  '--n-layer 1 --n-head 1 --n-embd 8 --block-size 8 --batch-size 2 --eval-iters 1 --eval-interval 250 --save-interval 50';
const OPTIONS = (process.env.LONG_RUN ?? TINY).split(' ');
const STEPS = Number(process.env.LONG_RUN_STEPS ?? 20_000);
const TIMES = Number(process.env.LONG_RUN_TIMES ?? 100);
const CLOCK = pathToFileURL(join(import.meta.dirname, 'jumping-clock.mjs')).href;
const MEBIBYTE = 2 ** 20;

const folder = testFolder();
let disk: string;
let isMounted = false;

beforeAll(async () => {
  disk = join(folder.path, 'disk');
  await mkdir(disk);
  await writeFile(join(folder.path, 'text.txt'), 'to be or not to be, that is the question. '.repeat(2000));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1g', 'tmpfs', disk], { stdio: 'ignore' });
    isMounted = true;
  } catch {
    progress('no disk is filled: file systems can be mounted by root only');
  }
});
afterAll(() => {
  if (isMounted) execFileSync('umount', [disk]);
});

function start(outDir: string, environment: Record<string, string> = {}): RunningCommand {
  const from = existsSync(join(outDir, LAST_CHECKPOINT)) ? 'resume' : 'scratch';
  const text = join(folder.path, 'text.txt');
  const args = ['train', ...OPTIONS, '--data', text, '--max-iters', String(STEPS), '--out-dir', outDir];
  return startCli([...args, '--init-from', from], undefined, undefined, environment);
}

/** The last step in the log of a run; 0 for none. */
async function lastStep(outDir: string): Promise<number> {
  const file = await open(join(outDir, 'log.jsonl')).catch(() => null);
  if (file === null) return 0;
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(4096),
      position: Math.max(0, size - 4096),
    });
    const steps = [...buffer.toString('utf8', 0, bytesRead).matchAll(/"event":"step".*?"step":(\d+)/g)];
    return Number(steps.at(-1)?.[1] ?? 0);
  } finally {
    await file.close();
  }
}

/** Until it has the out-dir to itself and has made so many steps, or has ended. */
async function untilStep(running: RunningCommand, outDir: string, step: number): Promise<void> {
  const lock = join(outDir, LOCK_FILE);
  const isOwner = () =>
    existsSync(lock) && readFileSync(lock, 'utf8').includes(`"pid":${running.child.pid},`);
  // Before that the log is another's, which a kill may have left ahead of its checkpoint.
  while (running.child.exitCode === null && !isOwner()) await sleep(5);
  while (running.child.exitCode === null && (await lastStep(outDir)) < step) await sleep(5);
}

/** What the log says of the training, times, speed and memory aside. */
async function trained(outDir: string): Promise<Record<string, unknown>[]> {
  return jsonLines(await readFile(join(outDir, 'log.jsonl'), 'utf8'))
    .filter(({ event }) => !['start', 'save', 'stopped', 'error'].includes(String(event)))
    .map(({ time, tokensPerSecond, msPerStep, memory, seconds, checkpoint, ...rest }) => rest);
}

/** Memory of the process at a step, in MiB. */
interface Resident {
  readonly step: number;
  readonly mebibytes: number;
}

/** Single values jump with the garbage of saves, which is collected now and then. */
function median(of: readonly Resident[]): number {
  const sorted = of.map(({ mebibytes }) => mebibytes).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Follows a run to its end. */
async function watchMemory(running: RunningCommand, outDir: string): Promise<Resident[]> {
  const found: Resident[] = [];
  while (running.child.exitCode === null) {
    const status = join('/proc', String(running.child.pid), 'status');
    const kibibytes = existsSync(status)
      ? /VmRSS:\s*(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]
      : undefined;
    if (kibibytes !== undefined)
      found.push({ step: await lastStep(outDir), mebibytes: Number(kibibytes) / 1024 });
    await sleep(500);
  }
  return found;
}

describe.concurrent(`a run of ${STEPS} steps`, () => {
  const alone = () => join(folder.path, 'alone');
  const disturbed = () => join(disk, 'disturbed');
  let undisturbed: RunningCommand;
  beforeAll(() => {
    undisturbed = start(alone());
  });

  it('takes no more memory in the end than after a fifth', async () => {
    const resident = await watchMemory(undisturbed, alone());
    const { code, stderr } = await undisturbed.result;
    expect(code, stderr).toBe(0);
    const reserved = jsonLines(await readFile(join(alone(), 'log.jsonl'), 'utf8')).flatMap(
      ({ step, memory }) =>
        memory === undefined
          ? []
          : [{ step: Number(step), bytes: (memory as { reservedBytes: number }[])[0].reservedBytes }],
    );
    const [settled, last] = [reserved.find(({ step }) => step >= STEPS / 5)!, reserved.at(-1)!];
    progress(
      `wasm: ${settled.bytes / MEBIBYTE} MiB at step ${settled.step}, ${last.bytes / MEBIBYTE} at step ${last.step}`,
    );
    expect(last.bytes).toBe(settled.bytes);
    // The first fifth is for compilers and caches to settle in.
    const between = (from: number, to: number) =>
      resident.filter(({ step }) => step >= from * STEPS && step < to * STEPS);
    const [early, late] = [between(0.2, 0.6), between(0.6, 2)];
    if (early.length === 0 || late.length === 0) return;
    const [first, second] = [median(early), median(late)];
    progress(`resident: a median of ${first.toFixed(0)} MiB early, of ${second.toFixed(0)} late`);
    // A save leaves garbage of the size of a checkpoint, which is collected sooner or later.
    const { size } = await stat(join(alone(), LAST_CHECKPOINT));
    expect(second).toBeLessThan(first + Math.max(32, size / MEBIBYTE));
  });

  it(`is the same after ${TIMES} disturbances`, async () => {
    const random = new Generator(announcedSeed());
    const names = (Object.keys(DISTURBANCES) as DisturbanceName[]).filter(
      (name) => isMounted || name !== 'full disk',
    );
    const counts = new Map<string, number>();
    let saved = 0;
    for (let i = 0; i < TIMES; i++) {
      const name = names[random.integer(names.length)];
      const atStart = random.integer(5) === 0 && name !== 'two at once';
      const hasJumpingClock = random.integer(3) === 0;
      const running = start(disturbed(), hasJumpingClock ? { NODE_OPTIONS: `--import=${CLOCK}` } : {});
      const step = saved + 1 + random.integer(Math.ceil((0.7 * STEPS) / TIMES));
      await (atStart ? sleep(random.integer(1500)) : untilStep(running, disturbed(), step));
      await DISTURBANCES[name]({ running, again: () => start(disturbed()), disk });
      counts.set(name, (counts.get(name) ?? 0) + 1);
      const before = saved;
      if (existsSync(join(disturbed(), LAST_CHECKPOINT))) saved = (await readCheckpoint(disturbed())).step;
      expect(saved, `after ${name}`).toBeGreaterThanOrEqual(before);
      if (i % 10 === 9) progress(`${i + 1} disturbances, ${saved} steps saved`);
    }
    expect(saved, 'disturbed to the end').toBeLessThan(STEPS);
    progress([...counts].map(([name, count]) => `${name}: ${count}`).join(', '));
    for (const { result } of [start(disturbed()), undisturbed]) {
      const { code, stderr } = await result;
      expect(code, stderr).toBe(0);
    }

    for (const name of [LAST_CHECKPOINT, BEST_CHECKPOINT]) {
      const [expected, found] = await Promise.all(
        [alone(), disturbed()].map((dir) => readFile(join(dir, name))),
      );
      expect(found.equals(expected), `${name} differs`).toBe(true);
    }
    expect(await trained(disturbed())).toEqual(await trained(alone()));
  });
});
