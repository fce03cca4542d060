import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nearest } from '../../../src/tensor/checks/nearest.js';
import { jsonLines, runHosted, testFolder } from '../../helpers/cli.js';

const folder = testFolder();

/** Options that a command line and a file have in common. */
const SMALL = {
  n_layer: 2,
  n_head: 2,
  n_embd: 16,
  block_size: 16,
  batch_size: 4,
  eval_iters: 2,
  max_iters: 2,
};

async function write(name: string, config: unknown): Promise<void> {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  await writeFile(join(folder.path, name), text);
}

/** What a run would have, as `--print-config` says it. */
async function settingsOf(...options: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await runHosted(['train', '--print-config', ...options], folder.path);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

describe('ngpt train --config', () => {
  it('trains with the options of the file, whatever their spelling', async () => {
    const spellings = { 'n-layer': 2, nHead: 2, n_embd: 16, 'block-size': 16, batchSize: 4, eval_iters: 2 };
    await writeFile(join(folder.path, 'text.txt'), 'to be or not to be '.repeat(50));
    await write('run.json', {
      ...{ ...spellings, max_iters: 2, qk_norm: false, 'no-tie-weights': true, json: true, d_mlp: null },
      ...{
        dataset: 'text.txt',
        dropout: 0.0,
        bias: false,
        compile: false,
        out_dir: 'from-file',
        preset: 'demo',
      },
    });
    const { code, stdout, stderr } = await runHosted(['train', '--config', 'run.json'], folder.path);
    expect([code, stderr]).toEqual([0, '']);
    expect(jsonLines(stdout)[0]).toMatchObject({
      ...{ nLayer: 2, nHead: 2, nEmbd: 16, blockSize: 16, batchSize: 4, evalIters: 2, dMlp: 64 },
      ...{ qkNorm: false, tieWeights: false, data: 'text.txt', alphaInit: 0.25 },
    });
    expect(jsonLines(stdout).at(-1)!.checkpoint).toBe(join('from-file', 'checkpoint.safetensors'));
  });

  it("takes nanoGPT's name of a data folder", async () => {
    await mkdir(join(folder.path, 'data', 'letters'), { recursive: true });
    await write('dataset.json', { dataset: 'letters' });
    expect((await settingsOf('--config', 'dataset.json')).data).toBe(join('data', 'letters'));
  });

  it('has the command line on top, switches too, and later files before earlier ones', async () => {
    await write('low.json', { ...SMALL, qk_norm: false, tie_weights: true, json: true, seed: 1 });
    await write('high.json', { seed: 2, min_lr: 0.001 });
    const given = [
      '--config=low.json',
      '--qk_norm',
      '--config',
      'high.json',
      '--n_layer=3',
      '--no-tie-weights',
    ];
    expect(await settingsOf(...given)).toMatchObject({
      ...{ ...SMALL, n_layer: 3, qk_norm: true, tie_weights: false, seed: 2, min_lr: 0.001 },
    });
    const people = await runHosted(
      ['train', '--config', 'low.json', '--json=False', '--max-iters=1'],
      folder.path,
    );
    expect(people.stdout).toMatch(/^nGPT with/);
  });

  it.each([
    ['{"blok_size": 8}', 'unknown key "blok_size"; did you mean "block_size"?'],
    ['{"zzzzzzzzz": 8}', 'unknown key "zzzzzzzzz"'],
    ['{"config": "x.json"}', 'unknown key "config"'],
    ['{"block_size": "64"}', 'block_size must be a number, got "64"'],
    ['{"qk_norm": "False"}', 'qk_norm must be true or false, got "False"'],
    ['{"data": 3}', 'data must be a text in quotes, got 3'],
    ['{"block_size": 8, "block-size": 9}', 'block-size is there in two spellings'],
    ['{"qkNorm": true, "no_qk_norm": true}', 'no_qk_norm is there in two spellings'],
  ])('refuses %s, with the file and the key', async (text, message) => {
    await write('wrong.json', text);
    const { code, stdout, stderr } = await runHosted(['train', '--config', 'wrong.json'], folder.path);
    expect([code, stdout, stderr]).toEqual([2, '', `ngpt: wrong.json: ${message}\n`]);
  });

  it.each([
    ['{"dropout": 0.1}', '--dropout 0.1 is not possible here: there is no dropout; leave it away'],
    ['{"preset": "gpt5"}', "option '--preset <name>' argument 'gpt5' is invalid. Allowed choices are demo"],
    ['{"max_iters": -1}', '--max-iters must be a whole number of at least 0, got -1'],
    ['[1]', 'the config wrong.json is no JSON object, such as { "block_size": 64 }'],
    ['{', 'cannot read the config wrong.json: it is not JSON: '],
  ])('refuses %s as the command line would, or a program', async (text, message) => {
    await write('wrong.json', text);
    const { code, stdout, stderr } = await runHosted(['train', '--config', 'wrong.json'], folder.path);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.startsWith(`ngpt: ${message}`)).toBe(true);
    expect(stderr).toMatch(/^[^\n]+\n$/);
  });

  it('refuses a file that is not there', async () => {
    const { stderr } = await runHosted(['train', '--config', 'none.json'], folder.path);
    expect(stderr).toBe('ngpt: cannot read the config none.json: there is no such file or folder\n');
  });
});

describe('ngpt train --print-config', () => {
  it.each([
    [['--preset', 'demo', '--qk_norm=False']],
    [['--arch', 'gpt', '--backend', 'reference', '--threads', '3']],
  ])('prints a file that asks for the same: %s', async (options) => {
    const settings = await settingsOf(...options);
    await write('printed.json', settings);
    expect(await settingsOf('--config', 'printed.json')).toEqual(settings);
  });

  it('has the settings of the run that goes on, and trains nothing', async () => {
    await write('small.json', { ...SMALL, data: 'text.txt', seed: 9 });
    await runHosted(['train', '--config', 'small.json', '--out-dir', 'resumed', '--json'], folder.path);
    expect(
      await settingsOf('--init-from', 'resume', '--out-dir', 'resumed', '--max-iters', '7'),
    ).toMatchObject({
      ...{ ...SMALL, max_iters: 7, seed: 9, data: 'text.txt', init_from: 'resume', out_dir: 'resumed' },
    });
  });
});

describe('nearest', () => {
  it('finds what was mistyped, and nothing that is far off', () => {
    const names = ['block-size', 'batch-size', 'seed', 'data'];
    expect(nearest('blocksize', names)).toBe('block-size');
    expect(nearest('bath-size', names)).toBe('batch-size');
    expect(nearest('sede', names)).toBe('seed');
    expect(nearest('momentum', names)).toBe(null);
    expect(nearest('x', names)).toBe(null);
    expect(nearest('data', names)).toBe('data');
  });
});
