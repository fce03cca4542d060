import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BlockSizeLoss } from '../../src/experiments/length/length-report.js';
import { jsonLines, runHosted, SMALL_MODEL, startCli, testFolder } from '../helpers/cli.js';
import { expectClose } from '../helpers/values/close.js';
import { absolute } from '../helpers/values/tolerance.js';

const folder = testFolder();
let outDir: string;

async function evaluate(...args: string[]): Promise<Record<string, number>> {
  const { code, stdout, stderr } = await runHosted(
    ['eval', '--checkpoint', outDir, '--json', ...args],
    folder.path,
  );
  expect([code, stderr]).toEqual([0, '']);
  const lines = jsonLines(stdout);
  expect(lines).toHaveLength(1);
  return lines[0] as Record<string, number>;
}

async function sample(...args: string[]): Promise<string> {
  const given = ['sample', '--checkpoint', outDir, '--max-new-tokens', '40', ...args];
  const { code, stdout, stderr } = await runHosted(given, folder.path);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

beforeAll(async () => {
  outDir = join(folder.path, 'run');
  // Every é takes two bytes: half as many bits per byte of UTF-8 as per character, nearly.
  await writeFile(join(folder.path, 'text.txt'), 'éèêéèê'.repeat(100));
  const given = [...SMALL_MODEL, '--data', 'text.txt', '--max-iters', '60', '--out-dir', outDir, '--json'];
  const { code } = await runHosted(['train', ...given], folder.path);
  expect(code).toBe(0);
});

describe('ngpt eval', () => {
  it('gives loss, perplexity and bits per byte, which belong together', async () => {
    const { loss, perplexity, bitsPerByte, ...rest } = await evaluate();
    expect(rest).toMatchObject({ event: 'eval', step: 60, data: 'text.txt' });
    expect(loss).toBeGreaterThan(0);
    expectClose(perplexity, Math.exp(loss), absolute(5e-11));
    expectClose(bitsPerByte, loss / Math.LN2 / 2, absolute(5e-11));
  });

  it('repeats, and depends on the seed and the number of batches', async () => {
    const { loss } = await evaluate('--eval-iters', '3');
    expect((await evaluate('--eval-iters', '3')).loss).toBe(loss);
    expect((await evaluate('--eval-iters', '3', '--seed', '9')).loss).not.toBe(loss);
    expect((await evaluate('--eval-iters', '4')).tokens).toBe(4 * 4 * 16);
  });

  it('covers the whole validation split with --full, the same whatever the seed', async () => {
    const full = await evaluate('--full');
    expect(full.tokens).toBe(59);
    expect((await evaluate('--full', '--seed', '9')).loss).toBe(full.loss);
    expectClose(full.loss, (await evaluate()).loss, absolute(0.2));
  });

  it('measures on other data and on another backend', async () => {
    await writeFile(join(folder.path, 'other.txt'), 'êêêêêêêêêê'.repeat(30));
    const { loss } = await evaluate('--full');
    expect((await evaluate('--full', '--data', 'other.txt')).loss).toBeGreaterThan(loss);
    expectClose((await evaluate('--full', '--backend', 'reference')).loss, loss, absolute(5e-5));
  });

  it('measures blocks of other sizes, those of the trained one as without them', async () => {
    for (const options of [['--full'], ['--eval-iters', '3']]) {
      const report = await evaluate('--block-sizes', '40,16,1', ...options);
      const { loss, tokens } = await evaluate(...options);
      expect(report).toMatchObject({
        ...{ event: 'block-sizes', version: 1, checkpoint: outDir, step: 60 },
        ...{ arch: 'ngpt', trainedBlockSize: 16, data: 'text.txt' },
      });
      const sizes = report.sizes as unknown as BlockSizeLoss[];
      expect(sizes.map(({ blockSize }) => blockSize)).toEqual([1, 16, 40]);
      expectClose(sizes[1].loss, loss, absolute(1e-5));
      expect(sizes[1].tokens).toBe(tokens);
      expect(sizes[2].lossByPosition).toHaveLength(40);
      expect(sizes[2].buckets.map(({ from, to }) => [from, to])).toEqual([
        [0, 16],
        [16, 32],
        [32, 40],
      ]);
    }
  });

  it('prints a table of blocks of other sizes', async () => {
    const given = ['eval', '--checkpoint', outDir, '--block-sizes', '40,16', '--full'];
    const { code, stdout } = await runHosted(given, folder.path);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /\nblock size +loss +tokens +0–15 +16–31 +32–39\n16 +\d\.\d{4} +59 +\d\.\d{4}\n40 +\d\.\d{4} +59( +\d\.\d{4}){3}\n$/,
    );
  });

  it('prints a few lines for people', async () => {
    const { code, stdout } = await runHosted(['eval', '--checkpoint', outDir], folder.path);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /\nloss +\d\.\d{4} nats per token\nperplexity +\d+\.\d{3}\nbits per byte +\d\.\d{4}\n$/,
    );
  });

  it('knows no bits per byte for tokens without their text', async () => {
    const data = join(folder.path, 'tokens');
    await mkdir(data);
    const tokens = Uint16Array.from({ length: 100 }, (_, i) => i % 7);
    for (const split of ['train.bin', 'val.bin'])
      await writeFile(join(data, split), new Uint8Array(tokens.buffer));
    await writeFile(join(data, 'meta.json'), '{"vocab_size":7}');
    const run = join(folder.path, 'numbers');
    await runHosted([
      'train',
      ...SMALL_MODEL,
      '--data',
      data,
      '--max-iters',
      '1',
      '--out-dir',
      run,
      '--json',
    ]);
    const { stdout } = await runHosted(['eval', '--checkpoint', run, '--json']);
    expect(jsonLines(stdout)[0]).toMatchObject({ bitsPerByte: null });
    const sampled = await runHosted([
      'sample',
      '--checkpoint',
      run,
      '--prompt',
      '1 2',
      '--max-new-tokens',
      '3',
    ]);
    expect(sampled.stdout).toMatch(/^1 2(\d ){3}\n$/);
  });
});

