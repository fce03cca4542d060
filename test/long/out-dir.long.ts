/** The real command: many that want one out-dir, and kills at every change while the run of another is kept. */
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BEST_CHECKPOINT, LAST_CHECKPOINT, readCheckpoint } from '../../src/training/node/index.js';
import { built, runCli, SMALL_MODEL, startCli, testFolder } from '../helpers/cli.js';
import { runKilled } from '../helpers/kill/kill.js';
import { progress } from './progress.js';

const folder = testFolder();
const train = (outDir: string, ...options: string[]) => [
  ...['train', ...SMALL_MODEL, '--out-dir', outDir, '--json'],
  ...options,
];

describe('commands that start at the same moment in the same out-dir', () => {
  const ROUNDS = 10;
  const COMMANDS = 4;

  it.each(['new', 'of a killed run'])('%s: one trains, the others say so in one line', async (what) => {
    for (let round = 1; round <= ROUNDS; round++) {
      const outDir = join(folder.path, `${what}-${round}`.replaceAll(' ', '-'));
      if (what !== 'new') {
        const killed = startCli(train(outDir, '--max-iters', '1000000', '--eval-interval', '2'));
        await killed.stdoutHas('"step":3,');
        killed.child.kill('SIGKILL');
        await killed.result;
      }
      const runs = Array.from({ length: COMMANDS }, () =>
        startCli(train(outDir, '--max-iters', '1000000', '--eval-interval', '50')),
      );
      // Those that are refused end by themselves.
      const first = await Promise.any(
        runs.map(async (run) => {
          await run.stdoutHas('"step":60,');
          return run;
        }),
      );
      const others = await Promise.all(runs.filter((run) => run !== first).map(({ result }) => result));
      for (const { code, stdout, stderr } of others) {
        expect([code, stdout]).toEqual([2, '']);
        expect(stderr).toMatch(
          new RegExp(`^ngpt: ${outDir} is in use by another run, process ${first.child.pid} on [^\n]+\n$`),
        );
      }
      first.child.kill('SIGINT');
      expect((await first.result).code).toBe(130);
      expect((await readCheckpoint(outDir)).step).toBeGreaterThanOrEqual(60);
      expect(await readdir(outDir)).not.toContain('lock.json');
      progress(`${what}, round ${round} of ${ROUNDS}: one of ${COMMANDS} trained`);
    }
  });
});

describe('a run from scratch that is killed while it keeps a finished one', () => {
  it('at any change, leaves that one whole, and the next run keeps it', async () => {
    const before = join(folder.path, 'finished');
    await mkdir(before);
    expect((await runCli(train(before, '--max-iters', '4', '--eval-interval', '2'))).code).toBe(0);
    const wanted = await Promise.all(
      [LAST_CHECKPOINT, BEST_CHECKPOINT].map((name) => readFile(join(before, name))),
    );
    const isWanted = async (path: string) => {
      const [last, best] = [join(path, LAST_CHECKPOINT), join(path, BEST_CHECKPOINT)];
      const bytes = await Promise.all([last, best].map((name) => readFile(name).catch(() => null)));
      return bytes.every((each, i) => each?.equals(wanted[i]));
    };
    for (let at = 1; ; at++) {
      const outDir = `${before}-${at}`;
      await cp(before, outDir, { recursive: true });
      await writeFile(join(outDir, 'notes.txt'), 'mine');
      const options = ['--max-iters', '2', '--eval-interval', '1', '--seed', String(at)];
      const { signal, stderr } = runKilled(built('cli/main.js'), train(outDir, ...options), {
        at,
        in: outDir,
      });
      const kept = async () => (await readdir(outDir)).filter((name) => /^kept-[\dT-]+$/.test(name));
      const places = [outDir, ...(await kept()).map((name) => join(outDir, name))];
      expect(await Promise.all(places.map(isWanted)), stderr).toContain(true);

      const next = await runCli(train(outDir, ...options));
      expect(next.code, next.stderr).toBe(0);
      expect((await readCheckpoint(outDir)).step).toBe(2);
      const all = (await kept()).map((name) => join(outDir, name));
      expect(await Promise.all(all.map(isWanted))).toContain(true);
      expect((await readdir(outDir)).filter((name) => /unfinished|lock/.test(name))).toEqual([]);
      progress(`${signal === null ? 'not killed' : `killed before change ${at}`}: the finished run is kept`);
      if (signal === null) {
        expect(at).toBeGreaterThan(15);
        break;
      }
    }
  });
});
