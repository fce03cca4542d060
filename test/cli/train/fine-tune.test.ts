import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../src/training/node/index.js';
import { jsonLines, runHosted, SMALL_MODEL, testFolder } from '../../helpers/cli.js';

const folder = testFolder();

/** Runs it in the folder; returns its events. */
async function train(...options: string[]): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await runHosted(['train', '--json', ...options], folder.path);
  expect([code, stderr.replace(/^begins with .*\n/, '')]).toEqual([0, '']);
  return jsonLines(stdout);
}

const losses = (events: Record<string, unknown>[]) =>
  events.flatMap(({ event, loss }) => (event === 'step' ? [loss] : []));

beforeAll(async () => {
  await writeFile(join(folder.path, 'first.txt'), 'the cat sat on the mat. '.repeat(60));
  await writeFile(join(folder.path, 'second.txt'), 'the mat sat on the hat. '.repeat(60));
  await train(
    ...SMALL_MODEL,
    '--data',
    'first.txt',
    '--max-iters',
    '60',
    '--seed',
    '3',
    '--out-dir',
    'first',
  );
});

describe('ngpt train --init-from CHECKPOINT', () => {
  it('begins anew with the weights, the tokens and the settings from there', async () => {
    const given = ['--init-from', 'first', '--out-dir', 'second', '--data', 'second.txt', '--max-iters', '3'];
    const { stdout, stderr } = await runHosted(['train', '--json', ...given], folder.path);
    expect(stderr).toBe('begins with the weights of first, after 60 steps\n');
    const [start, evaluation, step] = jsonLines(stdout);
    const kept = { nLayer: 2, nEmbd: 16, blockSize: 16, batchSize: 4, evalIters: 2, seed: 3 };
    expect(start).toMatchObject({ ...kept, resumedFrom: 0, data: 'second.txt', maxIters: 3 });
    expect(evaluation).toMatchObject({ event: 'eval', step: 0 });
    // Of 13 characters: one that has learned nothing is at 2.6.
    expect(evaluation.valLoss).toBeLessThan(2);
    expect(step).toMatchObject({ step: 1, lr: 0.01 });

    const [from, to] = [join(folder.path, 'first'), join(folder.path, 'second')];
    const [source, made] = [await readCheckpoint(from), await readCheckpoint(to)];
    expect(made.tokenizer).toEqual(source.tokenizer);
    expect([made.step, made.sampler.batches, source.step]).toEqual([3, 3, 60]);
    const moments = (checkpoint: typeof made) => checkpoint.optimizer.get('v/lm_head.weight')?.data;
    expect(moments(made)).not.toEqual(moments(source));
  });

  it('takes the weights as they are, and draws batches as a new run', async () => {
    const given = ['--init-from', 'first/checkpoint.safetensors', '--max-iters', '2', '--learning-rate', '0'];
    const [, evaluation] = await train(...given, '--out-dir', 'same');
    expect(evaluation.valLoss).toBe((await readCheckpoint(join(folder.path, 'first'))).valLoss);
    const once = losses(await train(...given, '--out-dir', 'seed'));
    expect(losses(await train(...given, '--out-dir', 'seed-again'))).toEqual(once);
    expect(losses(await train(...given, '--out-dir', 'other-seed', '--seed', '4'))).not.toEqual(once);
  });

  it('may have shorter blocks, and goes on by itself from then on', async () => {
    const given = ['--init-from', 'first', '--out-dir', 'shorter', '--block-size', '8', '--threads', '2'];
    const [start] = await train(...given, '--max-iters', '2', '--data', 'second.txt');
    expect(start).toMatchObject({ blockSize: 8, threads: 2 });
    await train('--init-from', 'resume', '--out-dir', 'shorter', '--max-iters', '4');
    expect(await readCheckpoint(join(folder.path, 'shorter'))).toMatchObject({
      ...{ step: 4, data: 'second.txt', config: { blockSize: 8, nEmbd: 16 } },
    });
  });

  it('begins with the best of a run by its name, and with a folder that is called scratch by a path', async () => {
    const best = join('first', 'best.safetensors');
    expect((await train('--init-from', best, '--out-dir', 'best', '--max-iters', '1')).at(-1)).toMatchObject({
      steps: 1,
    });
    await mkdir(join(folder.path, 'scratch'));
    const { stderr } = await runHosted(['train', '--init-from', './scratch', '--out-dir', 'x'], folder.path);
    expect(stderr).toMatch(/scratch\/checkpoint\.safetensors: cannot read it/);
  });
});
