/** 200 steps at once, and 200 with an interruption: the same, the bytes of the checkpoint included. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { BEST_CHECKPOINT, LAST_CHECKPOINT } from '../../src/training/node/index.js';
import { jsonLines, runCli, SMALL_MODEL, startCli, testFolder } from '../helpers/cli.js';
import { progress } from './progress.js';

const folder = testFolder();

describe.each(['ngpt', 'gpt'] as const)('200 steps of %s', (arch) => {
  const options = [...SMALL_MODEL, '--arch', arch, '--eval-interval', '100', '--threads', '1', '--json'];
  const decaying = [...options, '--max-iters', '200', '--warmup-iters', '20'];
  /** A rate that does not depend on where the run ends. */
  const constant = [...options, '--learning-rate', '0.005', '--min-lr', '0.005', '--warmup-iters', '0'];
  const dir = (name: string) => join(folder.path, arch, name);
  const args = (name: string, more: readonly string[]) => ['train', '--out-dir', dir(name), ...more];

  async function run(name: string, more: readonly string[]) {
    const { code, stdout, stderr } = await runCli(args(name, more));
    expect(code, stderr).toBe(0);
    return jsonLines(stdout);
  }

  const losses = (events: readonly Record<string, unknown>[]) =>
    events.filter(({ event }) => event === 'step').map(({ step, loss }) => [step, loss]);

  /** @throws AssertionError unless the parts together made the same steps and the same files as the whole. */
  async function requireSame(
    whole: string,
    wholeEvents: Record<string, unknown>[],
    parted: string,
    rest: Record<string, unknown>[],
  ) {
    const first = Number(rest[0].resumedFrom);
    expect(losses(rest)).toEqual(losses(wholeEvents).slice(first));
    for (const name of [LAST_CHECKPOINT, BEST_CHECKPOINT]) {
      const [expected, found] = [
        await readFile(join(dir(whole), name)),
        await readFile(join(dir(parted), name)),
      ];
      expect(found.equals(expected), `${name} differs`).toBe(true);
      progress(
        `${arch}, ${parted}: ${name}, ${found.length} bytes, is the same after ${first} + resume + ${200 - first} steps`,
      );
    }
  }

  let straight: Record<string, unknown>[];
  beforeAll(async () => {
    straight = await run('straight', decaying);
    expect(losses(straight)).toHaveLength(200);
  });

  it('are the same when the process was killed after the checkpoint of step 100', async () => {
    const running = startCli(args('killed', decaying));
    await running.stdoutHas('"step":105,');
    running.child.kill('SIGKILL');
    await running.result;
    const rest = await run('killed', [...decaying, '--init-from', 'resume']);
    expect(rest[0].resumedFrom).toBe(100);
    await requireSame('straight', straight, 'killed', rest);
  });

  it('are the same when it was stopped at some step with Ctrl-C', async () => {
    const running = startCli(args('stopped', decaying));
    await running.stdoutHas('"step":37,');
    running.child.kill('SIGINT');
    expect((await running.result).code).toBe(130);
    const rest = await run('stopped', [...decaying, '--init-from', 'resume']);
    expect(Number(rest[0].resumedFrom)).toBeGreaterThanOrEqual(37);
    expect(Number(rest[0].resumedFrom)).toBeLessThan(200);
    await requireSame('straight', straight, 'stopped', rest);
  });

  it('are the same as 100 to the end, and 100 more', async () => {
    const whole = await run('constant', [...constant, '--max-iters', '200']);
    await run('extended', [...constant, '--max-iters', '100']);
    const rest = await run('extended', [...constant, '--max-iters', '200', '--init-from', 'resume']);
    expect(rest[0].resumedFrom).toBe(100);
    await requireSame('constant', whole, 'extended', rest);
  });
});