describe('ngpt sample', () => {
  it('goes on from the prompt, the same for the same seed', async () => {
    const text = await sample('--prompt', 'éè');
    expect(text).toMatch(/^éè[éèê]{40}\n$/);
    expect(await sample('--prompt', 'éè')).toBe(text);
    expect(await sample('--prompt', 'éè', '--seed', '2', '--temperature', '5')).not.toBe(text);
  });

  it('always takes the likeliest at temperature 0, and with top-k 1', async () => {
    const text = await sample('--prompt', 'éè', '--temperature', '0');
    expect(await sample('--prompt', 'éè', '--top-k', '1', '--seed', '3')).toBe(text);
    expect(await sample('--prompt', 'éè', '--top-p', '1e-9', '--seed', '4')).toBe(text);
  });

  it('starts from the vocabulary without a prompt, and takes prompts longer than a block', async () => {
    expect(await sample()).toMatch(/^[éèê]{40}\n$/);
    expect(await sample('--prompt', 'é'.repeat(50))).toMatch(/^é{50}[éèê]{40}\n$/);
  });

  it('writes nothing new when asked for nothing', async () => {
    expect(await sample('--prompt', 'é', '--max-new-tokens', '0')).toBe('é\n');
  });

  it('ends quietly when its reader has seen enough', async () => {
    const run = startCli(['sample', '--checkpoint', outDir, '--max-new-tokens', '1000000'], folder.path);
    await run.stdoutHas('é');
    run.child.stdout.destroy();
    const { code, stderr } = await run.result;
    expect([code, stderr]).toEqual([0, '']);
  });

  it.skipIf(!existsSync('/dev/full'))('says in one line that its output cannot be written', async () => {
    const given = ['sample', '--checkpoint', outDir, '--max-new-tokens', '1000000'];
    const { code, stderr } = await startCli(given, folder.path, '/dev/full').result;
    expect([code, stderr]).toEqual([2, 'ngpt: cannot write to the output: no space left on the disk\n']);
  });

  it('ends before the stop text', async () => {
    const whole = await sample('--prompt', 'é');
    const stopped = await sample('--prompt', 'é', '--stop', 'ê');
    expect(stopped).toBe(`${whole.slice(0, whole.indexOf('ê'))}\n`);
  });

  it('writes several, each as its seed alone would', async () => {
    const one = (seed: number) => sample('--prompt', 'é', '--temperature', '5', '--seed', String(seed));
    const given = ['--prompt', 'é', '--temperature', '5', '--num-samples', '3', '--seed', '8'];
    const heads = [8, 9, 10].map((seed, i) => `--- sample ${i + 1} of 3, seed ${seed} ---\n`);
    const texts = [await one(8), await one(9), await one(10)];
    expect(new Set(texts).size).toBe(3);
    expect(await sample(...given)).toBe(heads.map((head, i) => head + texts[i]).join(''));
    const lines = jsonLines(await sample(...given, '--json'));
    expect(lines).toEqual(
      texts.map((text, i) => ({
        ...{ event: 'sample', sample: i + 1, seed: 8 + i, prompt: 'é', text: text.slice(1, -1) },
      })),
    );
  });

  it('takes its prompt from a file, or from standard input', async () => {
    await writeFile(join(folder.path, 'prompt.txt'), 'éè');
    const given = await sample('--prompt', 'éè');
    expect(await sample('--prompt-file', 'prompt.txt')).toBe(given);
    expect(await sample('--start=FILE:prompt.txt')).toBe(given);
    const { child, result } = startCli(
      ['sample', '--checkpoint', outDir, '--max-new-tokens', '40', '--prompt-file', '-'],
      folder.path,
    );
    child.stdin.write('é');
    child.stdin.end('è');
    expect(await result).toMatchObject({ code: 0, stdout: given, stderr: '' });
  });
});
