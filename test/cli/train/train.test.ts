import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { StepEvent } from '../../../src/training/loop/events.js';
import { readCheckpoint } from '../../../src/training/node/index.js';
import {
  built,
  jsonLines,
  runHosted,
  SMALL_MODEL,
  startCli,
  startScript,
  testFolder,
} from '../../helpers/cli.js';
import { expectClose, expectFinite } from '../../helpers/values/close.js';
import { absolute } from '../../helpers/values/tolerance.js';

const folder = testFolder();
const SMALL = ['train', ...SMALL_MODEL, '--max-iters', '6', '--eval-interval', '3'];

const number = expect.any(Number);

describe('ngpt train --json', () => {
  it('prints the start, every step, the evaluations and the end, one object a line and nothing else', async () => {
    const outDir = join(folder.path, 'events');
    const { code, stdout, stderr } = await runHosted([...SMALL, '--out-dir', outDir, '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const [start, ...rest] = jsonLines(stdout);
    expect(start).toMatchObject({
      ...{
        event: 'start',
        arch: 'ngpt',
        nLayer: 2,
        nHead: 2,
        nEmbd: 16,
        dMlp: 64,
        blockSize: 16,
        batchSize: 4,
      },
      ...{
        maxIters: 6,
        learningRate: 0.01,
        warmupIters: 0,
        minLr: 0,
        gradClip: 1,
        alphaInit: 0.05,
        seed: 1337,
      },
      ...{ evalInterval: 3, evalIters: 2, threads: 1, data: 'moby-dick', tokenizer: 'char', backend: 'wasm' },
      parameters: number,
    });
    const step = (n: number) => ({
      ...{ event: 'step', step: n, loss: number, lr: number, tokensPerSecond: number, msPerStep: number },
      memory: [{ usedBytes: number, reservedBytes: number }],
    });
    const evaluation = (n: number) => ({
      ...{ event: 'eval', step: n, trainLoss: number, valLoss: number, maxNormError: number },
    });
    const checkpoint = join(outDir, 'checkpoint.safetensors');
    expect(rest).toEqual([
      ...[evaluation(0), step(1), step(2), step(3), evaluation(3), step(4), step(5), step(6), evaluation(6)],
      {
        ...{ event: 'done', reason: 'max-iters', steps: 6, valLoss: number, seconds: number },
        ...{ checkpoint, maxNormError: number },
      },
    ]);
    expect(rest.at(-1)!.maxNormError).toBeLessThan(1e-5);
    expect(rest.at(-1)!.valLoss).toBe(rest.at(-2)!.valLoss);
  });

  it('writes the checkpoint to out/PRESET in the current folder', async () => {
    const cwd = join(folder.path, 'cwd');
    await mkdir(cwd);
    await runHosted([...SMALL, '--preset', 'demo', '--threads', '1', '--json'], cwd);
    const { stdout } = await runHosted([...SMALL, '--arch', 'gpt', '--json'], cwd);
    expect(jsonLines(stdout).at(-1)!.checkpoint).toBe(join('out', 'nano-cpu-gpt', 'checkpoint.safetensors'));
    expect((await readdir(join(cwd, 'out'))).sort()).toEqual(['demo', 'nano-cpu-gpt']);
  });

  it('repeats bit for bit, the checkpoint included', async () => {
    const run = async (name: string, seed: string) => {
      const outDir = join(folder.path, name);
      await runHosted([...SMALL, '--seed', seed, '--out-dir', outDir, '--json']);
      return readFile(join(outDir, 'checkpoint.safetensors'));
    };
    const first = await run('once', '5');
    expect(await run('twice', '5')).toEqual(first);
    expect(await run('other', '6')).not.toEqual(first);
  });

  it("takes Adam's settings", async () => {
    const adam = ['--arch', 'gpt', '--weight-decay', '0.2', '--beta1', '0.8', '--beta2', '0.9'];
    const { stdout } = await runHosted([...SMALL, ...adam, '--out-dir', join(folder.path, 'adam'), '--json']);
    expect(jsonLines(stdout)[0]).toMatchObject({ weightDecay: 0.2, beta1: 0.8, beta2: 0.9 });
  });

  it('goes on from a checkpoint with its settings and data, to the same bytes as without a break', async () => {
    const text = join(folder.path, 'text.txt');
    await writeFile(text, 'It was the best of times, it was the worst of times. '.repeat(20));
    const given = [...SMALL, '--data', text, '--json', '--max-iters', '8', '--eval-interval', '4'];
    const [straight, broken] = [join(folder.path, 'straight'), join(folder.path, 'broken')];
    await runHosted([...given, '--out-dir', straight]);
    // The same run, ended by hand at some step.
    const halfway = startCli([...given, '--max-iters', '8', '--out-dir', broken]);
    await halfway.stdoutHas('"step":2,');
    halfway.child.kill('SIGINT');
    const { code } = await halfway.result;
    expect(code).toBe(130);
    const { step } = await readCheckpoint(broken);
    const { stdout } = await runHosted(['train', '--init-from', 'resume', '--out-dir', broken, '--json']);
    expect(jsonLines(stdout)[0]).toMatchObject({ event: 'start', resumedFrom: step, nEmbd: 16, data: text });
    expect(await readFile(join(broken, 'checkpoint.safetensors'))).toEqual(
      await readFile(join(straight, 'checkpoint.safetensors')),
    );
  });

  it('trains on a folder of tokens and on GPT-2 tokens', async () => {
    const data = join(folder.path, 'tokens');
    await mkdir(data);
    const tokens = Uint16Array.from({ length: 200 }, (_, i) => i % 5);
    for (const split of ['train.bin', 'val.bin'])
      await writeFile(join(data, split), new Uint8Array(tokens.buffer));
    await writeFile(
      join(data, 'meta.json'),
      JSON.stringify({ vocab_size: 5, itos: ['a', 'b', 'c', 'd', 'e'] }),
    );
    const fromFolder = await runHosted([
      ...SMALL,
      '--data',
      data,
      '--out-dir',
      join(folder.path, 'f'),
      '--json',
    ]);
    expect(jsonLines(fromFolder.stdout)[0]).toMatchObject({ vocabSize: 5, trainTokens: 200, valTokens: 200 });
    const text = join(folder.path, 'words.txt');
    await writeFile(text, 'words and more words, '.repeat(40));
    const gpt2 = ['--tokenizer', 'gpt2', '--data', text, '--n-embd', '4', '--max-iters', '1'];
    const { stdout } = await runHosted([...SMALL, ...gpt2, '--out-dir', join(folder.path, 'g'), '--json']);
    expect(jsonLines(stdout)[0]).toMatchObject({ vocabSize: 50304, trainTokens: expect.any(Number) });
    expect(jsonLines(stdout).at(-1)).toMatchObject({ event: 'done', steps: 1 });
  });

  it('runs on the reference backend with the same losses, up to rounding', async () => {
    const losses = async (backend: string) => {
      const outDir = join(folder.path, backend);
      const { stdout } = await runHosted([...SMALL, '--backend', backend, '--out-dir', outDir, '--json']);
      return jsonLines(stdout).flatMap(({ event, loss }) => (event === 'step' ? [loss as number] : []));
    };
    const [wasm, reference] = [await losses('wasm'), await losses('reference')];
    expect(wasm).toHaveLength(6);
    expectFinite(reference);
    expectClose(wasm, reference, absolute(1e-4));
  });
});

describe('ngpt train for people', () => {
  it('ends with losses, norms, alphas, text, the checkpoint and what to try next', async () => {
    const outDir = join(folder.path, 'report');
    const { code, stdout, stderr } = await runHosted([...SMALL, '--out-dir', outDir]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^nGPT with [\d,]+ parameters on moby-dick; wasm \(.*\), 1 thread\n/);
    for (const pattern of [
      /training loss +\d\.\d{4} nats/,
      /validation loss +\d\.\d{4} nats/,
      /unit norms +off by at most \de-\d/,
      /learned alpha +layer 1: attention 0\.\d+, MLP 0\.\d+\n +layer 2: attention/,
      /300 characters it writes now:/,
      /try next .* sample --checkpoint/,
    ]) {
      expect(stdout).toMatch(new RegExp(pattern.source.replace('\\de-\\d', '\\d\\.\\de-\\d')));
    }
    expect(stdout).toContain(join(outDir, 'checkpoint.safetensors'));
    const written = stdout.split('characters it writes now:\n\n')[1].split('\n\nreport ')[0];
    expect(written.length).toBeGreaterThan(250);
    expect(written.length).toBeLessThanOrEqual(300);
  });

  it('suggests commands that work as they stand, whatever the text and the out-dir', async () => {
    await writeFile(join(folder.path, 'lower.txt'), 'to be or not to be, that is the question\n'.repeat(20));
    const given = [...SMALL, '--data', 'lower.txt', '--out-dir', 'my runs'];
    const { stdout } = await runHosted(given, folder.path);
    const suggested = [/try next +(.*)\n/, /try next.*\n +(.*)\n/].map(
      (line) => line.exec(stdout)?.[1] ?? '',
    );
    expect(suggested[0]).toMatch(/ --prompt "to be or not to be, that"$/);
    for (const command of suggested) {
      const [name] = /^(npx ngpt|npm run --silent ngpt --)/.exec(command)!;
      const script = command.replace(name, `"${process.execPath}" "${built('cli/main.js')}"`);
      const { status, stderr } = spawnSync('/bin/sh', ['-c', script], { cwd: folder.path, encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
    }
  });

  it('says nothing of unit vectors for the baseline', async () => {
    const given = ['--arch', 'gpt', '--warmup-iters', '5', '--out-dir', join(folder.path, 'gpt')];
    const { code, stdout } = await runHosted([...SMALL, ...given]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^GPT with/);
    expect(stdout).not.toMatch(/unit norms|learned alpha/);
  });

  it.each([
    ['6', 'a warm-up of 6 steps never gets to --learning-rate 0.01 in 6; --warmup-iters 0 would\nnGPT with'],
    [
      '0',
      'with --max-iters 0 no step is made: nothing will be saved, and there will be no report\nnGPT with',
    ],
  ])(
    'begins with what is hardly meant, with --max-iters %s and a warm-up of 6 steps',
    async (count, note) => {
      const given = [
        '--max-iters',
        count,
        '--warmup-iters',
        '6',
        '--out-dir',
        join(folder.path, `hardly-${count}`),
      ];
      const { code, stdout } = await runHosted([...SMALL, ...given]);
      expect(code).toBe(0);
      expect(stdout.startsWith(note)).toBe(true);
      expect(stdout.includes('checkpoint  ')).toBe(count !== '0');
    },
  );
});

describe('Ctrl-C', () => {
  const ENDLESS = ['train', ...SMALL_MODEL, '--max-iters', '1000000'];

  it.each([1, 2])(
    'finishes the step, saves, says so and ends as one that was stopped, on %i threads',
    async (threads) => {
      const outDir = join(folder.path, `stopped-${threads}`);
      const run = startCli([...ENDLESS, '--threads', String(threads), '--out-dir', outDir, '--json']);
      await run.stdoutHas('"step":5,');
      run.child.kill('SIGINT');
      const { code, stdout, stderr } = await run.result;
      expect(code).toBe(130);
      const done = jsonLines(stdout).at(-1)!;
      expect(done).toMatchObject({
        ...{ event: 'done', reason: 'stopped', checkpoint: join(outDir, 'checkpoint.safetensors') },
      });
      const steps = jsonLines(stdout).filter(({ event }) => event === 'step');
      for (const { memory } of steps as unknown as StepEvent[]) {
        expect(memory).toHaveLength(threads);
        for (const { usedBytes, reservedBytes } of memory) {
          expect(usedBytes).toBeGreaterThan(50_000);
          expect(reservedBytes).toBeGreaterThan(usedBytes);
        }
      }
      expect(stderr).toMatch(
        new RegExp(`stopped after step ${done.steps}; saved to .*checkpoint.safetensors`),
      );
      expect((await readCheckpoint(outDir)).step).toBe(done.steps);
    },
  );

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('is not alone: %s does the same, with exit code %i', async (signal, exitCode) => {
    const outDir = join(folder.path, signal);
    const run = startCli([...ENDLESS, '--out-dir', outDir, '--json']);
    await run.stdoutHas('"step":5,');
    run.child.kill(signal);
    const { code, stdout, stderr } = await run.result;
    expect(code).toBe(exitCode);
    const { steps } = jsonLines(stdout).at(-1)!;
    expect(stderr).toMatch(new RegExp(`^stopping after this step\nstopped after step ${steps}; saved to `));
    expect((await readCheckpoint(outDir)).step).toBe(steps);
  });

  it('says it to people on the same stream as the rest', async () => {
    const run = startCli([...ENDLESS, '--out-dir', join(folder.path, 'stopped-plain')]);
    await run.stdoutHas('step 0:');
    run.child.kill('SIGINT');
    const { code, stdout } = await run.result;
    expect(code).toBe(130);
    expect(stdout).toMatch(/stopping after this step; press Ctrl-C again to quit at once\n/);
    expect(stdout).toMatch(/(stopped after step \d+; saved to|stopped before the first step)/);
  });

  it('counts what npm repeats at once as one keypress, and quits at the next', async () => {
    const script = join(folder.path, 'wait.mjs');
    const module = pathToFileURL(built('cli/train/stop-signal.js')).href;
    await writeFile(
      script,
      `import { StopSignal } from ${JSON.stringify(module)};
       new StopSignal(() => console.log('stopping')).listen();
       process.on('SIGINT', () => console.log('signal'));
       setInterval(() => {}, 1000);
       console.log('ready');`,
    );
    const { child, result, stdoutHas } = startScript(script, []);
    await stdoutHas('ready\n');
    child.kill('SIGINT');
    await stdoutHas('stopping\nsignal\n');
    child.kill('SIGINT');
    await stdoutHas('signal\nsignal\n');
    await new Promise((resolve) => setTimeout(resolve, 600));
    child.kill('SIGINT');
    const { code, stdout } = await result;
    expect(code).toBe(130);
    expect(stdout).toBe('ready\nstopping\nsignal\nsignal\n');
  });
});

describe('--max-minutes', () => {
  it('ends a run well, which has saved, says so and how to go on', async () => {
    const outDir = join(folder.path, 'minutes');
    const given = ['--max-iters', '1000000', '--max-minutes', '0.01', '--out-dir', outDir];
    const { code, stdout } = await runHosted(['train', ...SMALL_MODEL, ...given]);
    expect(code).toBe(0);
    const note =
      /\nthe 0\.01 minutes of --max-minutes are over: stopped after step (\d+); saved to (\S+); go on with: .* (train --init-from resume --out-dir \S+)\n$/;
    const [, step, path, resume] = note.exec(stdout)!;
    expect((await readCheckpoint(path)).step).toBe(Number(step));
    const on = await runHosted([...resume.split(' '), '--json', '--max-minutes', '0.02']);
    expect([on.code, jsonLines(on.stdout)[0]]).toMatchObject([
      0,
      { resumedFrom: Number(step), maxMinutes: 0.02 },
    ]);
    expect(jsonLines(on.stdout).at(-1)).toMatchObject({ reason: 'max-minutes' });
    // An end that was asked for: what is there is no failed attempt.
    const { stderr } = await runHosted([
      'train',
      ...SMALL_MODEL,
      '--max-iters',
      '0',
      '--out-dir',
      outDir,
      '--json',
    ]);
    expect(stderr).toMatch(/; it is kept in .*kept-/);
  });
});

describe('output that nobody takes', () => {
  const ENDLESS = ['train', ...SMALL_MODEL, '--max-iters', '1000000'];

  it.each([['--json'], []])('ends the run, which saves and says so on stderr: %s', async (...options) => {
    const outDir = join(folder.path, `unread${options}`);
    const run = startCli([...ENDLESS, '--eval-interval', '2', '--out-dir', outDir, ...options]);
    await run.stdoutHas(options.length > 0 ? '"step":4,' : 'step 4:');
    run.child.stdout.destroy();
    const { code, stderr } = await run.result;
    expect(code).toBe(0);
    const { step } = await readCheckpoint(outDir);
    expect(step).toBeGreaterThan(3);
    expect(stderr).toMatch(new RegExp(`^stopped after step ${step}; saved to [^\\n]+\n$`));
  });

  it.skipIf(!existsSync('/dev/full'))('ends the run with one line when the disk is full', async () => {
    const run = startCli(
      [...ENDLESS, '--out-dir', join(folder.path, 'full'), '--json'],
      undefined,
      '/dev/full',
    );
    const { code, stderr } = await run.result;
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ngpt: cannot write to the output: no space left on the disk\nstopped [^\n]+\n$/);
  });
});

describe('a loss that is no number', () => {
  it('ends the run with one line that names the step and the last good checkpoint, which stays', async () => {
    const outDir = join(folder.path, 'nan');
    await runHosted([...SMALL, '--out-dir', outDir, '--json']);
    const { code, stdout, stderr } = await runHosted([
      ...['train', '--init-from', 'resume', '--out-dir', outDir, '--json'],
      ...['--max-iters', '50', '--learning-rate', '1e30'],
    ]);
    expect(code).toBe(2);
    const path = join(outDir, 'checkpoint.safetensors');
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^other than in the run that is resumed: learning-rate 1e\+30 in place of /),
      `ngpt: the loss became NaN at step 8; the last good checkpoint, of step 6, is ${path}; give a lower --learning-rate than 1e+30`,
      '',
    ]);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ event: 'step', step: 7 });
    expect((await readCheckpoint(path)).step).toBe(6);
    expect(existsSync(`${path}.unfinished`)).toBe(false);
  });
});
