import { join } from 'node:path';
import { expect, it } from 'vitest';
import { jsonLines, runHosted, SMALL_MODEL, testFolder } from '../helpers/cli.js';

const folder = testFolder();
const fixture = 'test/fixtures/gpt-tiny.safetensors';

it.each([
  ['plain', 'simd'],
  ['relaxed', 'relaxed-simd'],
])('--simd %s runs the mode %s, in training and in other commands', async (simd, mode) => {
  const outDir = join(folder.path, simd);
  const run = [
    'train',
    ...SMALL_MODEL,
    '--max-iters',
    '1',
    '--eval-iters',
    '1',
    '--out-dir',
    outDir,
    '--json',
  ];
  const trained = await runHosted([...run, '--simd', simd]);
  expect(trained.code, trained.stderr).toBe(0);
  expect(jsonLines(trained.stdout)[0]).toMatchObject({ event: 'start', mode });
  const verified = await runHosted(['verify', fixture, '--json', `--simd=${simd}`]);
  expect(jsonLines(verified.stdout)[0]).toMatchObject({ mode, pass: true });
});

it('is a mode for --print-config', async () => {
  const { stdout } = await runHosted(['train', '--simd', 'relaxed', '--print-config']);
  expect(JSON.parse(stdout)).toMatchObject({ mode: 'relaxed-simd' });
  expect(stdout).not.toContain('"simd"');
});

it.each([
  [
    ['--simd', 'wide', '--backend', 'gpu'],
    '--simd wide chooses a build of wasm; leave it out with --backend gpu',
  ],
  [
    ['--simd', 'plain', '--mode', 'wide'],
    '--simd plain and --mode wide ask for different builds; give one of them',
  ],
  [
    ['--simd', 'plain', '--mode', 'relaxed-simd'],
    '--simd plain and --mode relaxed-simd ask for different builds; give one of them',
  ],
])('refuses %j in one line', async (options, message) => {
  const { code, stdout, stderr } = await runHosted([
    'train',
    ...options,
    '--out-dir',
    join(folder.path, 'never'),
  ]);
  expect([code, stdout, stderr]).toEqual([2, '', `ngpt: ${message}\n`]);
});
