import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spheregrad-layers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the check on a tree of its own. */
function check(files: Record<string, string>): { status: number | null; stderr: string } {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const { status, stderr } = spawnSync('node', ['scripts/check-layers.mjs', folder], { encoding: 'utf8' });
  return { status, stderr };
}

describe('check-layers', () => {
  it('passes imports that point down or stay level', () => {
    const result = check({
      'src/index.ts': "export * from './tensor/b.js';",
      'web/page.ts': "import { b } from '../src/index.js';\nimport chart from 'some-chart';",
      'src/cli/a.ts': "import { b } from '../tensor/b.js';\nimport fs from 'node:fs';",
      'src/tensor/b.ts': "// import x from '../nn/x.js'\nexport const b = 1;",
      'src/training/node/c.ts': "import 'node:fs';\nimport '../d.js';",
      'src/training/d.ts': "import { x } from '../nn/x.js';",
    });
    expect(result).toEqual({ status: 0, stderr: '' });
  });

  it.each([
    ["import { x } from '../nn/x.js';", /src\/tensor\/a\.ts imports src\/nn\/x\.js: tensor must not know nn/],
    ["import type { x } from '../nn/x.js';", /tensor must not know nn/],
    ["import {\n  x,\n  y,\n} from '../nn/x.js';", /tensor must not know nn/],
    ["export * from '../cli/x.js';", /tensor must not know cli/],
    ["const x = await import('../autograd/x.js');", /tensor must not know autograd/],
    ["import '../autograd/x.js';", /tensor must not know autograd/],
    ["import { x } from '../index.js';", /tensor must not know index/],
    [
      "import x from '../../package.json';",
      /src\/tensor\/a\.ts imports package\.json, which belongs to no layer/,
    ],
    ['const x = await import(`../nn/x.js`);', /tensor must not know nn/],
    ["import { readFile } from 'node:fs';", /imports node:fs, which browsers lack/],
    ["import { Command } from 'commander';", /imports commander, which browsers lack/],
  ])('fails on %s', (line, message) => {
    const { status, stderr } = check({ 'src/tensor/a.ts': line });
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });

  it.each([
    ['src/training/a.ts', './node/x.js', /imports src\/training\/node\/x\.js, which only Node runs/],
    ['web/a.ts', '../src/training/node/x.js', /web\/a\.ts imports .*, which only Node runs/],
    ['web/a.ts', '../src/cli/x.js', /web must not know cli/],
    ['web/a.ts', 'node:fs', /which browsers lack/],
    ['src/cli/a.ts', '../../web/x.js', /cli must not know web/],
    ['src/index.ts', './cli/x.js', /index must not know cli/],
    ['src/index.ts', 'commander', /which browsers lack/],
    ['src/extras/a.ts', '../tensor/x.js', /src\/extras\/a\.ts belongs to no layer/],
  ])('fails where %s imports %s', (file, target, message) => {
    const { status, stderr } = check({ [file]: `import '${target}';` });
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('fails on a cycle, at the arrow that points upwards', () => {
    const { status, stderr } = check({
      'src/nn/a.ts': "import '../ngpt/b.js';",
      'src/ngpt/b.ts': "import '../nn/a.js';",
    });
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/nn must not know ngpt/);
  });
});

describe('check-layers on backends', () => {
  /** A backend whose files make one kernel each, named as the file. */
  function backend(name: string): Record<string, string> {
    const files = ['elementwise', 'reduce', 'matmul', 'movement', 'indexing'];
    return Object.fromEntries([
      [`src/tensor/backends/${name}/index.ts`, ''],
      ...files.map((file) => [
        `src/tensor/backends/${name}/${file}.ts`,
        `export function ${file}Kernels(): Pick<Kernels, '${file}'> {}`,
      ]),
    ]);
  }

  it('passes those that mirror each other', () => {
    expect(check({ ...backend('reference'), ...backend('wasm') })).toEqual({ status: 0, stderr: '' });
  });

  it('fails on one that lacks a file of the others', () => {
    const { status, stderr } = check({ 'src/tensor/backends/wasm/index.ts': '' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/backends\/wasm lacks matmul\.ts/);
  });

  it.each([
    [
      "export function reduceKernels(): Pick<Kernels, 'reduce' | 'argmin'> {}",
      /has argmin, reduce, but .*reference.* has reduce/,
    ],
    ["export function reducers(): Pick<Kernels, 'reduce'> {}", /wasm\/reduce\.ts has no reduceKernels/],
  ])('fails on %s', (text, message) => {
    const { status, stderr } = check({
      ...backend('reference'),
      ...backend('wasm'),
      'src/tensor/backends/wasm/reduce.ts': text,
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });
});
