import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { examplesOf, runExample } from './helpers/examples.js';

const readme = readFileSync('README.md', 'utf8');
const gpu = readFileSync('docs/gpu.md', 'utf8');
const examples = examplesOf(readme);

describe('the README', () => {
  it('has a first example that learns', async () => {
    const { printed } = await runExample(examples[0]);
    expect(Number(printed)).toBeLessThan(0.5);
  });

  it('has a second example with the derivatives it names', async () => {
    expect(await runExample(examples[1])).toEqual({ wrong: [], printed: [] });
  });

  it('has a third example that prints what it says', async () => {
    const { wrong, printed } = await runExample(examples[2]);
    expect(wrong).toEqual([]);
    expect(printed[1]).toMatch(/#2 mul .*\n.*#3 tanh .*\n.*#4 sum/);
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

describe('docs/pytorch.md', () => {
  it('has a program that learns, and is as good when it was saved and loaded', async () => {
    const [program] = examplesOf(readFileSync('docs/pytorch.md', 'utf8'));
    expect(await runExample(program)).toEqual({ wrong: [], printed: ['true true'] });
  });
});

describe('docs/gpu.md', () => {
  it('has examples that run', async () => {
    const [first, second] = examplesOf(gpu);
    const [mode] = (await runExample(first)).printed.join().split(' ');
    expect(['webgpu', 'webgl2', 'headlessgl', 'webasm', 'cpu']).toContain(mode);
    const printed = (await runExample(second)).printed.join();
    const counts = ['buffers', 'bytes', 'reservedBytes', 'uploads', 'readbacks', 'launches', 'compiled'];
    for (const name of counts) expect(printed).toContain(`${name}:`);
  });

  it('links to files that exist', () => {
    const targets = [...gpu.matchAll(/\]\(\.\.\/([^)#]*)\)/g)].map(([, path]) => path);
    expect(targets.length).toBeGreaterThan(4);
    for (const path of targets) expect(existsSync(path), path).toBe(true);
  });
});

describe('docs/reference.md', () => {
  it('has an example that is as it says', async () => {
    const [example] = examplesOf(readFileSync('docs/reference.md', 'utf8'));
    expect((await runExample(example)).wrong).toEqual([]);
  });
});

describe('docs/derivatives.md', () => {
  const derivatives = examplesOf(readFileSync('docs/derivatives.md', 'utf8'));

  it.each(derivatives.map((code, i) => [i, code] as const))(
    'has an example %i that prints what it says',
    async (_, code) => {
      const { wrong, printed } = await runExample(code);
      expect(printed.length).toBeGreaterThan(0);
      expect(wrong).toEqual([]);
    },
  );
});
