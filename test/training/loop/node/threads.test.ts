import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StepEvent } from '../../../../src/training/loop/events.js';
import { Barrier } from '../../../../src/training/loop/node/barrier.js';
import { readCheckpoint } from '../../../../src/training/node/index.js';
import {
  built,
  jsonLines,
  runCli,
  runHosted,
  SMALL_MODEL,
  startScript,
  testFolder,
  writeSmallText,
} from '../../../helpers/cli.js';
import { expectClose, expectFinite } from '../../../helpers/values/close.js';
import { absolute, ofLargest } from '../../../helpers/values/tolerance.js';

const folder = testFolder();
const data = () => ['--data', join(folder.path, 'text.txt')];

beforeAll(() => writeSmallText(join(folder.path, 'text.txt')));

async function losses(threads: number, name: string, extra: readonly string[] = []): Promise<number[]> {
  const outDir = join(folder.path, name);
  const { code, stdout, stderr } = await runHosted([
    ...['train', ...SMALL_MODEL, '--max-iters', '20', '--eval-interval', '10', '--threads', String(threads)],
    ...[...data(), '--out-dir', outDir, '--json', ...extra],
  ]);
  expect([code, stderr]).toEqual([0, '']);
  const lines = jsonLines(stdout);
  return lines.flatMap(({ event, loss, valLoss }) =>
    event === 'start' ? [] : [(loss ?? valLoss) as number],
  );
}

const OTHER_OPTIMIZER = [
  ...['--riemannian', '--max-angle', '0.05', '--gate', '0.5', '--weight-decay', '0.1'],
  ...['--logit-preconditioning', '1', '--lr-decay', 'logarithmic', '--transfer-width', '8'],
];

describe('training on threads', () => {
  it('repeats bit for bit with the same seed and number of threads', async () => {
    const first = await losses(2, 'first');
    expect(first).toHaveLength(24);
    expect(await losses(2, 'second')).toEqual(first);
  });

  it.each([
    ['ngpt', []],
    ['gpt', ['--arch', 'gpt']],
    ['ngpt in parts', ['--batch-size', '7', '--grad-accumulation', '2']],
    ['ngpt with tied tables', ['--tie-weights']],
    ['ngpt with another optimizer', OTHER_OPTIMIZER],
    ['ngpt on the reference', ['--backend', 'reference', '--n-layer', '1']],
  ])('learn what one learns, up to rounding: %s', async (name, options) => {
    const alone = await losses(1, `alone ${name}`, options);
    expectFinite(alone);
    // Three share out 4 rows unevenly: 1, 1 and 2.
    for (const threads of [2, 3]) {
      const together = await losses(threads, `${threads} ${name}`, options);
      expectClose(together, alone, absolute(1e-5));
      expect(together).not.toEqual(alone);
    }
  });

  it('leaves a checkpoint like that of one thread, with all moments, in the same order', async () => {
    const checkpoints = [];
    for (const threads of [1, 3]) {
      await losses(threads, `kept-${threads}`);
      checkpoints.push(await readCheckpoint(join(folder.path, `kept-${threads}`)));
    }
    const [alone, together] = checkpoints;
    for (const part of ['model', 'optimizer'] as const) {
      expect([...together[part].keys()]).toEqual([...alone[part].keys()]);
      for (const [key, { data }] of alone[part]) {
        expectClose(together[part].get(key)!.data, data, ofLargest(2e-3, 1e-7), key);
      }
    }
  });

  it('takes the memory of each that was estimated, to 15 %', async () => {
    // In a process whose memory nothing else has grown.
    const model = ['--n-layer', '4', '--n-head', '4', '--n-embd', '128', '--block-size', '64'];
    const { stdout, stderr } = await runCli([
      ...['train', ...model, '--batch-size', '12', '--max-iters', '3', '--eval-iters', '1', '--threads', '2'],
      ...['--out-dir', join(folder.path, 'memory'), '--json'],
    ]);
    const events = jsonLines(stdout);
    expect(events[0], stderr).toMatchObject({ event: 'start', threads: 2 });
    const { memory } = events.findLast(({ event }) => event === 'step') as unknown as Pick<
      StepEvent,
      'memory'
    >;
    expect(memory).toHaveLength(2);
    for (const { reservedBytes } of memory) {
      expect(Number(events[0].estimatedBytes) / reservedBytes).toBeGreaterThan(0.85);
      expect(Number(events[0].estimatedBytes) / reservedBytes).toBeLessThan(1.15);
    }
  });

  it('goes on from a checkpoint bit for bit', async () => {
    // A constant rate, so that a run of 10 steps is the first half of one of 20.
    const constantRate = ['--min-lr', '0.01', '--learning-rate', '0.01'];
    const whole = await losses(2, 'whole', constantRate);
    await losses(2, 'halves', [...constantRate, '--max-iters', '10']);
    const rest = await losses(2, 'halves', [...constantRate, '--init-from', 'resume']);
    expect(rest).toEqual(whole.slice(whole.length - rest.length));
    expect(rest).toHaveLength(13);
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
    await runHosted([...common, '--max-iters', '6']);
    const good = await readFile(join(outDir, 'checkpoint.safetensors'));
    const { code, stdout, stderr } = await runHosted([
      ...[...common, '--init-from', 'resume', '--max-iters', '100', '--learning-rate', '1e30'],
      ...['--eval-interval', '50'],
    ]);
    expect(code).toBe(2);
    const path = join(outDir, 'checkpoint.safetensors');
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^other than in the run that is resumed: learning-rate 1e\+30 in place of /),
      `ngpt: the loss became NaN at step 8; the last good checkpoint, of step 6, is ${path}; give a lower --learning-rate than 1e+30`,
      '',
    ]);
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
