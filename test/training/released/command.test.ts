import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript, stepsOf } from '../../../src/training/released/command.js';
import { TRAIN_FLAGS } from '../../../src/training/released/interface.js';
import { type TrainSettings, trainSettings } from '../../../src/training/settings/settings.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spheregrad-run-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Asked {
  readonly given?: Partial<TrainSettings>;
  readonly step?: number | null;
  readonly options?: readonly string[];
  readonly env?: Record<string, string>;
}

/** What run.sh would start: it runs, with `echo` in place of Python. */
function start({ given = {}, step = 0, options = [], env = {} }: Asked) {
  const path = join(folder, 'run.sh');
  writeFileSync(path, runScript({ settings: trainSettings(given), step, dataset: 'spheregrad' }));
  const { status, stdout, stderr } = spawnSync('sh', [path, ...options], {
    encoding: 'utf8',
    env: { ...process.env, LAUNCH: 'echo', ...env },
  });
  const [program, ...words] = stdout.trim().split(' ');
  // Of two that are equal train.py takes the last.
  const flags = Object.fromEntries(words.map((word) => word.replace(/^--/, '').split('=')));
  return { status, stderr, program, flags };
}

describe('run.sh', () => {
  it('says every setting, as the type that train.py insists on', () => {
    const rates = fc.constantFrom(0, 1, 3, 0.1, 1e-2, 1.5e-3, 1e-7, 0.95, 123456789);
    const drawn = fc.record({ learningRate: rates, gradClip: rates, weightDecay: rates });
    fc.assert(
      fc.property(drawn, fc.constantFrom('ngpt', 'gpt'), ({ ...given }, arch) => {
        const { flags, status } = start({ given: { ...given, arch } });
        expect(status).toBe(0);
        for (const [name, text] of Object.entries(flags)) {
          const type = (TRAIN_FLAGS as Record<string, string>)[name];
          expect([name, type]).not.toContain(undefined);
          // What Python's literal_eval takes for a whole number, and for another.
          if (type === 'int') expect(text).toMatch(/^\d+$/);
          if (type === 'float') expect(text).toMatch(/^\d+\.\d+(e-?\d+)?$|^\d+e-?\d+$/);
        }
        expect(flags).toMatchObject({ init_from: 'resume', use_nGPT: arch === 'ngpt' ? '1' : '0' });
        expect(Number(flags.learning_rate)).toBe(given.learningRate);
        expect(Number(flags.grad_clip)).toBe(given.gradClip);
        expect(Number(flags.weight_decay)).toBe(given.weightDecay);
      }),
      { numRuns: 15 },
    );
  });

  it('starts what the rotary embedding needs, and from scratch where there is no run', () => {
    expect(start({})).toMatchObject({ program: 'train_rotary.py', flags: { init_from: 'resume' } });
    const other = start({ given: { rope: 'released' }, step: null });
    expect(other).toMatchObject({ program: 'train.py', flags: { init_from: 'scratch' } });
  });

  it.each([
    [{}, 12, 1],
    [{ PROCESSES: '4' }, 3, 4],
    [{ PROCESSES: '12' }, 1, 12],
    [{ BATCH: '512', PROCESSES: '8' }, 64, 8],
    [{ BATCH: '512' }, 128, 4],
    [{ BATCH: '514' }, 2, 257],
  ])('shares a batch out among processes, 8192 tokens at a time: %j', (env, size, accumulation) => {
    const { flags } = start({ env });
    expect([flags.batch_size, flags.gradient_accumulation_steps].map(Number)).toEqual([size, accumulation]);
  });

  it('refuses processes that cannot share a batch, and lets options win', () => {
    const { status, stderr } = start({ env: { PROCESSES: '5' } });
    expect([status, stderr]).toEqual([
      2,
      'run.sh: 5 processes cannot share batches of 12; BATCH=N gives another size\n',
    ]);
    const { flags } = start({ options: ['--batch_size=3', '--learning_rate=0.5'] });
    expect(flags).toMatchObject({ batch_size: '3', learning_rate: '0.5' });
  });

  it('ends the cosine after the warm-up: train.py divides by what lies between', () => {
    const { flags } = start({ given: { arch: 'gpt', warmupIters: 100, maxIters: 100 } });
    expect(flags).toMatchObject({ warmup_iters: '100', lr_decay_iters: '101', max_iters: '100' });
  });
});

describe('stepsOf', () => {
  it('begins and ends at multiples of the interval, and goes no farther than that takes', () => {
    const count = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 3000 }));
    fc.assert(
      fc.property(fc.oneof(fc.constant(0), count), count, count, (step, evalInterval, asked) => {
        const {
          evalInterval: interval,
          maxIters,
          lastStep,
        } = stepsOf({ evalInterval, maxIters: asked }, step);
        expect(interval).toBeGreaterThanOrEqual(1);
        expect(step % interval).toBe(0);
        expect(lastStep % interval).toBe(0);
        expect(lastStep).toBeGreaterThan(step);
        expect(maxIters).toBe(step < asked ? asked : 2 * step);
        expect(lastStep - maxIters).toBeGreaterThanOrEqual(0);
        expect(lastStep - maxIters).toBeLessThan(interval);
      }),
    );
  });

  it.each([
    [0, 250, 2000, 250, 2000],
    [0, 250, 100, 100, 100],
    [800, 250, 800, 200, 1600],
    [137, 250, 2000, 137, 2055],
    [1009, 250, 2000, 1009, 2018],
    [1500, 250, 2000, 250, 2000],
  ])('after step %i, every %i of %i: every %i, up to %i', (step, evalInterval, maxIters, every, last) => {
    expect(stepsOf({ evalInterval, maxIters }, step)).toMatchObject({ evalInterval: every, lastStep: last });
  });
});
