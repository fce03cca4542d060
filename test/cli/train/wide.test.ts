import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonLines, runCli, SMALL_MODEL, testFolder } from '../../helpers/cli.js';

const folder = testFolder();
const canPairVectors = Number.parseInt(process.versions.node, 10) >= 24 && process.arch === 'x64';

async function losses(mode: string, threads: number) {
  const { code, stdout, stderr } = await runCli([
    ...['train', ...SMALL_MODEL, '--max-iters', '12', '--eval-interval', '6', '--threads', String(threads)],
    ...['--mode', mode, '--out-dir', join(folder.path, `${mode}-${threads}`), '--json'],
  ]);
  expect(code, stderr).toBe(0);
  const lines = jsonLines(stdout);
  return {
    mode: lines[0].mode,
    stderr,
    losses: lines.flatMap(({ loss, valLoss }) => [loss ?? valLoss]),
  };
}

describe.runIf(canPairVectors)('training in the mode wide (wants Node 24 or later on x64)', () => {
  it.each([1, 2])('has the losses of relaxed-simd, on %i threads', async (threads) => {
    const wide = await losses('wide', threads);
    // Where the measurement finds no gain, another build runs and says so.
    if (wide.mode !== 'wide')
      expect(wide.stderr).toMatch(/^wasm: wide is not faster here, relaxed-simd runs/);
    expect(wide.losses).toEqual((await losses('relaxed-simd', threads)).losses);
  });
});

it.skipIf(canPairVectors).each(['--mode', '--simd'])(
  'refuses %s wide in a Node that pairs no vectors',
  async (option) => {
    const { code, stdout, stderr } = await runCli([
      'train',
      ...[option, 'wide', '--out-dir', join(folder.path, 'never')],
    ]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^ngpt: wasm: wide wants Node 24 or later on x64, this is Node .*\n$/);
  },
);
