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
      'src/index.ts': "export * from './cli/a.js';",
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
    ["import { x } from '../index.js';", /belongs to no layer below it/],
    ["import { readFile } from 'node:fs';", /imports node:fs, which browsers lack/],
    ["import { Command } from 'commander';", /imports commander, which browsers lack/],
  ])('fails on %s', (line, message) => {
    const { status, stderr } = check({ 'src/tensor/a.ts': line });
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('fails where portable training code needs its Node part', () => {
    const { status, stderr } = check({ 'src/training/a.ts': "import { x } from './node/x.js';" });
    expect(status).toBe(1);
    expect(stderr).toMatch(/src\/training\/a\.ts imports src\/training\/node\/x\.js, which only Node runs/);
  });

  it('fails on a backend that lacks a file of the others', () => {
    const { status, stderr } = check({ 'src/tensor/backends/wasm/index.ts': '' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/backends\/wasm lacks matmul\.ts/);
  });
});
