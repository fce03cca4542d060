import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../src/training/node/index.js';
import { jsonLines, runHosted, SMALL_MODEL, testFolder } from '../../helpers/cli.js';

const folder = testFolder();
let run: string;

beforeAll(async () => {
  run = join(folder.path, 'run');
  const given = ['train', '--json', '--out-dir', run, '--eval-interval', '2', '--max-iters'];
  await runHosted([...given, '4', ...SMALL_MODEL]);
  // A rate at which it forgets what it had learned.
  await runHosted([...given, '6', '--init-from', 'resume', '--learning-rate', '5', '--min-lr', '5']);
  expect((await readCheckpoint(run)).step).toBe(6);
  expect((await readCheckpoint(join(run, 'best.safetensors'))).step).toBe(4);
});

describe('--best', () => {
  it('measures the best checkpoint of an out-dir in place of the last', async () => {
    const measure = async (checkpoint: string, ...options: string[]) => {
      const { stdout } = await runHosted(['eval', '--checkpoint', checkpoint, '--json', ...options]);
      return jsonLines(stdout)[0] as { step: number; loss: number };
    };
    const [last, best] = [await measure(run), await measure(run, '--best')];
    expect([last.step, best.step]).toEqual([6, 4]);
    expect(best.loss).toBeLessThan(last.loss);
    expect(await measure(join(run, 'best.safetensors'))).toEqual(best);
  });

  it('lets it write, and exports it', async () => {
    const sample = (...options: string[]) =>
      runHosted(['sample', '--max-new-tokens', '40', '--checkpoint', ...options]).then(
        ({ stdout }) => stdout,
      );
    const best = await sample(run, '--best');
    expect(best).toBe(await sample(join(run, 'best.safetensors')));
    expect(best).not.toBe(await sample(run));

    const out = join(folder.path, 'exported');
    const { stdout } = await runHosted(['export', '--checkpoint', run, '--best', '--out', out]);
    expect(stdout).toContain('after step 4 ');
    expect((await readFile(join(out, 'model.safetensors'))).length).toBeGreaterThan(1000);
  });

  it.each(['eval', 'sample', 'export --out none'])(
    'is refused by %s where there is none',
    async (command) => {
      const fails = async (checkpoint: string) => {
        const { code, stderr } = await runHosted(
          [...command.split(' '), '--best', '--checkpoint', checkpoint],
          folder.path,
        );
        expect(code).toBe(2);
        return stderr;
      };
      await mkdir(join(folder.path, 'empty'), { recursive: true });
      expect(await fails('empty')).toBe(
        'ngpt: empty has no best.safetensors: none of its saves was the best so far\n',
      );
      expect(await fails('run/checkpoint.safetensors')).toBe(
        'ngpt: run/checkpoint.safetensors is no out-dir that could have a best checkpoint\n',
      );
      await rm(join(folder.path, 'none'), { recursive: true, force: true });
    },
  );
});
