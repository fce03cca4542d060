import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonLines, runHosted, SMALL_MODEL, testFolder } from '../helpers/cli.js';

const folder = testFolder();
const fixture = 'test/fixtures/ngpt-tiny.safetensors';

describe.each(['cpu', 'webasm'])('the gpu backend in mode %s on the command line', (mode) => {
  const where = ['--backend', 'gpu', '--mode', mode];
  /** The same at every step, however many are to come. */
  const rate = ['--learning-rate', '0.003', '--min-lr', '0.003'];
  const train = (outDir: string, ...more: string[]) =>
    runHosted([
      'train',
      ...SMALL_MODEL,
      ...where,
      ...rate,
      '--json',
      '--out-dir',
      join(folder.path, outDir),
      ...more,
    ]);

  it('trains, says where, and resumes to the same bytes', async () => {
    const whole = await train(`${mode}-whole`, '--max-iters', '4', '--eval-interval', '2');
    expect(whole.code, whole.stderr).toBe(0);
    expect(jsonLines(whole.stdout)[0]).toMatchObject({ event: 'start', backend: 'gpu', mode });

    await train(`${mode}-parts`, '--max-iters', '2', '--eval-interval', '2');
    const rest = await train(`${mode}-parts`, '--max-iters', '4', '--init-from', 'resume');
    expect(jsonLines(rest.stdout)[0]).toMatchObject({ event: 'start', resumedFrom: 2, mode });
    const bytes = (outDir: string) => readFile(join(folder.path, outDir, 'checkpoint.safetensors'));
    expect((await bytes(`${mode}-parts`)).equals(await bytes(`${mode}-whole`))).toBe(true);
  });

  it('goes on, on its one thread, with what another backend trained on several', async () => {
    const outDir = join(folder.path, `${mode}-threads`);
    const common = ['train', '--json', '--eval-iters', '1', '--out-dir', outDir];
    await runHosted([...common, ...SMALL_MODEL, '--threads', '2', '--max-iters', '1']);
    const { code, stdout, stderr } = await runHosted([
      ...[...common, ...where, '--max-iters', '2'],
      ...['--init-from', 'resume'],
    ]);
    expect(code, stderr).toBe(0);
    expect(jsonLines(stdout)[0]).toMatchObject({ event: 'start', resumedFrom: 1, threads: 1, mode });
  });

  it('replays a reference run', async () => {
    const { code, stdout } = await runHosted(['verify', fixture, ...where, '--json']);
    expect(code).toBe(0);
    expect(jsonLines(stdout)[0]).toMatchObject({ backend: 'gpu', mode, pass: true });
  });
});

it.each([
  ['wasm', /^((relaxed-)?simd|wide)$/],
  ['gpu', /^(headlessgl|webasm)$/],
  ['reference', /^float(32|64)$/],
])('takes the best mode there is of the backend %s for auto', async (backend, chosen) => {
  const { code, stdout } = await runHosted([
    'verify',
    fixture,
    ...['--backend', backend, '--mode', 'auto', '--json'],
  ]);
  expect(code).toBe(0);
  const [{ mode }] = jsonLines(stdout);
  expect(mode).toMatch(chosen);
});

it.each([
  [
    'gpu',
    'cuda',
    /--mode <name>' argument 'cuda' is invalid\. Allowed choices are auto, simd, relaxed-simd, wide, webgpu/,
  ],
  ['gpu', 'webgl2', /webgl2 does not run here: there is no WebGL2, which browsers have/],
  ['wasm', 'webgpu', /wasm: unknown mode 'webgpu'; wanted auto, simd, relaxed-simd or wide/],
  ['reference', 'simd', /reference: the mode is its dtype, float32, got simd/],
])('says that the backend %s has no mode %s here', async (backend, mode, message) => {
  const outDir = join(folder.path, 'never');
  const { code, stdout, stderr } = await runHosted([
    'train',
    ...['--backend', backend, '--mode', mode, '--out-dir', outDir],
  ]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
