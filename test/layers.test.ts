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
      'src/training/node/c.ts': "import 'node:fs';\nimport '../data/d.js';\nimport '../loop/node/e.js';",
      'src/training/data/d.ts': "import { x } from '../../nn/x.js';\nimport '../settings/f.js';",
      'src/training/loop/node/e.ts': "import 'node:fs';\nimport '../../data/d.js';",
      'learn/exercises/node/f.ts': "import 'node:fs';\nimport '../../01-a/exercise.js';",
      'learn/01-a/exercise.ts':
        "import '../../src/index.js';\nimport '../../src/tensor/index.js';\nimport './g.js';",
      'learn/01-a/g.ts': "import '../../src/tensor/b.js';",
      'learn/mine/01-a.ts': "import 'node:fs';\nimport '../../src/extras/x.js';",
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
    [
      'src/training/data/a.ts',
      './node/x.js',
      /imports src\/training\/data\/node\/x\.js, which only Node runs/,
    ],
    ['src/training/a.ts', './data/x.js', /training\/a\.ts belongs to no room of training/],
    ['src/training/data/a.ts', '../x.js', /imports src\/training\/x\.js, which belongs to no room/],
    ['src/training/data/a.ts', '../loop/x.js', /data must not know loop \(inside training/],
    ['src/training/loop/a.ts', '../verify/x.js', /loop must not know verify/],
    ['src/training/verify/a.ts', '../released/x.js', /verify must not know released/],
    ['src/training/loop/node/a.ts', '../../node/x.js', /loop must not know node/],
    ['web/a.ts', '../src/training/node/x.js', /web\/a\.ts imports .*, which only Node runs/],
    ['web/a.ts', '../src/cli/x.js', /web\/a\.ts imports .*, which only Node runs/],
    ['web/a.ts', 'node:fs', /which browsers lack/],
    ['src/cli/a.ts', '../../web/x.js', /cli must not know web/],
    ['src/index.ts', './cli/x.js', /index must not know cli/],
    ['src/index.ts', './experiments/x.js', /index must not know experiments/],
    ['src/experiments/a.ts', '../cli/x.js', /experiments must not know cli/],
    ['src/experiments/a.ts', 'commander', /which browsers lack/],
    ['src/training/data/a.ts', '../../experiments/x.js', /training must not know experiments/],
    ['src/index.ts', 'commander', /which browsers lack/],
    ['src/cli/a.ts', '../../learn/x.js', /cli must not know learn/],
    ['learn/01-a/a.ts', 'node:fs', /which browsers lack/],
    ['learn/01-a/a.ts', '../exercises/node/x.js', /which only Node runs/],
    ['learn/01-a/check-2.ts', '../../src/tensor/x.js', /exercises know src by its doors alone/],
    ['src/extras/a.ts', '../tensor/x.js', /src\/extras\/a\.ts belongs to no layer/],
  ])('fails where %s imports %s', (file, target, message) => {
    const { status, stderr } = check({ [file]: `import '${target}';` });
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('fails on a cycle between layers, at the arrow that points upwards', () => {
    const { status, stderr } = check({
      'src/nn/a.ts': "import '../ngpt/b.js';",
      'src/ngpt/b.ts': "import '../nn/a.js';",
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/nn must not know ngpt/);
  });

  it('fails on a circle of files, types included, and names it once', () => {
    const { status, stderr } = check({
      'src/nn/a.ts': "import './b.js';",
      'src/nn/b.ts': "import type { C } from './c.js';\nimport './leaf.js';",
      'src/nn/c.ts': "export * from './a.js';",
      'src/nn/leaf.ts': '',
    });
    expect(status).toBe(1);
    expect(stderr.trim()).toBe('a circle of imports: src/nn/a.ts → src/nn/b.ts → src/nn/c.ts → src/nn/a.ts');
  });

  it('fails on two circles that share no file', () => {
    const { stderr } = check({
      'src/nn/a.ts': "import './b.js';",
      'src/nn/b.ts': "import './a.js';",
      'src/ngpt/c.ts': "import './d.js';\nimport '../nn/a.js';",
      'src/ngpt/d.ts': "import './c.js';",
    });
    expect(stderr.trim().split('\n')).toEqual([
      'a circle of imports: src/ngpt/c.ts → src/ngpt/d.ts → src/ngpt/c.ts',
      'a circle of imports: src/nn/a.ts → src/nn/b.ts → src/nn/a.ts',
    ]);
  });
});

describe('check-layers on backends', () => {
  /** A backend whose files make one kernel each, named as the file. */
  function backend(name: string): Record<string, string> {
    const files = ['elementwise', 'reduce', 'matmul', 'movement', 'indexing', 'sort'];
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

  it('fails on a file among the kernels that is none', () => {
    const files = { ...backend('reference'), ...backend('wasm') };
    expect(check({ ...files, 'src/tensor/backends/wasm/softmax.ts': '' }).status).toBe(0);
    const { status, stderr } = check({ 'src/tensor/backends/wasm/device.ts': '' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/wasm\/device\.ts is no kernel; it belongs into wasm\/runtime/);
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
