import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../src/training/node/index.js';
import { jsonLines, runCli, SMALL_MODEL, startCli, testFolder } from '../../helpers/cli.js';

const folder = testFolder();
const train = (outDir: string, ...options: string[]) => [
  ...['train', ...SMALL_MODEL, '--out-dir', outDir, '--json'],
  ...options,
];

describe('an out-dir that is removed during the training', () => {
  it.each(['empty', 'of a finished run'])(
    'is made again, which is said, and has what is saved: %s',
    async (what) => {
      const outDir = join(folder.path, what.replaceAll(' ', '-'));
      if (what !== 'empty') await runCli(train(outDir, '--max-iters', '2'));
      const run = startCli(train(outDir, '--max-iters', '1000000', '--eval-interval', '100000'));
      await run.stdoutHas('"step":6,');
      // The run writes to its log all the while.
      await rm(outDir, { recursive: true, maxRetries: 20 });
      await run.stdoutHas('"step":12,');
      run.child.kill('SIGINT');
      const { code, stdout, stderr } = await run.result;
      expect(code).toBe(130);
      const { steps } = jsonLines(stdout).at(-1)!;
      expect(stderr).toContain(`\n${outDir} was removed, or the lock.json in it; made it again\n`);
      expect((await readCheckpoint(outDir)).step).toBe(steps);
      expect((await readdir(outDir)).sort()).toEqual(['checkpoint.safetensors', 'log.jsonl']);
      // From where it was made again.
      const log = jsonLines(await readFile(join(outDir, 'log.jsonl'), 'utf8'));
      expect(log.at(-1)).toMatchObject({ event: 'stopped', steps });
    },
  );
});
