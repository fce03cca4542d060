import { existsSync, readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { transformWithOxc } from 'vite';
import { describe, expect, it } from 'vitest';
import * as spheregrad from '../src/index.js';

const readme = readFileSync('README.md', 'utf8');
const gpu = readFileSync('docs/gpu.md', 'utf8');
const examplesOf = (text: string) => [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
const examples = examplesOf(readme);

/** Runs an example as it stands, with the package's exports in place of its import line. */
async function run(code: string, result: string): Promise<unknown> {
  const [, names] = code.match(/import \{ (.*) \} from 'spheregrad';/) ?? ['', ''];
  const body = code.replace(/import .*\n/, '');
  const printed: unknown[] = [];
  const console = { log: (...values: unknown[]) => printed.push(...values) };
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  const f = new AsyncFunction('sg', 'console', `const { ${names} } = sg;\n${body}\nreturn ${result};`);
  return (await f(spheregrad, console)) ?? printed;
}

describe('the README', () => {
  it('has a first example that learns', async () => {
    const [loss] = (await run(examples[0], 'undefined')) as number[];
    expect(loss).toBeLessThan(0.5);
  });

  it('has a second example with the derivatives it names', async () => {
    const values = await run(examples[1], '[slope.itemSync(), curvature.itemSync()]');
    expect(values).toEqual([12, 12]);
  });

  it('has a third example that prints what it says', async () => {
    const [shown, graph] = (await run(examples[2], 'undefined')) as string[];
    const said = [...examples[2].matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line);
    expect(shown.split('\n')).toEqual(said);
    expect(graph).toMatch(/#2 mul .*\n.*#3 tanh .*\n.*#4 sum/);
  });

  it('has a walk on which every file names the next', () => {
    const [, walk] = readme.match(/Four clicks([\s\S]*?)\n\n/) ?? ['', ''];
    const clicks = [...walk.matchAll(/\[`([^`]+)`\]\(([^)]+)\)/g)];
    expect(clicks).toHaveLength(4);
    const files = clicks.map(([, label, path]) => ({ label, text: readFileSync(path, 'utf8') }));
    for (const [i, { label, text }] of files.entries()) {
      const name = label.replace(/^.*\//, '');
      if (i > 0) expect(files[i - 1].text, `${files[i - 1].label} names ${name}`).toContain(name);
      if (!name.endsWith('.ts')) expect(text).toContain(`export function ${name}(`);
    }
  });

  it('links to files that exist', () => {
    const targets = [...readme.matchAll(/\]\(((?:src|docs|test|bench|CONTRIBUTING)[^)#]*)\)/g)].map(
      ([, path]) => path,
    );
    expect(targets.length).toBeGreaterThan(10);
    for (const path of targets) expect(existsSync(path), path).toBe(true);
  });
});

describe('docs/gpu.md', () => {
  it('has examples that run', async () => {
    const [first, second] = examplesOf(gpu);
    const [mode] = (await run(first, 'undefined')) as string[];
    expect(['webgpu', 'webgl2', 'headlessgl', 'webasm', 'cpu']).toContain(mode);
    const [memory, counters] = (await run(second, 'undefined')) as object[];
    expect(Object.keys(memory)).toEqual(['buffers', 'bytes', 'reservedBytes']);
    expect(Object.keys(counters)).toEqual(['uploads', 'readbacks', 'launches', 'compiled']);
  });

  it('links to files that exist', () => {
    const targets = [...gpu.matchAll(/\]\(\.\.\/([^)#]*)\)/g)].map(([, path]) => path);
    expect(targets.length).toBeGreaterThan(4);
    for (const path of targets) expect(existsSync(path), path).toBe(true);
  });
});

describe('docs/derivatives.md', () => {
  const derivatives = examplesOf(readFileSync('docs/derivatives.md', 'utf8'));

  it.each(derivatives.map((code, i) => [i, code] as const))(
    'has an example %i that prints what it says',
    async (_, code) => {
      const plain = code.replace(/, type \w+|type \w+, /g, '');
      const { code: script } = await transformWithOxc(plain, 'example.ts', {
        typescript: { onlyRemoveTypeImports: true },
      });
      const printed = (await run(script.replaceAll('"', "'"), 'undefined')) as unknown[];
      const said = [...code.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line);
      expect(said.length).toBeGreaterThan(0);
      expect(printed.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' ')).toBe(
        said.join(' '),
      );
    },
  );
});
