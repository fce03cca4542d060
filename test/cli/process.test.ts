import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runHosted, SMALL_MODEL, startCli, testFolder } from '../helpers/cli.js';

const folder = testFolder();

/** What tells of time and of the process itself. */
const VOLATILE = /"(tokensPerSecond|msPerStep|seconds|trainSeconds|usedBytes|reservedBytes)":[\d.]+/g;

beforeAll(async () => {
  const base = join(folder.path, 'base');
  await mkdir(base);
  await writeFile(join(base, 'text.txt'), 'Call me Ishmael. '.repeat(60));
  const recorded = await readFile('test/fixtures/gpt-tiny.safetensors');
  await writeFile(join(base, 'recorded.safetensors'), recorded);
  // The last tensor of the file; one bit of an exponent.
  recorded[recorded.length - 1] ^= 0x01;
  await writeFile(join(base, 'changed.safetensors'), recorded);
  const given = [...SMALL_MODEL, '--data', 'text.txt', '--max-iters', '2', '--out-dir', 'run', '--json'];
  expect((await runHosted(['train', ...given], base)).code).toBe(0);
  expect((await runHosted(['export', '--checkpoint', 'run', '--out', 'exported'], base)).code).toBe(0);
});

/** Every command, and every way for one to end by itself. */
const COMMANDS: readonly (readonly [command: string, code: number])[] = [
  [`train ${SMALL_MODEL.join(' ')} --data text.txt --max-iters 3 --out-dir new --json`, 0],
  [`train ${SMALL_MODEL.join(' ')} --data text.txt --max-iters 2 --out-dir two --threads 2 --json`, 0],
  ['train --init-from resume --out-dir run --max-iters 3 --learning-rate 0.02 --json', 0],
  ['train --init-from resume --out-dir run --max-iters 9 --learning-rate 1e30 --json', 2],
  ['train --init-from resume --out-dir run --n-layer 3', 2],
  ['train --data none.txt', 2],
  ['train --batch-size -3', 2],
  ['train --no-qk-norm --arch gpt', 2],
  ['train --bogus', 2],
  ['train --print-config', 0],
  ['eval --checkpoint run', 0],
  ['eval --checkpoint none', 2],
  ['sample --checkpoint run --prompt me', 0],
  ['inspect --checkpoint run', 0],
  ['export --checkpoint run --out again', 0],
  ['export --checkpoint run --out exported', 2],
  ['import --model exported/model.safetensors --args exported/model_args.json --data exported --out back', 0],
  ['verify recorded.safetensors', 0],
  ['verify changed.safetensors', 1],
  ['verify run/checkpoint.safetensors', 2],
  [
    `compare ${SMALL_MODEL.join(' ')} --budgets 2 --scale-warmup --learning-rates 0.01 --seeds 1 --data text.txt --dry-run`,
    0,
  ],
  ['compare --budgets 20,20', 2],
  [`sweep ${SMALL_MODEL.join(' ')} --widths 8,16 --learning-rates 0.01 --data text.txt --dry-run`, 0],
  ['sweep --widths 16,8', 2],
  ['--version', 0],
  ['help train', 0],
  ['help bogus', 2],
  ['trian', 2],
];

describe('in a process of its own a command ends, says and writes the same as among others in one', () => {
  it.each(COMMANDS)('ngpt %s', async (command, code) => {
    const outcomes = [];
    for (const [name, run] of Object.entries({
      alone: async (...given: Parameters<typeof startCli>) => startCli(...given).result,
      together: runHosted,
    })) {
      const work = join(folder.path, name);
      await cp(join(folder.path, 'base'), work, { recursive: true });
      const { stdout, ...rest } = await run(command.split(' '), work);
      const files = (await readdir(work, { recursive: true })).sort();
      await rm(work, { recursive: true });
      outcomes.push({ ...rest, stdout: stdout.replace(VOLATILE, ''), files });
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(outcomes[0].code).toBe(code);
  });
});
