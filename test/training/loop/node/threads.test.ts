import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Barrier } from '../../../../src/training/loop/node/barrier.js';
import { built, jsonLines, runCli, SMALL_MODEL, startScript, testFolder } from '../../../helpers/cli.js';
import { expectClose, expectFinite } from '../../../helpers/values/close.js';
import { absolute } from '../../../helpers/values/tolerance.js';

const folder = testFolder();

async function losses(threads: number, name: string, extra: readonly string[] = []): Promise<number[]> {
  const outDir = join(folder.path, name);
  const { code, stdout, stderr } = await runCli([
    ...['train', ...SMALL_MODEL, '--max-iters', '12', '--eval-interval', '6', '--threads', String(threads)],
    ...['--out-dir', outDir, '--json', ...extra],
  ]);
  expect([code, stderr]).toEqual([0, '']);
  const lines = jsonLines(stdout);
  return lines.flatMap(({ event, loss, valLoss }) =>
    event === 'start' ? [] : [(loss ?? valLoss) as number],
  );
}

describe('training on threads', () => {
  it('repeats bit for bit with the same seed and number of threads', async () => {
    const first = await losses(2, 'first');
    expect(first).toHaveLength(16);
    expect(await losses(2, 'second')).toEqual(first);
  });

  it.each([2, 3])('on %i threads learns what one thread learns, up to rounding', async (threads) => {
    // Three threads share out 4 rows unevenly: 1, 1 and 2.
    const alone = await losses(1, `alone-${threads}`);
    const together = await losses(threads, `together-${threads}`);
    expectFinite(alone);
    expectClose(together, alone, absolute(2e-4));
    expect(together).not.toEqual(alone);
  });

  it('goes on from a checkpoint bit for bit', async () => {
    // A constant rate, so that a run of 6 steps is the first half of one of 12.
    const constantRate = ['--min-lr', '0.01', '--learning-rate', '0.01'];
    const whole = await losses(2, 'whole', constantRate);
    await losses(2, 'halves', [...constantRate, '--max-iters', '6']);
    const rest = await losses(2, 'halves', [...constantRate, '--init-from', 'resume']);
    expect(rest).toEqual(whole.slice(whole.length - rest.length));
    expect(rest).toHaveLength(9);
  });

  it('ends with an error when a thread dies', async () => {
    const script = join(folder.path, 'dying-thread.mjs');
    const index = pathToFileURL(built('training/node/index.js')).href;
    await writeFile(
      script,
      `import { Worker } from 'node:worker_threads';
       import { openRun } from ${JSON.stringify(index)};
       const workers = [];
       process.on('worker', (worker) => workers.push(worker));
       const settings = { nLayer: 1, nHead: 1, nEmbd: 8, blockSize: 8, batchSize: 4, maxIters: 1e9, evalIters: 1, threads: 2 };
       const run = await openRun({ settings, outDir: process.argv[2] });
       try {
         for await (const event of run.events()) {
           if (event.event === 'step' && event.step === 5) workers[0].terminate();
         }
       } catch (error) {
         console.log(error.name + ': ' + error.message);
       }
       await run.close();
       console.log('closed');`,
    );
    const { code, stdout } = await startScript(script, [join(folder.path, 'dying')]).result;
    expect(stdout).toBe('BackendError: training thread 1 ended early, with code 1\nclosed\n');
    expect(code).toBe(0);
  });

  it('stops on all threads when the loss is no number, and keeps the last good checkpoint', async () => {
    const outDir = join(folder.path, 'diverging');
    const common = ['train', ...SMALL_MODEL, '--threads', '2', '--out-dir', outDir, '--json'];
    await runCli([...common, '--max-iters', '6']);
    const good = await readFile(join(outDir, 'checkpoint.safetensors'));
    const { code, stdout, stderr } = await runCli([
      ...[...common, '--init-from', 'resume', '--max-iters', '100', '--learning-rate', '1e30'],
      ...['--eval-interval', '50'],
    ]);
    expect(code).toBe(2);
    const path = join(outDir, 'checkpoint.safetensors');
    expect(stderr).toBe(
      `ngpt: the loss became NaN at step 8; the last good checkpoint, of step 6, is ${path}\n`,
    );
    expect(jsonLines(stdout).at(-1)).toMatchObject({ event: 'step', step: 7 });
    expect(await readFile(path)).toEqual(good);
  });
});

describe('Barrier', () => {
  it('stops waiting when the check says that it is pointless', async () => {
    const memory = new SharedArrayBuffer(Barrier.BYTES);
    const barrier = new Barrier(memory, 2, () => {
      throw new Error('the other one died');
    });
    await expect(barrier.arrive()).rejects.toThrow('the other one died');
  });

  it('lets the last to arrive through at once, again and again', async () => {
    const memory = new SharedArrayBuffer(Barrier.BYTES);
    const barrier = new Barrier(memory, 1);
    for (let i = 0; i < 3; i++) await barrier.arrive();
  });
});
