import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonLines, runHosted, testFolder } from '../helpers/cli.js';

const folder = testFolder();
const FIXTURES = ['ngpt-tiny', 'gpt-tiny', 'ngpt-tiny-released-rope'].map((name) =>
  resolve('test/fixtures', `${name}.safetensors`),
);

describe('ngpt verify', () => {
  it.each([[], ['--backend', 'reference'], ['--backend', 'reference', '--dtype', 'float32']])(
    'passes the reference runs: %s %s %s %s',
    async (...options) => {
      const { code, stdout, stderr } = await runHosted(['verify', '--json', ...options, ...FIXTURES]);
      expect([code, stderr]).toEqual([0, '']);
      const lines = jsonLines(stdout);
      expect(lines.map(({ file }) => file)).toEqual(FIXTURES);
      for (const { pass, backend, errors } of lines) {
        expect(pass).toBe(true);
        expect(backend).toBe(options[1] ?? 'wasm');
        expect(Object.keys(errors as object)).toEqual(
          expect.arrayContaining(['logits', 'hidden', 'gradients', 'losses', 'parameters']),
        );
      }
    },
  );

  it('prints a table, and exits with 1 when a figure is too far off', async () => {
    const bytes = await readFile(FIXTURES[1]);
    // The last tensor of the file; one bit of an exponent.
    bytes[bytes.length - 1] ^= 0x01;
    const file = join(folder.path, 'changed.safetensors');
    await writeFile(file, bytes);
    const { code, stdout } = await runHosted(['verify', file]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/TOO LARGE\n/);
    expect(stdout).toMatch(/FAIL: \d+ of \d+ groups are too far off/);
  });

  it('refuses a dtype that the backend lacks', async () => {
    const { code, stdout, stderr } = await runHosted(['verify', '--dtype', 'float64', ...FIXTURES]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^ngpt: wasm: has float32 and int32, not float64.*\n$/);
  });

  it('names the file that is no reference run', async () => {
    const file = join(folder.path, 'text.txt');
    await writeFile(file, 'call me Ishmael, some years ago');
    const { code, stdout, stderr } = await runHosted(['verify', file]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^ngpt: .*text\.txt: not a safetensors file/);
  });

  it('goes on after a file that is no reference run, and says so with its exit code', async () => {
    const bad = [join(folder.path, 'none'), join(folder.path, 'words.txt')];
    await writeFile(bad[1], 'call me Ishmael, some years ago');
    const changed = join(folder.path, 'off.safetensors');
    const bytes = await readFile(FIXTURES[1]);
    bytes[bytes.length - 1] ^= 0x01;
    await writeFile(changed, bytes);
    const files = [bad[0], FIXTURES[0], bad[1], changed];
    const { code, stdout, stderr } = await runHosted(['verify', '--json', ...files]);
    expect(code).toBe(2);
    expect(jsonLines(stdout)).toMatchObject([
      { file: FIXTURES[0], pass: true },
      { file: changed, pass: false },
    ]);
    expect(stderr).toMatch(/^ngpt: \S*none: cannot read it[^\n]*\nngpt: \S*words\.txt: not a safe[^\n]*\n$/);
  });
});
